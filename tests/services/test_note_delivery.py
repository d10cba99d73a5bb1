"""What is heard of mails: kept once, and in any order to the same end."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import product

from sqlmodel import col, select

from duban.services.organizations import add_contact
from models.delivery_event import DeliveryEvent, Heard
from models.message import HEARD_LATER, Message, MessageState
from models.organization import Contact, ContactRole, Organization
from tests.services.outbox_rows import LEFT, mail, mails, note, put, put_all, told
from tests.world import World

QUEUED, SENDING, ACCEPTED, REFUSED, IN_DOUBT, CANCELLED, HELD, DELIVERED, BOUNCED = MessageState
DOUBTFUL = (QUEUED, SENDING, IN_DOUBT, HELD)
RANK = {Heard.DELIVERED: DELIVERED, Heard.BOUNCED: BOUNCED, Heard.DROPPED: BOUNCED}
"""Where a mail gets by what is told; by everything else it was taken."""


def after(state: MessageState, heard: Heard, own: bool) -> MessageState:
    """Where a mail is, by hand."""
    if state in (CANCELLED, REFUSED, BOUNCED):
        return state
    if not own:
        return ACCEPTED if state in DOUBTFUL else state
    wanted = RANK.get(heard, ACCEPTED)
    return DELIVERED if (state, wanted) == (DELIVERED, ACCEPTED) else wanted


def test_each_thing_heard_in_each_state_to_either_address(world: World) -> None:
    cases = {f"{n}": case for n, case in enumerate(product(MessageState, Heard, (True, False)))}
    put_all(world, [(number, state) for number, (state, _heard, _own) in cases.items()])
    address = {True: "X@A.example", False: "archive@commission.example"}
    events = [
        told(number, heard, address=address[own]) for number, (_, heard, own) in cases.items()
    ]
    assert note(world, *events) == len(cases) == len(MessageState) * len(Heard) * 2
    found = {cases[number]: one.state for number, one in mails(world).items()}
    assert found == {case: after(*case) for case in cases.values()}
    assert note(world, *events) == 0
    assert {cases[number]: one.state for number, one in mails(world).items()} == found


def test_dates_and_words_are_those_of_what_decides(world: World) -> None:
    number = put(world, "a1", IN_DOUBT, answer="TimeoutError: timed out")
    note(world, told(number, Heard.PROCESSED, 2))
    one = mail(world, number)
    assert (one.state, one.answer) == (ACCEPTED, HEARD_LATER)
    assert one.accepted_at == LEFT + timedelta(minutes=2)
    note(world, told(number, Heard.DEFERRED, 4, reason="450 4.2.1 greylisted"),
         told(number, Heard.DEFERRED, 3, reason="421 busy"))  # fmt: skip
    assert mail(world, number).answer == "450 4.2.1 greylisted"
    note(world, told(number, Heard.DELIVERED, 6, reason="250 OK"))
    note(world, told(number, Heard.BOUNCED, 9, reason="550 5.1.1 unknown"))
    note(world, told(number, Heard.DELIVERED, 5, reason="250 OK first"))
    one = mail(world, number)
    assert (one.state, one.answer) == (BOUNCED, "550 5.1.1 unknown")
    assert (one.delivered_at, one.bounced_at) == (
        LEFT + timedelta(minutes=5), LEFT + timedelta(minutes=9),
    )  # fmt: skip
    refused = put(world, "r1", REFUSED, blind_copies=1)
    note(world, told(refused, Heard.DELIVERED))
    assert mail(world, refused).state is DELIVERED


def test_what_is_of_no_mail_of_ours_is_kept_without_one(world: World) -> None:
    foreign = [
        told("f" * 32, Heard.BOUNCED),
        told("f" * 40, Heard.BOUNCED),
        told("", Heard.DROPPED),
    ]
    assert (note(world, *foreign), note(world, *reversed(foreign))) == (3, 0)
    with world.database.read() as session:
        kept = session.exec(select(DeliveryEvent)).all()
        assert [event.message_id for event in kept] == [None] * 3
        assert session.exec(select(Message)).all() == []


def standing(world: World, numbers: list[str]) -> list[object]:
    """Everything of these mails that can change, without their numbers."""
    mails = [mail(world, number) for number in numbers]
    return [
        (m.state, m.answer, m.accepted_at, m.delivered_at, m.bounced_at, m.guard) for m in mails
    ]


def test_repeated_and_shuffled_events_come_to_the_same_end(world: World, whole: bool) -> None:
    seed = 20240127
    ends = []
    for turn in range(12 if whole else 3):
        # The same stories each time, told in another order, some things several times.
        stories, order = random.Random(seed), random.Random(f"{seed}-{turn}")
        states = stories.choices((*DOUBTFUL, ACCEPTED, CANCELLED), k=30)
        numbers, events = [f"{turn}-{n}" for n in range(len(states))], []
        put_all(world, zip(numbers, states, strict=True), answer="before")
        for number in numbers:
            for minutes in stories.sample(range(1, 20), stories.randint(0, 5)):
                heard, why = stories.choice(list(Heard)), f"{minutes} said"
                address = stories.choice(("x@a.example", "x@a.example", "archive@c.example"))
                events.append((number, heard, minutes, address, why))
        repeated = events * 3 if turn else events
        if turn:
            order.shuffle(repeated)
        while repeated:
            size = order.randint(1, 40) if turn else len(repeated)
            note(world, *[told(*one) for one in repeated[:size]])
            repeated = repeated[size:]
        ends.append(standing(world, numbers))
    assert ends == [ends[0]] * len(ends), f"seed {seed}"
    assert {end[0] for end in ends[0]} >= {ACCEPTED, DELIVERED, BOUNCED, CANCELLED}  # type: ignore[index]  # a tuple


def test_two_who_tell_the_same_at_once(world: World) -> None:
    numbers = [f"a{n}" for n in range(20)]
    put_all(world, [(number, ACCEPTED) for number in numbers])
    kinds = (Heard.PROCESSED, Heard.DELIVERED, Heard.BOUNCED)

    def tell(turn: int) -> int:
        events = [told(number, heard) for number in numbers for heard in kinds]
        random.Random(turn).shuffle(events)
        return sum(note(world, *events[start : start + 15]) for start in range(0, len(events), 15))

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(tell, range(3))) == len(numbers) * len(kinds)
    assert {one.state for one in mails(world).values()} == {BOUNCED}


def contacts(world: World) -> dict[str, bool]:
    """Who can be reached, by address."""
    with world.database.read() as session:
        found = session.exec(select(Contact).where(col(Contact.email).like("%a.example")))
        return {one.email or "": one.undeliverable_at is None for one in found}


def test_who_must_know_is_told(world: World) -> None:
    world.unit("a", roles=("contact",))
    world.issue()
    (sent,) = world.messages("issued")
    with world.database.begin() as session:
        for role in (ContactRole.HEAD, ContactRole.LEADER_IN_CHARGE):
            unit = session.get_one(Organization, sent.organization_id)
            add_contact(session, unit, name=role, role=role, email=f"{role}@a.example")
        message = session.get_one(Message, sent.id)
        message.state, message.attempted_at = ACCEPTED, LEFT
        session.add(message)

    def told_of(*events: DeliveryEvent) -> list[tuple[str, str]]:
        note(world, *events)
        return sorted((one.to, one.state.value) for one in world.messages("issued"))

    own = {"address": sent.to, "reason": "552 5.2.2 mailbox full"}
    full = told(sent.id, Heard.BOUNCED, 2, **own)
    assert told_of(full) == [("contact@a.example", "bounced"), ("head@a.example", "queued")]
    assert contacts(world)["contact@a.example"]
    (given,) = [one for one in world.messages("issued") if one.to == "head@a.example"]
    gone = told(given.id, Heard.DROPPED, 3, given.to, "5.0.0 Bounced Address")
    assert told_of(gone, full) == [
        ("contact@a.example", "bounced"), ("head@a.example", "bounced"),
        ("leader-in-charge@a.example", "queued"),
    ]  # fmt: skip
    assert [address for address, reached in contacts(world).items() if not reached] == [given.to]


def test_a_mail_that_is_sent_again_has_a_new_story(world: World) -> None:
    number = put(world, "a1", ACCEPTED)
    note(world, told(number, Heard.DELIVERED, 1), told(number, Heard.BOUNCED, 2))
    with world.database.begin() as session:
        message = session.get_one(Message, number)
        message.state = QUEUED
        session.add(message)
    note(world, told(number, Heard.PROCESSED, 0.5), told(number, Heard.DROPPED, 3))
    assert mail(world, number).state is QUEUED
    with world.database.begin() as session:
        message = session.get_one(Message, number)
        message.state, message.attempted_at = ACCEPTED, LEFT + timedelta(minutes=60)
        session.add(message)
    note(world, told(number, Heard.DEFERRED, 4), told(number, Heard.BOUNCED, 5))
    assert mail(world, number).state is ACCEPTED
    note(world, told(number, Heard.DELIVERED, 61, reason="250 OK"))
    one = mail(world, number)
    assert (one.state, one.answer) == (DELIVERED, "250 OK")
    assert one.delivered_at == LEFT + timedelta(minutes=61)


def test_a_link_is_forgotten_as_soon_as_it_is_known_to_have_left(world: World) -> None:
    number = put(world, "a1", IN_DOUBT, forget_text=True, guard={"sealed": "x"})
    note(world, told(number, Heard.DEFERRED))
    one = mail(world, number)
    assert (one.state, one.guard) == (ACCEPTED, {})
