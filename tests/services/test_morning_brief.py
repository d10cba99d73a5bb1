"""The brief of the morning: who gets it, on which days, and what it says."""

from sqlmodel import Session, select

from duban.services.accounts import add_account
from duban.services.choose_days import choose_days
from duban.services.decide_escalation import decide
from duban.services.organizations import add_contact
from duban.services.save_view import save_view
from duban.services.send_mail import send_due
from models.escalation import Escalation
from models.message import BRIEF, VIEWS, Message
from models.organization import ContactRole, Organization
from models.rights import AccountRole
from tests.world import INSTALLED, SUPERVISOR, World, at

BOSS = "leader@commission.example"


def send(world: World, when: str) -> None:
    send_due(world.database, now=at(when), settings=world.settings)


def briefs(world: World, day: str) -> dict[str, Message]:
    """The briefs of a day by address."""
    return {
        mail.to: mail for mail in world.messages(BRIEF) if mail.step_key.split(":")[1] == day
    }  # fmt: skip


def blocks(mail: Message) -> list[list[str]]:
    """The text of a mail, block by block, without what every mail ends with."""
    return [block.splitlines() for block in mail.text.strip().split("\n\n")][:-3]


def with_leader(session: Session, world: World) -> None:
    commission = session.get_one(Organization, world.commission_id)
    add_contact(session, commission, name="leader", role=ContactRole.LEADER_IN_CHARGE,
                email=BOSS, language="en")  # fmt: skip


def test_on_working_days_and_for_leaders_when_there_is_a_reason(world: World) -> None:
    with world.database.begin() as session:
        with_leader(session, world)
    world.unit("a", roles=("head",))
    world.issue()
    late = "2024-02-02"
    for day in ("2023-12-28", "2023-12-29", "2023-12-30", "2024-01-01", "2024-01-02", late):
        if day == late:
            world.night("2024-01-27")
            world.night(late)
        send(world, f"{day}T08:29")
        send(world, f"{day}T08:30")
        send(world, f"{day}T09:15")
    with world.database.begin() as session:
        (one,) = session.exec(select(Escalation)).all()
        decide(session, [one.id or 0], True, reason="so it is", actor=SUPERVISOR,
               now=at("2024-02-02T10:00"), rules=world.rules(session))  # fmt: skip
    for day in ("2024-02-04", "2024-02-05", "2024-02-06"):
        send(world, f"{day}T08:30")
    office = {"clerk@commission.example", "supervisor@commission.example"}
    found = {day: set(briefs(world, day)) for day in sorted({
        mail.step_key.split(":")[1] for mail in world.messages(BRIEF)
    })}  # fmt: skip
    # 1 January is a holiday; 4 February a Sunday that is worked, and the day after an approval.
    assert found == {
        "2023-12-28": office, "2023-12-29": office, "2024-01-02": office | {BOSS},
        late: office, "2024-02-04": office | {BOSS}, "2024-02-05": office | {BOSS},
        "2024-02-06": office,
    }  # fmt: skip
    assert {mail.state.value for mail in world.messages(BRIEF)} == {"accepted"}


def test_it_says_what_changed_what_waits_and_how_the_nights_went(world: World) -> None:
    first, *_rest = world.unit("a", findings=3, roles=("head",))
    world.unit("mute", roles=())
    world.issue()
    world.acknowledge(first, at("2023-12-27T09:00"))
    world.night("2024-01-26")
    send(world, "2024-01-26T08:30")
    calm = briefs(world, "2024-01-26")["clerk@commission.example"]
    assert calm.subject == "Daily brief 26 Jan: 0 overdue, 4 due in 7 days, 0 to review"
    assert blocks(calm)[0][:2] == ["Brief of 26 Jan. In hand: 4", "Overdue: 0"]
    world.submit(first, at("2024-01-26T10:00"))
    world.nights("2024-01-27", "2024-01-29")
    send(world, "2024-01-27T08:30")
    world.ask(2, "10wd", at("2024-01-28T10:00"))
    send(world, "2024-01-29T08:30")
    mail = briefs(world, "2024-01-29")["clerk@commission.example"]
    assert mail.subject == "Daily brief 29 Jan: 3 overdue, 0 due in 7 days, 1 to review"
    figures, *lists = blocks(mail)
    assert figures == [
        "Brief of 29 Jan. In hand: 4", "Overdue: 3 (last brief: 0)",
        "Due within 7 days: 0 (last brief: 4)",
        "To review: 1, the oldest for 1 working day (last brief: 0)",
        "To decide: 1 (last brief: 0)", "Escalated: 0",
    ]  # fmt: skip
    address = world.settings.site.base_url
    assert lists == [
        ["Overdue the longest:", "- 2023-1-2, Unit a: 3 days overdue",
         "- 2023-1-3, Unit a: 3 days overdue", "- 2023-2-1, Unit mute: 3 days overdue"],
        ["Waiting for a decision:", "- More time: 2023-1-2, Unit a, since 28 Jan",
         f"Decide: {address}/escalations (sign in first)",
         f"Decide: {address}/extensions (sign in first)"],
        ["No mail reaches these; please telephone:", "- Unit mute"],
        ["Nightly check of 27 Jan: completed; 4=3+0+1+0+0, as forecast; 1 mail,", "all taken",
         "Nightly check of 28 Jan: completed; 4=0+0+3+1+0, as forecast",
         "Nightly check of 29 Jan: completed; 4=0+0+3+1+0, as forecast"],
    ]  # fmt: skip


def test_views_and_late_reviews_leave_in_it(world: World) -> None:
    (one,) = world.unit("a", roles=("head",))
    world.issue()
    world.submit(one, at("2024-01-10T10:00"))
    with world.database.begin() as session:
        account = add_account(
            session, login="li", name="li", role=AccountRole.SUPERVISOR, by="test", now=INSTALLED,
            organization=session.get_one(Organization, world.commission_id),
            email="Supervisor@commission.example",
        )  # fmt: skip
        view = save_view(session, account_id=account.id or 0, name="late ones", query="",
                         shared=False, now=INSTALLED)  # fmt: skip
        choose_days(session, account, view, ["2"], now=INSTALLED)
    world.night("2024-01-16")
    send(world, "2024-01-16T08:30")
    brief = briefs(world, "2024-01-16")["supervisor@commission.example"]
    joined = {m.template: m.joined_id for m in world.messages() if m.joined_id is not None}
    assert joined == {"review-late": brief.id, VIEWS: brief.id}
    assert "Letter 2023-1, Unit a: 1 report, limit 15 Jan" in brief.text
    address = world.settings.site.base_url
    assert [
        "late ones", "1 finding · Awaiting review 1", "Overdue: 0 · due within 7 days: 0",
        f"Open: {address}/views/1 (sign in first)",
    ] in blocks(brief)  # fmt: skip
