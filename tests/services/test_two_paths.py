"""The set-based night and the rules finding by finding leave the same rows."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert
from sqlmodel import Session, SQLModel, col, select

from duban.services.rules import Rules
from duban.services.transition import lapse
from models.calendar import start_of_day
from models.escalation import Escalation, Notice
from models.extension import ExtensionRequest
from models.finding import Finding
from models.letter import Letter
from models.look_again import LookAgain
from models.message import Message
from models.nightly_run import NightlyRun, RunState, RunUnreached
from models.organization import Contact, ContactRole, Organization, OrganizationKind
from models.queries.contacts import contacts_of_commission
from models.transition_log import TransitionRecord
from models.transitions import OPEN_STATES, RUNNING_STATES, Event, Role, State, phase_of
from tests.reference_night import Expected, Known, expected_night
from tests.world import INSTALLED, World, at

ORGANIZATIONS = 200
IN_PART = 25_000
"""So many findings at most where not all rounds run; a batch has 20,000."""
REST_DAY = "2024-02-11"  # in the Spring Festival; 18 February is a Sunday that is worked
STATES = (
    State.ISSUED, State.ACKNOWLEDGED, State.SUBMITTED, State.OVERDUE, State.RECTIFIED, State.DRAFT,
)  # fmt: skip


@pytest.mark.parametrize(
    ("night", "since", "size", "our_roles"),
    [
        ("2024-01-26", "2024-01-23", 100_000, ("supervisor",)),
        (REST_DAY, "2024-02-10", 5_000, ("supervisor", "clerk")),
        ("2024-02-19", "2024-02-09", 5_000, ("supervisor",)),  # after the festival
        ("2024-02-18", None, 5_000, ("clerk",)),  # nobody hears of late reviews
    ],
)
def test_the_night_in_sets_equals_the_night_finding_by_finding(
    world: World,
    night: str,
    since: str | None,
    size: int,
    our_roles: tuple[str, ...],
    whole: bool,
) -> None:
    size = size if whole else min(size, IN_PART)
    now, last = at(night), at(since) if since else None
    with world.database.begin() as session:
        _fill(session, Random(f"{night}{size}"), size, now, our_roles)
        if last is not None:
            _held(session, world.rules(session), last)
    with world.database.read() as session:
        expected = _expected(session, world, now, last)
    report = world.night(night)
    assert report.state in (RunState.COMPLETED, RunState.WARNINGS)
    with world.database.read() as session:
        found = _found(session, report.run_id, {*expected.findings})
    assert found.findings == expected.findings
    assert found.lapses == expected.lapses
    assert found.notices == expected.notices
    assert found.proposals == expected.proposals
    assert found.unreached == expected.unreached
    assert found.mails == expected.mails
    assert found.again == expected.again
    assert {name: report.counts[name] for name in expected.counts} == dict(expected.counts)
    assert min(len(found.lapses), len(found.notices), len(found.mails)) > 100
    assert (len(found.proposals) > 100) is (night != REST_DAY)


def test_lapsing_in_sets_equals_the_transition_of_one(world: World) -> None:
    now = at("2024-01-27")
    with world.database.begin() as session:
        _fill(session, Random(7), 600, now, ("supervisor",))
    due = [one for one in _running(world) if one.due_at and one.due_at <= now]
    singly: dict[int, tuple[Any, ...]] = {}
    with world.database.read() as session:  # rolled back: the same rows wait for the night
        for one in due:
            finding = session.get_one(Finding, one.id)
            record = lapse(session, finding, now=now, rules=world.rules(session))
            singly[one.id or 0] = (_lapsed(finding), _recorded(record))
    report = world.night("2024-01-27")
    with world.database.read() as session:
        query = select(TransitionRecord).where(TransitionRecord.run_id == report.run_id)
        in_sets = {
            record.finding_id: (
                _lapsed(session.get_one(Finding, record.finding_id)), _recorded(record),
            )
            for record in session.exec(query)
        }  # fmt: skip
    assert in_sets == singly
    assert len(singly) > 50


def _lapsed(finding: Finding) -> tuple[Any, ...]:
    return finding.state, finding.version, finding.overdue_at


def _recorded(record: TransitionRecord) -> dict[str, Any]:
    return record.model_dump(exclude={"id", "run_id"})


def _running(world: World) -> list[Finding]:
    with world.database.read() as session:
        found = session.exec(select(Finding).where(col(Finding.state).in_(RUNNING_STATES))).all()
        session.expunge_all()
        return list(found)


def _fill(
    session: Session, random: Random, size: int, now: datetime, our_roles: tuple[str, ...]
) -> None:
    """Organizations with all sorts of contacts, and findings in all sorts of standings."""
    root = session.exec(select(Organization.id)).one() or 0
    for person in session.exec(select(Contact)):
        person.active = person.role in our_roles
    first = root + 1
    _insert(session, Organization, [
        {"id": first + n, "code": f"u{n}", "name": f"单位{n}", "parent_id": root, "path": f"/{root}/{first + n}/",
         "kind": OrganizationKind.COMMITTEE, "created_at": INSTALLED}
        for n in range(ORGANIZATIONS)
    ])  # fmt: skip
    _insert(session, Contact, [
        {"organization_id": first + n, "name": f"{n}-{role}", "role": role, "language": "zh",
         "email": random.choice((f"{role}@{n}.example", f"Office@{n}.example", f"office@{n}.example", None)),
         "active": random.random() < 0.9,
         "undeliverable_at": INSTALLED if random.random() < 0.2 else None}
        for n in range(ORGANIZATIONS)
        for role in (ContactRole.CONTACT, ContactRole.HEAD, ContactRole.LEADER_IN_CHARGE)
        if random.random() < 0.7
    ])  # fmt: skip
    letter = Letter(number="一号", year=2023, sequence=1, organization_id=first, issued_at=INSTALLED,
                    issued_by="clerk", window="P1M", rule="next-workday", calendar_version="",
                    last_day=now.date(), due_at=now, report_by=now.date(), report_due_at=now,
                    sign_by=now.date())  # fmt: skip
    # The brake has stopped this night once, and somebody let it go on.
    earlier = NightlyRun(
        business_date=now.date(), as_of=now, started_at=INSTALLED, via="test",
        state=RunState.STOPPED, confirmed_by="chief",
    )  # fmt: skip
    session.add_all((letter, earlier))
    session.flush()
    _findings(session, random, size, now, first, letter.id or 0, earlier.id or 0)


def _findings(
    session: Session, random: Random, size: int, now: datetime, first: int, letter: int, run: int
) -> None:
    findings, notices, proposals, requests, again = [], [], [], [], []
    rungs = ("receipt", "receipt-again", "due-7", "due-3", "due-1", "urge", "review-late")
    for n in range(1, size + 1):
        state = random.choice(STATES)
        last_day = now.date() + timedelta(days=random.randint(-45, 20))
        if state in (State.OVERDUE,):
            last_day = min(last_day, now.date() - timedelta(days=1))
        sign_by = now.date() + timedelta(days=random.randint(-12, 4))
        review_by = now.date() + timedelta(days=random.randint(-6, 4))
        due_at = start_of_day(last_day + timedelta(days=1))
        organization_id = first + random.randrange(ORGANIZATIONS)
        received = state in (State.ACKNOWLEDGED, State.SUBMITTED) or random.random() < 0.3
        findings.append(
            {"id": n, "key": f"k{n}", "fingerprint": "", "organization_id": organization_id, "text": f"t{n}",
             "letter_id": None if state is State.DRAFT else letter, "item": n, "created_at": INSTALLED,
             "state": state, "version": random.randint(1, 4), "returns": 0, "provisional": random.random() < 0.1,
             "acknowledged_at": INSTALLED if received else None, "sign_by": sign_by, "last_day": last_day,
             "due_at": due_at, "review_by": review_by if state is State.SUBMITTED else None,
             "overdue_at": due_at if state is State.OVERDUE else None, "rung": random.randint(0, 1),
             "escalated": random.random() < 0.1, "settled_at": INSTALLED, "phase": phase_of(state, received)}
        )  # fmt: skip
        if state in OPEN_STATES and random.random() < 0.3:
            at = now + timedelta(hours=random.choice((-48, -24, 0, 0, 0, 6)))
            again.append({"finding_id": n, "at": at, "set_at": INSTALLED})
        limits = {"receipt": sign_by, "receipt-again": sign_by, "review-late": review_by}
        for rung in random.sample(rungs, random.choice((0, 0, 1, 3))):
            notices.append(
                {"finding_id": n, "organization_id": organization_id, "rung": rung, "run_id": run,
                 "due_on": random.choice((limits.get(rung, last_day), date(2023, 11, 3))),
                 "effective_on": last_day, "recorded_at": INSTALLED,
                 "withdrawn_at": random.choice((None, None, INSTALLED))}
            )  # fmt: skip
        for rung in random.sample(("circular", "summons", "referral"), random.choice((0, 0, 1))):
            proposals.append(
                {"finding_id": n, "organization_id": organization_id, "rung": rung, "level": 2,
                 "due_on": random.choice((last_day, date(2023, 11, 3))), "effective_on": last_day,
                 "state": "proposed", "proposed_at": INSTALLED}
            )  # fmt: skip
        if random.random() < 0.1:
            requests.append(
                {"finding_id": n, "period": "P1M", "reason": "r", "requested_at": INSTALLED,
                 "requested_by": "unit", "late": random.random() < 0.3, "old_last_day": last_day,
                 "new_last_day": last_day, "granted": random.choice((None, None, True, False))}
            )  # fmt: skip
    for table, rows in (
        (Finding, findings), (Notice, notices), (Escalation, proposals), (ExtensionRequest, requests),
        (LookAgain, again),
    ):  # fmt: skip
        _insert(session, table, rows)


def _held(session: Session, rules: Rules, last: datetime) -> None:
    """A night that did all its work."""
    session.add(
        NightlyRun(
            business_date=last.date(), as_of=last, started_at=last, via="test",
            state=RunState.COMPLETED, policy_version=rules.policy.version,
            calendar_version=rules.calendar_version,
        )
    )  # fmt: skip


def _insert(session: Session, table: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), 10_000):
        session.connection().execute(insert(table), rows[start : start + 10_000])


def _expected(session: Session, world: World, now: datetime, since: datetime | None) -> Expected:
    reachable = select(Contact).where(
        col(Contact.active).is_(True),
        col(Contact.email).is_not(None),
        col(Contact.undeliverable_at).is_(None),
    )
    contacts = defaultdict(list)
    for person in session.exec(reachable.order_by(col(Contact.id))):
        contacts[person.organization_id].append(person)
    live = select(Notice.finding_id, Notice.due_on, Notice.rung).where(
        col(Notice.withdrawn_at).is_(None)
    )
    pending = select(ExtensionRequest.finding_id).where(
        col(ExtensionRequest.granted).is_(None), col(ExtensionRequest.late).is_(False)
    )
    known = Known(
        told=set(session.exec(live)),
        proposed=set(
            session.exec(select(Escalation.finding_id, Escalation.due_on, Escalation.rung))
        ),
        pending=set(session.exec(pending)),
        again={row.finding_id: row.at for row in session.exec(select(LookAgain))},
        since=since,
        contacts=contacts,
        commission=contacts_of_commission(session),
    )
    found = expected_night(session.exec(select(Finding)).all(), known, world.rules(session), now)
    later = session.exec(select(LookAgain).where(LookAgain.at > now))
    return replace(
        found, again={row.finding_id: (row.at, row.set_at) for row in later} | found.again
    )


def _found(session: Session, run_id: int, ids: set[int]) -> Expected:
    f = Finding
    settled = select(
        f.id, f.state, f.version, f.overdue_at, col(f.rung), f.escalated,
    )  # type: ignore[call-overload]  # fmt: skip  # select's overloads end at four columns
    log = select(TransitionRecord).where(TransitionRecord.run_id == run_id)
    notices = select(Notice).where(Notice.run_id == run_id)
    proposals = select(Escalation).where(Escalation.run_id == run_id)
    mails = select(Message).where(Message.run_id == run_id)
    unreached = select(RunUnreached).where(RunUnreached.run_id == run_id)
    return Expected(
        findings={row[0]: tuple(row[1:]) for row in session.exec(settled) if row[0] in ids},
        lapses={
            (r.finding_id, r.version, r.source, r.target, r.effective_at, r.recorded_at)
            for r in session.exec(log)
            if (r.event, r.actor, r.role) == (Event.LAPSE, "duban", Role.SYSTEM)
        },
        notices={
            (n.finding_id, n.organization_id, n.due_on, n.rung, n.effective_on)
            for n in session.exec(notices)
        },
        proposals={
            (p.finding_id, p.organization_id, p.due_on, p.rung, p.effective_on, p.level)
            for p in session.exec(proposals)
        },
        unreached={(row.organization_id, row.rung) for row in session.exec(unreached)},
        mails={
            (m.organization_id, m.template, m.to.casefold(), tuple(m.guard["rungs"]))
            for m in session.exec(mails)
        },
        again={row.finding_id: (row.at, row.set_at) for row in session.exec(select(LookAgain))},
    )
