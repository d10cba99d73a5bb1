"""What a night would do, by the code of the night itself; nothing is written."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping
from sqlmodel import Session

from duban.services.brake import Braking, look_ahead
from duban.services.decide_batch import batches, tally
from duban.services.night import night_of
from duban.services.night_mail import keys_of_mails
from duban.services.record_run import account_of_night
from duban.services.rules import Rules
from models.calendar import civil_date
from models.finding import Finding
from models.ladder import RungKind, Track
from models.outcomes import HOLDS_BACK, Outcome, Reason
from models.queries.contacts import contacts_by_organization, contacts_of_commission
from models.queries.due import count_open
from models.queries.findings import findings_by_id
from models.queries.night_outcomes import findings_of_batch, steps_of_batch
from models.transitions import State


@dataclass(frozen=True)
class PlannedItem:
    """What a night would do for one finding."""

    finding: Finding
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

    At most ``limit`` items are given, by organization, letter and item; all are counted.
    """
    night = night_of(session, rules, as_of=as_of, now=as_of)
    done: Counter[str] = Counter()
    mails: set[str] = set()
    items: list[PlannedItem] = []
    found = 0
    for size in batches(session, night):
        found += size
        done += tally(session)
        mails |= keys_of_mails(session, night)
        items += _items(session, rules, limit - len(items))
    done["messages"] = len(mails)
    items.sort(key=lambda item: _place(item.finding))
    total = count_open(session)
    return Preview(
        items,
        found - len(items),
        account_of_night(sum(total.values()), total.get(State.SUBMITTED, 0), done),
        look_ahead(session, night, civil_date(as_of)),
    )


def _place(finding: Finding) -> tuple[int, int, int]:
    return finding.organization_id, finding.letter_id or 0, finding.item or 0


def _items(session: Session, rules: Rules, limit: int) -> list[PlannedItem]:
    connection = session.connection()
    batch = connection.execute(findings_of_batch(limit)).mappings().all()
    steps: dict[int, list[RowMapping]] = {row["finding_id"]: [] for row in batch}
    for step in connection.execute(steps_of_batch([*steps])).mappings():
        steps[step["finding_id"]].append(step)
    findings = findings_by_id(session, [*steps])
    people = contacts_by_organization(session, {f.organization_id for f in findings.values()})
    ours = contacts_of_commission(session)
    to = {rung.code: rung.to for rung in rules.ladder}
    found = []
    for row in batch:
        finding = findings[row["finding_id"]]
        told = [step for step in steps[row["finding_id"]] if step["held"] is None]
        held = [Reason(s["held"]) for s in steps[row["finding_id"]] if s["held"] is not None]
        listening = people[finding.organization_id]
        names = {
            person.name
            for step in told
            if step["kind"] is not RungKind.PROPOSAL
            for person in (ours if row["side_track"] is Track.REVIEW else listening)
            if person.role in to[step["rung"]]
        }
        found.append(
            PlannedItem(
                finding=finding,
                outcome=_outcome(row["lapses"], bool(told), held),
                lapses=row["lapses"],
                rungs=tuple(step["rung"] for step in told),
                to=tuple(sorted(names)),
                proposes=any(step["kind"] is RungKind.PROPOSAL for step in told),
                reason=_reason(row["state"], bool(told) or row["lapses"], held),
            )
        )
    return found


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
