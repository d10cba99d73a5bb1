"""A notice that did not arrive is none: the next person is told, or the ladder tells it again."""

from datetime import datetime
from itertools import count

from sqlmodel import col, select

from duban.services.explain_finding import explain_ladder
from duban.services.note_delivery import note_events
from duban.services.organizations import change_contact
from duban.services.send_mail import send_again, send_due
from models.delivery_event import DeliveryEvent, EventSource, Heard
from models.finding import Finding
from models.message import Message
from models.nightly_run import RunUnreached
from models.organization import Contact
from models.queries.organizations import unreachable
from tests.world import World, at

NO_SUCH = "550 5.1.1 no such user"
_keys = count()


def send(world: World, when: str) -> None:
    send_due(world.database, now=at(when), settings=world.settings)


def hear(world: World, mail: Message, what: Heard, when: str) -> None:
    """The provider tells something of a mail."""
    event = DeliveryEvent(
        key=f"k{next(_keys)}", message_id=mail.id, heard=what, source=EventSource.WEBHOOK,
        at=at(when), received_at=at(when), address=mail.to, reason=NO_SUCH,
    )  # fmt: skip
    with world.database.begin() as session:
        note_events(session, [event], now=at(when), rules=world.rules(session))


def mails(world: World, *templates: str) -> list[tuple[str, str, str]]:
    """(person, template, state) of the mails, in the order of the people."""
    found = [mail for mail in world.messages() if not templates or mail.template in templates]
    return sorted((mail.to_name, mail.template, mail.state.value) for mail in found)


def marked(world: World) -> dict[str, tuple[datetime | None, str | None]]:
    """Whose address is known to fail, since when and why."""
    with world.database.read() as session:
        people = session.exec(select(Contact).where(col(Contact.undeliverable_at).is_not(None)))
        return {one.name: (one.undeliverable_at, one.undeliverable_why) for one in people}


def silent(world: World) -> list[str]:
    with world.database.read() as session:
        return [one.code for one in unreachable(session)]


def urging_of(world: World, finding_id: int, when: str) -> tuple[str, str]:
    """What became of the urging notice of a finding, and why, as its page says it."""
    with world.database.read() as session:
        finding = session.get_one(Finding, finding_id)
        stories = explain_ladder(session, finding, now=at(when), rules=world.rules(session))
        (story,) = (one for one in stories if one.code == "urge")
        return story.fate.value, story.reason


def mend(world: World, name: str, email: str) -> None:
    with world.database.begin() as session:
        person = session.exec(select(Contact).where(Contact.name == name)).one()
        change_contact(session, person, email=email)


def test_a_letter_that_came_back_goes_to_the_next_person(world: World) -> None:
    world.unit("a", roles=("leader-in-charge", "contact"))
    world.issue()
    send(world, "2023-12-26T17:30")
    (first,) = world.messages("issued")
    assert (first.to_name, first.state.value) == ("a-contact", "accepted")
    for when in ("2023-12-27T09:00", "2023-12-27T09:05"):  # told twice
        hear(world, first, Heard.BOUNCED, when)
    assert marked(world) == {"a-contact": (at("2023-12-27T09:00"), NO_SUCH)}
    assert mails(world, "issued") == [
        ("a-contact", "issued", "bounced"), ("a-leader-in-charge", "issued", "queued"),
    ]  # fmt: skip
    (second,) = (one for one in world.messages("issued") if one.id != first.id)
    assert second.text == first.text.replace(first.id[:12], second.id[:12])
    assert (second.subject, second.letter_id, second.language) == (
        first.subject, first.letter_id, first.language,
    )  # fmt: skip
    assert second.step_key.rpartition(":")[0] == first.step_key.rpartition(":")[0]
    assert second.headers != first.headers  # the thread of another mailbox
    send(world, "2023-12-27T10:00")
    assert silent(world) == []
    hear(world, second, Heard.BOUNCED, "2024-01-02T09:00")
    assert (len(world.messages("issued")), silent(world)) == (2, ["a"])
    # Delivered after the mark, at the same address: it works after all.
    hear(world, first, Heard.DELIVERED, "2024-01-02T10:00")
    assert silent(world) == ["a"]  # what came back stays so
    mend(world, "a-contact", "New@a.example")
    assert (silent(world), [*marked(world)]) == ([], ["a-leader-in-charge"])


def test_a_rung_that_nobody_heard_is_told_again(world: World) -> None:
    (one,) = world.unit("a", roles=("contact",))
    world.issue()
    world.acknowledge(one, at("2023-12-27T09:00"))
    send(world, "2023-12-27T10:00")
    world.night("2024-01-27")
    send(world, "2024-01-27T09:00")
    (urged,) = world.messages("overdue")
    assert world.notices() == [(one, "2024-01-26", "urge", "a-contact")]
    hear(world, urged, Heard.BOUNCED, "2024-01-28T10:00")
    assert world.notices() == []
    assert urging_of(world, one, "2024-01-28T12:00") == ("not-told", "reached-nobody")
    night = world.night("2024-01-29")
    assert (night.counts["held"], night.counts["noticed"]) == (1, 0)
    with world.database.read() as session:
        unheard = session.exec(select(RunUnreached).where(RunUnreached.run_id == night.run_id))
        assert [row.rung for row in unheard] == ["urge"]
    assert urging_of(world, one, "2024-01-29T12:00") == ("not-told", "no-working-address")
    world.night("2024-01-30")
    mend(world, "a-contact", "new@a.example")
    world.night("2024-01-31")
    send(world, "2024-01-31T09:00")
    assert world.notices() == [(one, "2024-01-26", "urge", "a-contact")]
    assert mails(world, "overdue") == [
        ("a-contact", "overdue", "accepted"), ("a-contact", "overdue", "bounced"),
    ]  # fmt: skip
    # The same news once more, days later: nothing is taken back that the second mail told.
    hear(world, urged, Heard.BOUNCED, "2024-02-01T10:00")
    assert len(world.notices()) == 1
    world.night("2024-02-01")
    assert len(world.messages("overdue")) == 2
    # Sent again by hand, it counts again, as long as it is true.
    (second,) = (mail for mail in world.messages("overdue") if mail.id != urged.id)
    hear(world, second, Heard.BOUNCED, "2024-02-01T10:00")
    assert world.notices() == []
    with world.database.begin() as session:
        send_again(session, session.get_one(Message, second.id), at("2024-02-01T11:00"))
    send(world, "2024-02-01T11:00")
    assert world.notices() == [(one, "2024-01-26", "urge", "a-contact")]
    assert (mails(world, "overdue")[0], marked(world)) == (
        ("a-contact", "overdue", "accepted"), {},
    )  # fmt: skip


def test_a_night_passes_on_what_came_back(world: World) -> None:
    first, second = world.unit("a", findings=2, roles=("contact", "head", "leader-in-charge"))
    world.issue()
    for one in (first, second):
        world.acknowledge(one, at("2023-12-27T09:00"))
    send(world, "2023-12-27T10:00")
    world.night("2024-01-19")
    send(world, "2024-01-19T09:00")
    (reminder,) = world.messages("reminder")
    assert reminder.to_name == "a-contact"
    hear(world, reminder, Heard.BOUNCED, "2024-01-19T10:00")
    # What waits for the address that failed goes the same way, without a second attempt.
    assert mails(world, "reminder") == [
        ("a-contact", "reminder", "bounced"), ("a-head", "reminder", "queued"),
    ]  # fmt: skip
    world.submit(second, at("2024-01-19T11:00"))
    send(world, "2024-01-19T12:00")
    (told,) = (one for one in world.messages("reminder") if one.to_name == "a-head")
    assert told.guard["lines"] == [[first, "due-7", "due-soon", "2024-01-26"]]
    assert world.notices() == [
        (first, "2024-01-26", "due-7", "a-contact"), (first, "2024-01-26", "due-7", "a-head"),
    ]  # fmt: skip
    hear(world, told, Heard.DELIVERED, "2024-01-19T12:01")
    # The mark stays: the next reminder is the head's alone.
    world.night("2024-01-23")
    send(world, "2024-01-23T09:00")
    assert [to for to, _what, _state in mails(world, "reminder")] == [
        "a-contact", "a-head", "a-head",
    ]  # fmt: skip


def test_who_is_left_hears_what_is_for_others(world: World) -> None:
    (one,) = world.unit("a", roles=("leader-in-charge",))
    world.issue()  # the contact person and the head would hear it
    send(world, "2023-12-26T17:30")
    world.acknowledge(one, at("2023-12-27T09:00"))
    world.night("2024-01-19")
    send(world, "2024-01-19T09:00")
    assert mails(world, "issued", "reminder") == [
        ("a-leader-in-charge", "issued", "accepted"),
        ("a-leader-in-charge", "reminder", "accepted"),
    ]
    assert world.notices() == [(one, "2024-01-26", "due-7", "a-leader-in-charge")]
