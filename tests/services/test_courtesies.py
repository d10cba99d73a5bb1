"""One mail of courtesy a person and day: what is due to an address leaves together."""

from sqlmodel import col, select, update

from duban.services.add_findings import add_finding
from duban.services.send_mail import send_due
from models.account_event import AccountEvent
from models.finding import Finding
from models.message import OVERDUE, REMINDER, Message
from models.organization import Contact
from tests.world import World, at

BOTH = "One@both.example"


def send(world: World, when: str) -> None:
    send_due(world.database, now=at(when), settings=world.settings)


def shared(world: World, *, issued: str = "2023-12-26T17:30") -> list[int]:
    """Two organizations whose contacts share an address but for the case of its letters."""
    world.without_office()
    findings = [*world.unit("a", roles=("contact",)), *world.unit("b", roles=("contact",))]
    with world.database.begin() as session:
        for code, address in (("a", BOTH), ("b", BOTH.lower())):
            change = update(Contact).where(col(Contact.name) == f"{code}-contact")
            session.exec(change.values(email=address))
    world.issue(at(issued))
    send(world, issued)
    for one in findings:
        world.acknowledge(one, at("2023-12-27T09:00"))
    send(world, "2023-12-27T09:00")
    return findings


def ways(world: World, template: str = REMINDER) -> list[tuple[str, str]]:
    return [(mail.to, mail.state.value) for mail in world.messages(template)]


def test_two_organizations_and_two_nights_are_one_mail(world: World) -> None:
    one, two = shared(world)
    world.night("2024-01-19")
    world.night("2024-01-23")  # the mail server was silent in between
    send(world, "2024-01-23T08:30")
    assert sorted(state for _to, state in ways(world)) == ["accepted", *["cancelled"] * 3]
    (host,) = [mail for mail in world.messages(REMINDER) if mail.state == "accepted"]
    others = [mail for mail in world.messages(REMINDER) if mail.id != host.id]
    assert {mail.joined_id for mail in others} == {host.id}
    assert host.subject == "[3 days left] Reminder of 2 letters"
    assert host.headers == {}
    said = [line for line in host.text.splitlines() if "left:" in line or "Organization" in line]
    assert said == [
        "3 days left: Letter 2023-1, 1 finding is not reported yet.", "Organization: Unit a",
        "3 days left: Letter 2023-2, 1 finding is not reported yet.", "Organization: Unit b",
    ]  # fmt: skip
    # The account of each night still knows by which mail a rung was told.
    assert [(n[0], n[2], n[3]) for n in world.notices()] == [
        (one, "due-3", "a-contact"), (one, "due-7", "a-contact"),
        (two, "due-3", "b-contact"), (two, "due-7", "b-contact"),
    ]  # fmt: skip


def test_a_second_one_waits_for_the_next_working_morning(world: World) -> None:
    shared(world)
    world.night("2024-01-23")
    with world.database.begin() as session:
        later = update(Message).where(col(Message.to) == BOTH, col(Message.state) == "queued")
        session.exec(later.values(next_attempt_at=at("2024-01-23T11:00")))
    send(world, "2024-01-23T08:30")
    send(world, "2024-01-23T12:00")
    assert ways(world) == [(BOTH, "queued"), (BOTH.lower(), "accepted")]
    send(world, "2024-01-24T08:30")
    (mail,) = [one for one in world.messages(REMINDER) if one.to == BOTH]
    assert (mail.state.value, mail.subject) == ("accepted", "[2 days left] Reminder letter 2023-1")


def test_overdue_letters_have_a_mail_each_up_to_three(world: World) -> None:
    world.without_office()
    for code, letters in (("a", 3), ("b", 4)):
        world.unit(code, roles=("head",))
        for n in range(letters):
            if n:
                with world.database.begin() as session:
                    found = select(Finding).where(Finding.key == f"{code}-1")
                    owner = session.exec(found).one().organization_id
                    add_finding(session, key=f"{code}-later-{n}", fingerprint="", now=at("2023-12-26"),
                                organization_id=owner, values={"text": "finding text"})  # fmt: skip
            world.issue()
    send(world, "2023-12-26T17:30")
    world.night("2024-01-27")
    send(world, "2024-01-27T08:30")
    found = sorted((mail.to, mail.subject, len(mail.headers)) for mail in world.messages(OVERDUE))
    alone = [("head@a.example", f"[1 day overdue] Reminder letter 2023-{n}", 2) for n in (1, 2, 3)]
    assert found == [*alone, ("head@b.example", "[1 day overdue] Reminder of 4 letters", 0)]
    # Every mail of one letter hangs on one root, which is of the letter and the mailbox alone.
    roots = {
        (mail.letter_id, mail.headers["References"])
        for mail in world.messages() if mail.to == "head@a.example"
    }  # fmt: skip
    assert (len(roots), len({root for _letter, root in roots})) == (3, 3)
    # The night told each once, and in each account the mail is the one that says it.
    assert len(world.notices()) == 7


def test_a_mail_goes_to_where_its_reader_is_now(world: World) -> None:
    world.without_office()
    world.unit("a", roles=("contact",))
    world.unit("b", roles=("contact", "head"))
    world.issue()
    with world.database.begin() as session:
        session.exec(update(Contact).where(col(Contact.name) == "a-contact")
                     .values(email="new@a.example"))  # fmt: skip
        session.exec(update(Contact).where(col(Contact.name) == "b-contact").values(active=False))
    send(world, "2023-12-26T17:30")
    assert sorted((mail.to, mail.state.value) for mail in world.messages()) == [
        ("contact@b.example", "cancelled"), ("head@b.example", "accepted"),
        ("new@a.example", "accepted"),
    ]  # fmt: skip
    assert [m.answer for m in world.messages() if m.state == "cancelled"] == ["nobody-there"]
    moved, stays = ([m.headers["References"] for m in world.messages() if m.to == to]
                    for to in ("new@a.example", "head@b.example"))  # fmt: skip
    world.acknowledge(1, at("2023-12-26T17:30"))
    send(world, "2023-12-26T17:30")
    # What was queued for the old address begins the thread of the new one.
    assert [m.headers["References"] for m in world.messages("acknowledged")] == moved != stays
    with world.database.read() as session:
        event = session.exec(
            select(AccountEvent).where(AccountEvent.what == "mail.readdressed")
        ).one()
        assert (event.details["was"], event.details["to"]) == ("contact@a.example", "new@a.example")
