"""What a ledger tells of a finding, and what is on record of its delay, to narrow a list by."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, true
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from models.explanation import Explanation
from models.extension import ExtensionRequest
from models.finding import Finding
from models.letter import Letter
from models.transition_log import ANEW, TransitionRecord
from models.transitions import Event


class MoreTime(StrEnum):
    """Granted time counts in the present last day, or a request for more waits for a decision."""

    GRANTED = "yes"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Particulars:
    """Conditions that are looked for row by row.

    ``category`` is exact, ``source`` and ``person`` (who is responsible or in charge) are parts
    of a text. ``meeting`` is the day of the meeting, the letter's where the finding names none.
    """

    category: str | None = None
    source: str | None = None
    meeting: date | None = None
    person: str | None = None
    more_time: MoreTime | None = None
    explained: bool | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """What a finding must fulfil."""
        found: list[ColumnElement[bool]] = []
        if self.category is not None:
            found.append(col(Finding.category) == self.category)
        if self.source is not None:
            found.append(col(Finding.source).contains(self.source, autoescape=True))
        if self.meeting is not None:
            found.append(_met_on(self.meeting))
        if self.person is not None:
            people = (col(Finding.owner), col(Finding.lead))
            found.append(or_(*(one.contains(self.person, autoescape=True) for one in people)))
        if self.more_time is not None:
            found.append(_granted() if self.more_time is MoreTime.GRANTED else _asked())
        if self.explained is not None:
            said = exists().where(col(Explanation.finding_id) == col(Finding.id))
            found.append(said if self.explained else ~said)
        return found


ANYTHING = Particulars()


def _met_on(day: date) -> ColumnElement[bool]:
    letters = select(Letter.id).where(Letter.meeting_on == day)
    of_letter = and_(col(Finding.meeting_on).is_(None), col(Finding.letter_id).in_(letters))
    return or_(col(Finding.meeting_on) == day, of_letter)


def _asked() -> ColumnElement[bool]:
    return exists().where(
        col(ExtensionRequest.finding_id) == col(Finding.id), col(ExtensionRequest.granted).is_(None)
    )


def _granted() -> ColumnElement[bool]:
    """``models.transition_log.standing_extension`` in SQL.

    Since the present window began, more was granted than was taken back.
    """
    began, act = aliased(TransitionRecord), aliased(TransitionRecord)
    window = (
        columns(func.max(began.version))
        .where(
            col(began.finding_id) == col(Finding.id),
            or_(
                col(began.event).in_((Event.ISSUE, Event.REOPEN)),
                col(began.details)[ANEW].as_string().is_not(None),
            ),
        )
        .correlate(Finding)
        .scalar_subquery()
    )
    balance = (
        columns(func.sum(case((col(act.event) == Event.EXTEND, 1), else_=-1)))
        .where(
            col(act.finding_id) == col(Finding.id),
            col(act.event).in_((Event.EXTEND, Event.REVOKE)),
            col(act.version) > window,
        )
        .correlate(Finding)
        .scalar_subquery()
    )
    # Few findings have a request: their histories alone are read.
    return exists().where(
        col(ExtensionRequest.finding_id) == col(Finding.id),
        col(ExtensionRequest.granted).is_(true()),
        balance > 0,
    )
