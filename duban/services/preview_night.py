"""What a night would do, by the code of the night itself; nothing is written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlmodel import Session

from duban.services.brake import Braking, judge, weigh
from duban.services.decide_batch import decide_batch, forecast
from duban.services.night import Night
from duban.services.record_run import account_of_night
from duban.services.rules import Rules
from models.calendar import civil_date
from models.ladder import RungKind
from models.outcomes import HOLDS_BACK, Outcome, Reason
from models.queries.due import count_open
from models.queries.findings import Row, rows_by_id
from models.queries.night import Part
from models.queries.night_preview import eve_of_night, plan_of_batch
from models.transitions import State


@dataclass(frozen=True)
class PlannedItem:
    """What a night would do for one finding."""

    row: Row
    outcome: Outcome
    lapses: bool
    rungs: tuple[str, ...]
    to: tuple[str, ...]
    proposes: bool
    reason: Reason | None


@dataclass(frozen=True)
class Preview:
    """The first planned items, the account that the run would give, and whether it stops.

    ``more`` is how many findings the check would look at beyond the items.
    """

    items: Sequence[PlannedItem]
    more: int
    counts: dict[str, int]
    braking: Braking


def preview_night(session: Session, rules: Rules, as_of: datetime, limit: int = 200) -> Preview:
    """The night of ``as_of`` as it would be if it ran on what is recorded now.

    At most ``limit`` items are given, by organization, letter and item; all are counted. The
    whole night is one batch: nothing is written, so nobody waits for the end of it.
    """
    last, our_roles = eve_of_night(session, as_of)
    if last is not None and not rules.are_those_of(last):
        last = None
    night = Night(None, rules, as_of, last.as_of if last else None, as_of, our_roles)
    found = decide_batch(session, night, Part())
    done = forecast(session, last.started_at if last else None)
    items = sorted(_items(session, as_of, limit), key=_place)
    total = count_open(session)
    braking = weigh(night, found, done["foreseen"])
    if braking.stops:
        acts = done["lapsed"] + done["noticed"]
        braking = judge(session, night, acts, braking.expected, civil_date(as_of))
    return Preview(
        items,
        found - len(items),
        account_of_night(sum(total.values()), total.get(State.SUBMITTED, 0), done),
        braking,
    )


def _place(item: PlannedItem) -> tuple[int, int, int]:
    finding = item.row.finding
    return finding.organization_id, finding.letter_id or 0, finding.item or 0


def _items(session: Session, as_of: datetime, limit: int) -> Iterator[PlannedItem]:
    plan = session.connection().execute(plan_of_batch(limit)).all()
    rows = rows_by_id(session, {line.finding_id for line in plan}, as_of)
    for finding_id, lines in groupby(plan, key=lambda line: line.finding_id):
        yield _item(rows[finding_id], [*lines])


def _item(row: Row, lines: Sequence[Any]) -> PlannedItem:
    """One finding, of lines as ``plan_of_batch`` has them."""
    steps = {line.rung: line for line in lines if line.rung is not None}.values()
    told = [step for step in steps if step.held is None]
    held = [Reason(step.held) for step in steps if step.held is not None]
    lapses = lines[0].lapses
    return PlannedItem(
        row=row,
        outcome=_outcome(lapses, bool(told), held),
        lapses=lapses,
        rungs=tuple(step.rung for step in told),
        to=tuple(sorted({line.name for line in lines if line.name is not None})),
        proposes=any(step.kind is RungKind.PROPOSAL for step in told),
        reason=_reason(lines[0].state, bool(told) or lapses, held),
    )


def _outcome(lapses: bool, told: bool, held: Sequence[Reason]) -> Outcome:
    if lapses:
        return Outcome.CHANGED
    if told:
        return Outcome.NOTICED
    return Outcome.HELD if any(reason in HOLDS_BACK for reason in held) else Outcome.NONE


def _reason(state: State, acted: bool, held: Sequence[Reason]) -> Reason | None:
    for reason in held:
        if reason is not Reason.LATER_REMINDER:
            return reason
    if acted:
        return None
    return Reason.AWAITING_REVIEW if state is State.SUBMITTED else Reason.NOT_DUE
