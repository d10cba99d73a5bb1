"""Sixty days of a small district by chance: acts, outages, second runs, a mail server that fails.

Whatever happens, a night does what its preview said and accounts for every open finding once;
nothing is told twice, and what is not told has its reason. Nobody gets two mails of courtesy on
one day, whoever of two organizations they serve.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random

import pytest
from sqlmodel import col, select, update

from duban.services.account_run import account_of
from duban.services.catch_up import check_night
from duban.services.preview_night import preview_night
from duban.services.send_mail import send_due
from models.calendar import civil_date
from models.errors import DubanError
from models.escalation import Escalation
from models.extension import ExtensionRequest
from models.mail_classes import ONCE_A_DAY
from models.message import Message, MessageState
from models.organization import Contact
from models.outcomes import Outcome
from models.queries.runs import nights_missed, run_named
from tests.services.counter_acts import COUNTER_ACTS, approve, withdraw
from tests.services.stories import contradictions
from tests.world import World, at

FIRST, DAYS = date(2023, 12, 27), 60
WALKS = range(4)
"""Of these 240 nights at least 160 are run, each with its preview; the others are missed."""


@pytest.mark.parametrize("seed", WALKS)
def test_sixty_days_by_chance(world: World, seed: int) -> None:
    chance, noon = Random(seed), Random(seed)
    findings = [
        *world.unit("a", findings=2, roles=("contact", "head", "leader-in-charge")),
        *world.unit("b", roles=("contact",)), *world.unit("c", findings=2),
        *world.unit("silent", roles=()),
    ]  # fmt: skip
    with world.database.begin() as session:
        serves_both = update(Contact).where(col(Contact.name).in_(("b-contact", "c-contact")))
        session.exec(serves_both.values(email="both@bc.example"))
    world.issue()
    nights, silent, acts = 0, 0, 0
    for day in (str(FIRST + timedelta(days=n)) for n in range(DAYS)):
        silent = silent - 1 if silent else chance.choice((*(0,) * 14, 1, 4))
        if not silent:
            nights += 1
            one_night(world, at(day))
            if chance.random() < 0.2:
                nothing_more(world, at(f"{day}T00:40"))
        if chance.random() < 0.6:
            send_due(world.database, now=at(f"{day}T08:30"), settings=world.settings)
        for finding_id in findings:
            acts += chance.random() < 0.08 and act(world, chance, finding_id, at(f"{day}T10:00"))
        if silent and noon.random() < 0.4:
            # A check that comes late tells what has come since the mail of the morning.
            one_night(world, at(f"{day}T11:00"))
        if noon.random() < 0.4:
            send_due(world.database, now=at(f"{day}T12:00"), settings=world.settings)
    assert (nights >= 40, acts >= 5) == (True, True)
    with world.database.read() as session:
        end = at(f"{FIRST + timedelta(days=DAYS)}T07:00")
        assert contradictions(session, world.rules(session), end) == []
        mails = session.exec(select(Message)).all()
        left = {mail.id for mail in mails if mail.state is MessageState.ACCEPTED}
        told = Counter(
            (mail.to, *line)
            for mail in mails
            if {mail.id, mail.joined_id} & left
            for line in map(tuple, mail.guard.get("lines", ()))
        )
        courtesies = Counter(
            (mail.to, civil_date(mail.attempted_at or end))
            for mail in mails
            if mail.id in left and mail.template in ONCE_A_DAY
        )
        proposed = Counter(
            (one.finding_id, one.due_on, one.rung) for one in session.exec(select(Escalation))
        )
    assert {*told.values(), *proposed.values(), *courtesies.values()} == {1}
    assert {"both@bc.example", "clerk@commission.example"} <= {to for to, _day in courtesies}


def one_night(world: World, now: datetime) -> None:
    """A night that does what its preview said, and accounts for every open finding once."""
    with world.database.read() as session:
        preview = preview_night(session, world.rules(session), now)
        planned = {item.row.finding.id: (item.outcome, item.rungs) for item in preview.items}
    report = check_night(world.database, as_of=now, settings=world.settings, via="test")
    assert report.counts == preview.counts
    with world.database.read() as session:
        run = run_named(session, str(report.run_id))
        account = [*account_of(session, run, world.rules(session))]
        done = {one.finding.id: (one.outcome, one.rungs) for one in account}
        assert nights_missed(session, now, time(0, 10)) == []
    assert len(account) == len(done) == report.counts["open"]
    found = Counter(outcome.value for outcome, _rungs in done.values())
    assert {name: report.counts[name] for name in Outcome} == {
        name: found[name] for name in Outcome
    }
    nothing = (Outcome.NONE, ())
    assert {one: what for one, what in done.items() if what != nothing} == {
        one: what for one, what in planned.items() if what != nothing
    }


def nothing_more(world: World, now: datetime) -> None:
    """The same night once more: everything is as it was."""
    report = check_night(world.database, as_of=now, settings=world.settings, via="test")
    did = ("changed", "noticed", "failed", "messages", "proposals", "lapsed")
    assert [report.counts[name] for name in did] == [0] * len(did)


def act(world: World, chance: Random, finding_id: int, now: datetime) -> bool:
    """One act on a finding, if it is possible now."""
    with world.database.read() as session:
        asked = select(ExtensionRequest.id).where(
            ExtensionRequest.finding_id == finding_id, col(ExtensionRequest.granted).is_(None)
        )
        number = session.exec(asked).first()
    possible: list[Callable[[], object]] = [
        lambda: world.acknowledge(finding_id, now), lambda: world.submit(finding_id, now),
        lambda: world.send_back(finding_id, now), lambda: world.accept(finding_id, now),
        lambda: world.ask(finding_id, "10wd", now),
        *([lambda: world.grant(number, now)] * 3 if number else ()),
        *(partial(one, world, finding_id, now) for one in (withdraw, approve, *COUNTER_ACTS)),
    ]  # fmt: skip
    try:
        chance.choice(possible)()
    except DubanError:
        return False
    return True
