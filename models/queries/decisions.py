"""What waits for a decision of the commission, each with the finding that it is about.

Reports wait for a verifier, requests for more time and proposals to escalate for a supervisor.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, and_, func, literal, text, tuple_, union_all
from sqlalchemy import select as columns
from sqlmodel import Session, SQLModel, col, select

from models.calendar import Calendar, start_of_day
from models.columns import UTCDateTime
from models.escalation import Escalation, EscalationState
from models.explanation import Explanation
from models.extension import ExtensionRequest
from models.finding import Finding
from models.letter import Letter
from models.organization import Organization
from models.queries.findings import Row, state_at
from models.queries.scope import Scope
from models.submission import Submission
from models.transition_log import NOT_A_LAPSE, TransitionRecord
from models.transitions import Event, State

T = TypeVar("T", bound=SQLModel)

STRETCHES = ((0, 0), (1, 1), (2, 2), (3, 3), (4, 5), (6, 10), (11, None))
"""By how many working days waiting reports are counted: from, to; the last has no end."""

Place = tuple[datetime, int]
"""Where a report stands in the queue: when it was handed in, and its number."""

_PLACE = (col(Submission.submitted_at), col(Submission.id))


@dataclass(frozen=True, slots=True)
class Case(Generic[T]):
    """A record to decide on, or decided, and the finding that it is about."""

    row: Row
    record: T


@dataclass(frozen=True, slots=True)
class Wait:
    """How many reports have waited for ``least`` to ``most`` working days."""

    least: int
    most: int | None
    reports: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """All reports that wait for us: how many for how long, and since when the oldest does."""

    waits: tuple[Wait, ...]
    oldest: datetime | None

    @property
    def reports(self) -> int:
        """How many there are."""
        return sum(wait.reports for wait in self.waits)


def place_of(report: Submission) -> Place:
    """The place of a report; what was handed in first comes first."""
    return report.submitted_at, report.id or 0


def reports_waiting(
    session: Session, now: datetime, *, scope: Scope, limit: int, after: Place | None = None
) -> list[Case[Submission]]:
    """Reports that nobody has decided on, the oldest first, from ``after`` on."""
    also = [] if after is None else [tuple_(*_PLACE) > _literally(after)]
    query = (
        _cases(Submission, now)
        .where(*_undecided_reports(scope), *also)
        .order_by(*_PLACE)
        .limit(limit)
    )
    return _found(session, query)


def reports_around(
    session: Session, report: Submission, now: datetime, *, scope: Scope, before: int, after: int
) -> list[Case[Submission]]:
    """Of the same queue: at most ``before`` and ``after`` reports around the place of ``report``.

    It is itself among them as long as it is not decided.
    """
    ids = (
        columns(col(Submission.id))
        .join(Finding, col(Submission.finding_id) == col(Finding.id))
        .where(*_undecided_reports(scope))
    )
    here, place = tuple_(*_PLACE), _literally(place_of(report))
    earlier = ids.where(here < place).order_by(*(column.desc() for column in _PLACE))
    later = ids.where(here >= place).order_by(*_PLACE)
    parts = (earlier.limit(before).subquery(), later.limit(after + 1).subquery())
    near = union_all(*(columns(part) for part in parts))
    query = _cases(Submission, now).where(col(Submission.id).in_(near)).order_by(*_PLACE)
    return _found(session, query)


def waiting(session: Session, today: date, calendar: Calendar, *, scope: Scope) -> Waiting:
    """How long the reports have waited for us by ``today``, in working days of ``calendar``."""
    submitted = col(Finding.submitted_at)
    tomorrow = today + timedelta(days=1)

    def since(least: int) -> datetime:
        """Before this instant is what has waited for ``least`` working days."""
        return start_of_day(calendar.add_working_days(tomorrow, -least) if least else tomorrow)

    ages: list[ColumnElement[bool]] = []
    for least, most in STRETCHES:
        age = submitted < since(least) if least else literal(True)
        ages.append(age if most is None else and_(age, submitted >= since(most + 1)))
    *counts, oldest = session.execute(
        columns(*(func.count().filter(age) for age in ages), func.min(submitted)).where(
            _waits(), scope.of(Finding.organization_id)
        )
    ).one()
    waits = (Wait(*stretch, n) for stretch, n in zip(STRETCHES, counts, strict=True))
    return Waiting(tuple(waits), oldest)


def lately_reviewed(
    session: Session, now: datetime, *, scope: Scope, limit: int
) -> list[Case[TransitionRecord]]:
    """The last reports that were accepted or returned, the newest first."""
    query = _cases(TransitionRecord, now).where(
        text(NOT_A_LAPSE),
        col(TransitionRecord.event).in_((Event.ACCEPT, Event.RETURN)),
        scope.of(Finding.organization_id),
    )
    newest = (col(TransitionRecord.effective_at).desc(), col(TransitionRecord.id).desc())
    return _found(session, query.order_by(*newest).limit(limit))


def requests_pending(
    session: Session, now: datetime, *, scope: Scope, limit: int, after: int = 0
) -> list[Case[ExtensionRequest]]:
    """Requests for more time that nobody has decided, the oldest first, from ``after`` on."""
    query = _cases(ExtensionRequest, now).where(
        col(ExtensionRequest.granted).is_(None),
        col(ExtensionRequest.id) > after,
        scope.of(Finding.organization_id),
    )
    return _found(session, query.order_by(col(ExtensionRequest.id)).limit(limit))


def requests_decided(
    session: Session, now: datetime, *, scope: Scope, limit: int
) -> list[Case[ExtensionRequest]]:
    """Requests that were granted or declined, the last decided first."""
    query = _cases(ExtensionRequest, now).where(
        col(ExtensionRequest.granted).is_not(None), scope.of(Finding.organization_id)
    )
    newest = (col(ExtensionRequest.decided_at).desc(), col(ExtensionRequest.id).desc())
    return _found(session, query.order_by(*newest).limit(limit))


def request_numbered(
    session: Session, number: int, now: datetime, *, scope: Scope
) -> Case[ExtensionRequest] | None:
    """The request with this number; none where there is none to be seen."""
    query = _cases(ExtensionRequest, now).where(
        col(ExtensionRequest.id) == number, scope.of(Finding.organization_id)
    )
    return next(iter(_found(session, query)), None)


def proposals_pending(
    session: Session, now: datetime, *, scope: Scope, limit: int, after: int = 0
) -> list[Case[Escalation]]:
    """Proposals to escalate that nobody has decided, the oldest first, from ``after`` on."""
    query = _cases(Escalation, now).where(
        col(Escalation.state) == EscalationState.PROPOSED,
        col(Escalation.id) > after,
        scope.of(Finding.organization_id),
    )
    return _found(session, query.order_by(col(Escalation.id)).limit(limit))


def proposals_decided(
    session: Session, now: datetime, *, scope: Scope, limit: int
) -> list[Case[Escalation]]:
    """Proposals that were approved, declined or dropped, the last decided first."""
    query = _cases(Escalation, now).where(
        col(Escalation.state) != EscalationState.PROPOSED, scope.of(Finding.organization_id)
    )
    newest = (col(Escalation.decided_at).desc(), col(Escalation.id).desc())
    return _found(session, query.order_by(*newest).limit(limit))


def proposals_numbered(
    session: Session, numbers: Collection[int], now: datetime, *, scope: Scope
) -> list[Case[Escalation]]:
    """The proposals with these numbers that are to be seen, the oldest first."""
    query = _cases(Escalation, now).where(
        col(Escalation.id).in_(numbers), scope.of(Finding.organization_id)
    )
    return _found(session, query.order_by(col(Escalation.id)))


def last_explanations(session: Session, finding_ids: Collection[int]) -> dict[int, Explanation]:
    """What was last said about the delay of each of these findings, by finding."""
    query = select(Explanation).where(col(Explanation.finding_id).in_(finding_ids))
    return {said.finding_id: said for said in session.exec(query.order_by(col(Explanation.id)))}


def _cases(kind: type[T], now: datetime) -> Any:
    """Rows of ``kind``, which has a ``finding_id``, with everything that a line names."""
    return (
        columns(kind, Finding, Letter, Organization, state_at(now))
        .join(Finding, col(kind.finding_id) == col(Finding.id))  # type: ignore[attr-defined]  # each kind has it
        .join(Organization, col(Finding.organization_id) == col(Organization.id))
        .join(Letter, col(Finding.letter_id) == col(Letter.id), isouter=True)
    )


def _found(session: Session, query: Any) -> list[Case[Any]]:
    return [
        Case(Row(finding, letter, organization, State(state)), record)
        for record, finding, letter, organization, state in session.exec(query)
    ]


def _waits() -> ColumnElement[bool]:
    """Findings that wait for our review: in plain sight of their index."""
    return col(Finding.review_by).is_not(None)


def _undecided_reports(scope: Scope) -> Sequence[ColumnElement[bool]]:
    return (_waits(), col(Submission.decision).is_(None), scope.of(Finding.organization_id))


def _literally(place: Place) -> Any:
    handed_in, number = place
    return tuple_(literal(handed_in, UTCDateTime), literal(number))
