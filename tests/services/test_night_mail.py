"""A night's mail says what is true when it leaves, or does not leave."""

import pytest
from sqlalchemy import update
from sqlmodel import col

from duban.services.draft_mail import draft_mail
from duban.services.send_mail import send_due
from models.message import DIGEST, OVERDUE, REMINDER, Message
from tests.world import World, at


def send(world: World, when: str) -> None:
    send_due(world.database, now=at(when), settings=world.settings)


NIGHTLY = (DIGEST, OVERDUE, REMINDER)
"""A night's mail is a digest until it leaves, or is cancelled."""


def nightly(world: World) -> list[Message]:
    return [mail for mail in world.messages() if mail.template in NIGHTLY]


def told(world: World) -> list[tuple[str, str, str]]:
    """(address, state, first line) of every mail of a night."""
    return [(m.to, m.state.value, m.text.partition("\n")[0]) for m in nightly(world)]


def draft(world: World, when: str) -> str:
    """The only mail of a night as it would leave at an instant."""
    (mail,) = nightly(world)
    with world.database.read() as session:
        found = draft_mail(session, mail, now=at(when), rules=world.rules(session))
        return found.text if found else ""


def issue(world: World, findings: int = 1, roles: tuple[str, ...] = ("contact",)) -> list[int]:
    """One organization with its letter, due on 26 January, its first mail sent."""
    ids = world.unit("a", findings=findings, roles=roles)
    world.issue()
    send(world, "2023-12-26T17:30")
    return ids


@pytest.mark.parametrize(
    ("night", "act"),
    [
        ("2023-12-29", "acknowledge"),
        ("2024-01-19", "submit"),
        ("2024-01-19", "extend"),
        ("2024-01-27", "extend"),
        ("2024-01-27", "withdraw"),
    ],
)
def test_nothing_false_is_sent_and_nothing_counts_as_told(
    world: World, night: str, act: str
) -> None:
    from models.finding import Finding
    from tests.world import SUPERVISOR

    (one,) = issue(world)
    if night > "2024-01-01":
        world.acknowledge(one, at("2023-12-27T09:00"))
        send(world, "2023-12-27T10:00")
    world.night(night)
    assert len(world.notices()) == 1
    soon = at(f"{night}T08:00")
    if act == "acknowledge":
        world.acknowledge(one, soon)
    elif act == "submit":
        world.submit(one, soon)
    elif act == "extend":
        world.grant(world.ask(one, "10wd", soon), soon)
    else:
        from duban.services.withdraw import withdraw

        with world.database.begin() as session:
            withdraw(session, [session.get_one(Finding, one)], reason="wrong unit", now=soon,
                     actor=SUPERVISOR, rules=world.rules(session))  # fmt: skip
    send(world, f"{night}T08:30")
    assert [(m.state, m.answer) for m in nightly(world)] == [("cancelled", "no-longer-true")]
    assert world.notices() == []


def test_a_review_in_the_morning_takes_back_the_mail_of_the_night(world: World) -> None:
    first, second = issue(world, findings=2)
    for one in (first, second):
        world.submit(one, at("2024-01-10T10:00"))
    world.night("2024-01-16")
    world.accept(first, at("2024-01-16T08:00"))
    send(world, "2024-01-16T08:30")
    (mail,) = world.messages("review-late")
    brief = next(one for one in world.messages("brief") if one.id == mail.joined_id)
    assert (brief.to, brief.state.value) == ("supervisor@commission.example", "accepted")
    assert "Letter 2023-1, Unit a: 1 report, limit 15 Jan" in brief.text
    assert [(n[0], n[2]) for n in world.notices()] == [(second, "review-late")]
    world.night("2024-01-17")
    assert len(world.messages("review-late")) == 1


def test_a_mail_of_several_findings_says_those_that_are_left(world: World) -> None:
    first, second, third = issue(world, findings=3)
    world.acknowledge(first, at("2023-12-27T09:00"))
    world.night("2024-01-23")
    (before,) = nightly(world)
    assert draft(world, "2024-01-23T07:00").startswith(
        "3 days left: Letter 2023-1, 3 findings are not reported yet."
    )
    world.submit(second, at("2024-01-23T08:00"))
    send(world, "2024-01-23T08:30")
    (after,) = nightly(world)
    assert (after.id, after.state.value) == (before.id, "accepted")
    assert after.text.startswith("3 days left: Letter 2023-1, 2 findings are not reported yet.")
    assert "2 findings" in after.html
    assert [(n[0], n[2]) for n in world.notices()] == [(first, "due-3"), (third, "due-3")]


def test_letters_that_are_settled_leave_the_mail(world: World) -> None:
    (early,) = issue(world)
    with world.database.begin() as session:
        from duban.services.add_findings import add_finding
        from models.finding import Finding

        organization = session.get_one(Finding, early).organization_id
        add_finding(session, key="a-later", fingerprint="", now=at("2023-12-27"),
                    organization_id=organization, values={"text": "finding text"})  # fmt: skip
    world.issue(at("2023-12-26T17:30"))
    send(world, "2023-12-26T17:30")
    world.night("2024-01-27")
    assert draft(world, "2024-01-27T07:00").startswith("Act today: Letter 2023-1, 1 finding is")
    world.submit(early, at("2024-01-27T08:00"))
    send(world, "2024-01-27T08:30")
    (mail,) = nightly(world)
    assert (mail.subject, "Letter 2023-1" in mail.text) == (
        "[1 day overdue] Reminder letter 2023-2", False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("night", "sent_at", "line"),
    [
        ("2024-01-23", "2024-01-24T09:00", "2 days left"),
        ("2024-01-23", "2024-01-26T09:00", "Due today"),
        ("2024-01-27", "2024-01-30T09:00", "Act today"),
        ("2024-01-27", "2024-02-02T09:00", "Act today"),
    ],
)
def test_a_mail_that_leaves_late_counts_its_days_when_it_leaves(
    world: World, night: str, sent_at: str, line: str
) -> None:
    (one,) = issue(world)
    world.acknowledge(one, at("2023-12-27T09:00"))
    world.night(night)
    send(world, sent_at)
    (mail,) = nightly(world)
    assert (mail.state.value, mail.text.partition(":")[0]) == ("accepted", line)
    assert ("4 days overdue" in mail.subject) is (sent_at < "2024-02" and line == "Act today")
    # The circular's own day has come on 2 February: the next step is the summons.
    upcoming = [text for text in mail.text.splitlines() if text.startswith("Next step")]
    assert upcoming == {
        "2024-01-30T09:00": ["Next step if nothing is reported: Circular, 2 Feb"],
        "2024-02-02T09:00": ["Next step if nothing is reported: Summons, 8 Feb"],
    }.get(sent_at, [])


def test_a_warning_is_not_sent_once_the_last_day_is_over(world: World) -> None:
    (one,) = issue(world)
    world.acknowledge(one, at("2023-12-27T09:00"))
    world.night("2024-01-25")
    send(world, "2024-01-27T08:30")
    assert (told(world)[0][1], world.notices()) == ("cancelled", [])


def test_what_was_taken_back_is_told_when_it_is_true_again(world: World) -> None:
    (one,) = issue(world, roles=("head",))
    world.acknowledge(one, at("2023-12-27T09:00"))
    world.night("2024-01-27")
    world.submit(one, at("2024-01-27T08:00"))
    send(world, "2024-01-27T08:30")
    assert world.notices() == []
    world.send_back(one, at("2024-01-29T10:00"))
    world.night("2024-01-30")
    assert world.notices() == [(one, "2024-01-26", "urge", "a-head")]
    send(world, "2024-01-30T08:30")
    assert [(m.state.value, m.subject) for m in nightly(world)] == [
        ("cancelled", ""),
        ("accepted", "[4 days overdue] Reminder letter 2023-1"),
    ]


def test_a_mail_about_an_act_stays_as_it_was_written(world: World) -> None:
    (one,) = world.unit("a", roles=("contact",))
    world.issue()
    (frozen,) = world.messages("issued")
    world.grant(world.ask(one, "10wd", at("2023-12-28T09:00")), at("2023-12-28T09:30"))
    send(world, "2024-01-30T09:00")
    (sent,) = world.messages("issued")
    assert (sent.text, sent.state.value) == (frozen.text, "accepted")


def test_a_line_stays_told_where_another_mail_has_said_it(world: World) -> None:
    (one,) = issue(world, roles=("contact", "head"))
    world.acknowledge(one, at("2023-12-27T09:00"))
    world.night("2024-01-23")
    with world.database.begin() as session:
        later = update(Message).where(col(Message.to) == "head@a.example")
        session.exec(later.values(next_attempt_at=at("2024-01-23T11:00")))
    send(world, "2024-01-23T08:30")
    world.submit(one, at("2024-01-23T10:00"))
    send(world, "2024-01-23T12:00")
    assert [(to, state) for to, state, _line in told(world)] == [
        ("contact@a.example", "accepted"), ("head@a.example", "cancelled"),
    ]  # fmt: skip
    assert world.notices() == [(one, "2024-01-26", "due-3", "a-contact")]


def test_a_mail_is_written_when_it_leaves_and_stays_so(world: World) -> None:
    (one,) = issue(world, roles=("head",))
    world.night("2024-01-27")
    (queued,) = nightly(world)
    assert (queued.subject, queued.text, queued.html) == ("", "", "")
    send(world, "2024-01-27T08:30")
    (sent,) = nightly(world)
    assert sent.guard["lines"] == [[one, "urge", "overdue", "2024-01-26"]]
    world.submit(one, at("2024-01-28T08:00"))
    assert [(m.subject, m.text, m.html) for m in nightly(world)] == [
        (sent.subject, sent.text, sent.html)
    ]
    assert sent.subject == "[1 day overdue] Reminder letter 2023-1"
