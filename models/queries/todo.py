"""Named reads of what an organization has to do, letter by letter, in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, text
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from models.explanation import Explanation
from models.extension import ExtensionRequest
from models.finding import LEDGER_ORDER, OPEN, Finding
from models.letter import Letter
from models.queries.evidence import drafts_of, waiting_evidence
from models.queries.findings import is_open, state_at
from models.queries.letters import reference_of
from models.queries.records import reports
from models.queries.scope import Scope
from models.submission import Decision, Evidence, Submission
from models.transitions import THEIR_TURN, State


@dataclass(frozen=True, slots=True)
class Task:
    """One open finding of a letter, and how far its report is.

    ``draft`` is the text in writing, ``files`` what waits with it; ``returned`` the last report
    where the commission sent it back; ``request`` one for more time that waits for a decision.
    """

    finding: Finding
    letter: Letter
    state: State
    draft: str
    files: tuple[Evidence, ...]
    returned: Submission | None
    request: ExtensionRequest | None

    @property
    def reference(self) -> str:
        """What people call the finding: ``2023-12-3``."""
        return f"{reference_of(self.letter)}-{self.finding.item}"

    @property
    def theirs(self) -> bool:
        """Whether the organization has something to do about it."""
        return self.state in THEIR_TURN

    @property
    def ready(self) -> bool:
        """Whether its report was written and can be handed in."""
        return self.theirs and bool(self.draft.strip())


@dataclass(frozen=True, slots=True)
class LetterWork:
    """One letter with its open findings, the most urgent first."""

    letter: Letter
    tasks: tuple[Task, ...]

    @property
    def reference(self) -> str:
        """What people call the letter: ``2023-12``."""
        return reference_of(self.letter)

    @property
    def received(self) -> bool:
        """Whether the receipt of all that is open was recorded."""
        return all(task.finding.acknowledged_at is not None for task in self.tasks)

    @property
    def theirs(self) -> list[Task]:
        """What the organization has to do."""
        return [task for task in self.tasks if task.theirs]

    @property
    def unwritten(self) -> list[Task]:
        """What the organization has not written a report on yet."""
        return [task for task in self.theirs if not task.ready]

    @property
    def waiting(self) -> list[Task]:
        """What waits for the commission."""
        return [task for task in self.tasks if task.state is State.SUBMITTED]


class ClosedLetter(NamedTuple):
    """A letter of which nothing is open: how many findings were rectified and withdrawn."""

    letter: Letter
    rectified: int
    withdrawn: int

    @property
    def reference(self) -> str:
        """What people call the letter: ``2023-12``."""
        return reference_of(self.letter)


def work_of(
    session: Session, now: datetime, *, scope: Scope, letter_id: int | None = None
) -> list[LetterWork]:
    """Open findings by letter, the most urgent letter first; of one letter where it is named."""
    query = (
        select(Finding, Letter, state_at(now))
        .join(Letter, col(Finding.letter_id) == col(Letter.id))
        .where(scope.of(Finding.organization_id), text(OPEN))
        .order_by(*(col(getattr(Finding, name)) for name in LEDGER_ORDER))
    )
    if letter_id is not None:
        query = query.where(Finding.letter_id == letter_id)
    rows = [(finding, letter, State(state)) for finding, letter, state in session.exec(query)]
    ids = [finding.id or 0 for finding, _letter, _state in rows]
    drafts, waiting = drafts_of(session, ids), waiting_evidence(session, ids)
    last = {report.finding_id: report for report in reports(session, ids)}
    requests = {request.finding_id: request for request in _undecided(session, ids)}
    works: dict[int, list[Task]] = {}
    for finding, letter, state in rows:
        number = finding.id or 0
        report = last.get(number)
        works.setdefault(letter.id or 0, []).append(
            Task(
                finding=finding,
                letter=letter,
                state=state,
                draft=drafts[number].text if number in drafts else "",
                files=tuple(one for one in waiting if one.finding_id == number),
                returned=report if _came_back(report, state) else None,
                request=requests.get(number),
            )
        )
    return [LetterWork(tasks[0].letter, tuple(tasks)) for tasks in works.values()]


def closed_letters(session: Session, *, scope: Scope, limit: int) -> list[ClosedLetter]:
    """Letters of which nothing is open any more, the newest first."""
    open_ones = (
        select(Finding.id)
        .where(col(Finding.letter_id) == col(Letter.id), is_open())
        .correlate(Letter)
    )
    newest = (
        select(Letter)
        .where(scope.of(Letter.organization_id), ~open_ones.exists())
        .order_by(col(Letter.year).desc(), col(Letter.sequence).desc())
        .limit(limit)
    )
    letters = session.exec(newest).all()
    counted = session.execute(
        columns(
            col(Finding.letter_id),
            _how_many(col(Finding.phase) == State.RECTIFIED),
            _how_many(col(Finding.phase) == State.WITHDRAWN),
        )
        .where(col(Finding.letter_id).in_([letter.id for letter in letters]))
        .group_by(col(Finding.letter_id))
    )
    found = {row[0]: (int(row[1]), int(row[2])) for row in counted}
    return [ClosedLetter(letter, *found.get(letter.id or 0, (0, 0))) for letter in letters]


def explanations_on(session: Session, finding_id: int) -> Sequence[Explanation]:
    """What was said about the delay of a finding, oldest first."""
    query = select(Explanation).where(Explanation.finding_id == finding_id)
    return session.exec(query.order_by(col(Explanation.id))).all()


def _undecided(session: Session, ids: Sequence[int]) -> Sequence[ExtensionRequest]:
    query = select(ExtensionRequest).where(
        and_(col(ExtensionRequest.finding_id).in_(ids), col(ExtensionRequest.granted).is_(None))
    )
    return session.exec(query).all()


def _came_back(report: Submission | None, state: State) -> bool:
    return report is not None and report.decision is Decision.RETURNED and state in THEIR_TURN


def _how_many(fits: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((fits, 1), else_=0))
