"""Mails leave between acts of every kind: none tells what was over when it was claimed."""

from collections import Counter
from datetime import date, timedelta
from random import Random

from sqlmodel import select

from duban.services.send_mail import send_due
from models.errors import IllegalTransition
from models.finding import Finding
from models.message import TAKEN, Message
from models.transitions import State
from tests.world import World, at

WHOLE, IN_PART = (150, 59, 30), (8, 3, 18)
"""Organizations, acts a day at most, and days."""
FIRST = date(2024, 1, 15)

ONLY_WHILE = {
    "overdue": {State.OVERDUE},
    "urged": {State.OVERDUE},
    "reminder": {State.ISSUED, State.ACKNOWLEDGED},
    "returned": {State.ACKNOWLEDGED, State.OVERDUE},
    "issued": {State.ISSUED},
    "closed": {State.RECTIFIED},
}
"""In which states of its finding each mail is true; each letter has one finding here."""


def test_no_mail_tells_what_is_over(world: World, whole: bool) -> None:
    units, most, days = WHOLE if whole else IN_PART
    ids = [world.unit(f"u{n}", roles=("contact",))[0] for n in range(units)]
    world.issue()
    told: Counter[str] = Counter()
    random, acts = Random(5), 0
    gone: set[str] = set()
    for day in (FIRST + timedelta(days=n) for n in range(days)):
        world.night(str(day))
        for act in range(random.randrange(most + 1)):
            acts += _act_somehow(world, random, ids, f"{day}T07:{act:02}")
        assert _send(world, f"{day}T09:00", gone, told) == [], day
    assert acts >= days // 2
    assert min(told["overdue"], told["reminder"], told["closed"]) >= 1, told


def _act_somehow(world: World, random: Random, ids: list[int], when: str) -> bool:
    finding_id, instant = random.choice(ids), at(when)
    act = random.choice((world.acknowledge, world.submit, world.accept, world.send_back))
    try:
        act(finding_id, instant)
    except IllegalTransition:
        return False
    return True


def _send(world: World, when: str, gone: set[str], told: Counter[str]) -> list[tuple[str, str]]:
    with world.database.read() as session:
        states = {f.letter_id: f.state for f in session.exec(select(Finding))}
    send_due(world.database, now=at(when), settings=world.settings)
    left = [m for m in world.messages() if m.state in TAKEN and m.id not in gone]
    gone.update(mail.id for mail in left)
    told.update(mail.template for mail in left)
    return [
        (mail.template, states[mail.letter_id].value)
        for mail in left
        if mail.letter_id is not None and states[mail.letter_id] not in _true_in(mail)
    ]


def _true_in(mail: Message) -> set[State]:
    return ONLY_WHILE.get(mail.template, set(State))
