"""Named reads of the ledger of nights."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import exists, func
from sqlmodel import Session, col, select

from config.language import _
from models.calendar import SHANGHAI, civil_date
from models.errors import NotFound
from models.finding import Finding
from models.installation import Installation
from models.nightly_run import DONE_STATES, NightlyRun, RunItem, RunState
from models.transition_log import TransitionRecord
from models.transitions import OPEN_STATES, Event, State


def last_done(session: Session) -> NightlyRun | None:
    """The newest run that finished its night."""
    query = (
        select(NightlyRun)
        .where(col(NightlyRun.state).in_((RunState.COMPLETED, RunState.WARNINGS)))
        .order_by(col(NightlyRun.business_date).desc(), col(NightlyRun.id).desc())
        .limit(1)
    )
    return session.exec(query).first()


def latest(session: Session) -> NightlyRun | None:
    """The newest attempt, whatever came of it."""
    query = select(NightlyRun).order_by(
        col(NightlyRun.business_date).desc(), col(NightlyRun.id).desc()
    )
    return session.exec(query.limit(1)).first()


def last_recorded(session: Session) -> datetime | None:
    """The latest instant about which something is on record: an act, or a night that ended."""
    latest_act = session.exec(select(func.max(TransitionRecord.effective_at))).one()
    latest_night = session.exec(
        select(func.max(NightlyRun.as_of)).where(col(NightlyRun.state).in_(DONE_STATES))
    ).one()
    return max((one for one in (latest_act, latest_night) if one is not None), default=None)


def expected_by(session: Session, now: datetime) -> int:
    """How many findings the last finished run foresaw to come due by ``now``."""
    last = last_done(session)
    if last is None:
        return 0
    foreseen = last.forecast.items()
    return sum(count for instant, count in foreseen if datetime.fromisoformat(instant) <= now)


def nights_missed(session: Session, now: datetime, nightly_at: time) -> list[date]:
    """The business dates whose time has passed and that no run accounts for, oldest first.

    ``nightly_at`` is the local time of the check.
    """
    first = session.get_one(Installation, 1).nights_from
    last = civil_date(now)
    if now.astimezone(SHANGHAI).time() < nightly_at:
        last -= timedelta(days=1)
    done = set(
        session.exec(
            select(col(NightlyRun.business_date)).where(
                col(NightlyRun.state).in_(DONE_STATES),
                NightlyRun.business_date >= first,
                NightlyRun.business_date <= last,
            )
        )
    )
    span = (last - first).days + 1
    return [day for n in range(span) if (day := first + timedelta(days=n)) not in done]


def attempts(session: Session, business_date: date) -> int:
    """How often a night was begun."""
    query = select(func.count()).where(NightlyRun.business_date == business_date)
    return session.exec(query).one()


def confirmed_by(session: Session, business_date: date) -> str | None:
    """Who said that a stopped night may go on."""
    query = select(NightlyRun.confirmed_by).where(
        NightlyRun.business_date == business_date, col(NightlyRun.confirmed_by).is_not(None)
    )
    return session.exec(query).first()


def last_stopped(session: Session, business_date: date) -> NightlyRun | None:
    """The newest attempt at a night that the brake stopped."""
    query = select(NightlyRun).where(
        NightlyRun.business_date == business_date, NightlyRun.state == RunState.STOPPED
    )
    return session.exec(query.order_by(col(NightlyRun.id).desc())).first()


def runs(session: Session, limit: int = 30) -> Sequence[NightlyRun]:
    """The newest runs first."""
    query = select(NightlyRun).order_by(
        col(NightlyRun.business_date).desc(), col(NightlyRun.id).desc()
    )
    return session.exec(query.limit(limit)).all()


def items_of(session: Session, run_id: int) -> Sequence[RunItem]:
    """What a run recorded finding by finding."""
    return session.exec(select(RunItem).where(RunItem.run_id == run_id)).all()


def items_of_finding(session: Session, finding_id: int) -> Sequence[tuple[RunItem, NightlyRun]]:
    """What runs recorded for one finding, oldest first."""
    query = (
        select(RunItem, NightlyRun)
        .join(NightlyRun, col(NightlyRun.id) == col(RunItem.run_id))
        .where(RunItem.finding_id == finding_id)
        .order_by(col(RunItem.id))
    )
    return session.exec(query).all()


def runs_done(session: Session, first: datetime, last: datetime) -> Sequence[NightlyRun]:
    """The finished runs that were at work between two instants, oldest first."""
    query = select(NightlyRun).where(
        col(NightlyRun.state).in_((RunState.COMPLETED, RunState.WARNINGS)),
        NightlyRun.started_at >= first,
        NightlyRun.started_at <= last,
    )
    return session.exec(query.order_by(col(NightlyRun.as_of), col(NightlyRun.id))).all()


def last_days_at(session: Session, instant: datetime) -> dict[int, date]:
    """The last day of every finding as it was on record at ``instant``, by its id."""
    query = (
        select(TransitionRecord.finding_id, col(TransitionRecord.details))
        .where(
            TransitionRecord.recorded_at <= instant,
            col(TransitionRecord.event).in_(
                (Event.ISSUE, Event.EXTEND, Event.REDATE, Event.REOPEN)
            ),
        )
        .order_by(col(TransitionRecord.version))
    )
    return {
        finding: date.fromisoformat(details["deadline"]["last_day"])
        for finding, details in session.exec(query)
    }


def rungs_of_run(session: Session, run_id: int) -> dict[str, tuple[int, int]]:
    """How many findings and organizations each rung of a night concerned, by its code.

    Findings that became overdue are counted under ``lapse``.
    """
    query = (
        select(RunItem, col(Finding.organization_id))
        .join(Finding, col(Finding.id) == col(RunItem.finding_id))
        .where(RunItem.run_id == run_id)
    )
    found: dict[str, list[int]] = {}
    for item, organization_id in session.exec(query):
        codes = [*item.details.get("rungs", ()), *(["lapse"] if item.details.get("lapsed") else [])]
        for code in codes:
            found.setdefault(code, []).append(organization_id)
    return {code: (len(ids), len(set(ids))) for code, ids in found.items()}


def states_at(session: Session, instant: datetime) -> dict[int, State]:
    """The recorded state of every finding that was open at ``instant``, by its id."""
    newest = (
        select(
            col(TransitionRecord.finding_id), func.max(TransitionRecord.version).label("version")
        )
        .where(TransitionRecord.recorded_at <= instant)
        .group_by(col(TransitionRecord.finding_id))
        .subquery()
    )
    query = select(TransitionRecord.finding_id, TransitionRecord.target).join(
        newest,
        (col(TransitionRecord.finding_id) == newest.c.finding_id)
        & (col(TransitionRecord.version) == newest.c.version),
    )
    return {finding: State(state) for finding, state in session.exec(query) if state in OPEN_STATES}


def run_named(session: Session, reference: str) -> NightlyRun:
    """The run with this id, or of the night of this date the newest that did something.

    Raises:
        NotFound: there is none.
    """
    did_something = exists().where(col(RunItem.run_id) == col(NightlyRun.id))
    query = select(NightlyRun).order_by(did_something.desc(), col(NightlyRun.id).desc()).limit(1)
    if reference.isdecimal() and len(reference) <= 18:
        query = query.where(NightlyRun.id == int(reference))
    else:
        try:
            query = query.where(NightlyRun.business_date == date.fromisoformat(reference))
        except ValueError:
            query = query.where(col(NightlyRun.id).is_(None))
    found = session.exec(query).first()
    if found is None:
        raise NotFound(
            _("There is no run “{reference}”; give its number or its night (2024-01-27).").format(
                reference=reference
            )
        )
    return found
