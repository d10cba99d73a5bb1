"""The account of a night: every open finding once, with what was done or why not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from duban.services.look_back import LookBack, Saw
from duban.services.rules import Rules
from models.finding import Finding
from models.nightly_run import NightlyRun, RunState
from models.outcomes import HOLDS_BACK, Outcome, Reason
from models.queries.records import Place, issued_page, maybe_open_in, written_by
from models.queries.scope import EVERYTHING, Scope
from models.transitions import State

AT_ONCE = 500
WITHOUT_ACCOUNT = (RunState.MISSED, RunState.STOPPED, RunState.RUNNING)


@dataclass(frozen=True)
class Entry:
    """One finding in the account of a night; ``proposes`` where a person had to decide."""

    finding: Finding
    outcome: Outcome
    reason: Reason | None
    rungs: tuple[str, ...] = ()
    proposes: bool = False


def account_of(
    session: Session,
    run: NightlyRun,
    rules: Rules,
    *,
    after: Place | None = None,
    organization_id: int | None = None,
) -> Iterator[Entry]:
    """Every finding that was open in the night of ``run``, by letter and item, read in pages.

    A night that was missed or stopped did nothing, so it has no account of its own.
    """
    if run.state in WITHOUT_ACCOUNT:
        return
    while page := issued_page(session, after, AT_ONCE, organization_id):
        yield from entries(session, run, rules, page)
        after = (page[-1].letter_id or 0, page[-1].item or 0)


def page_of_account(
    session: Session,
    run: NightlyRun,
    rules: Rules,
    *,
    after: Place | None = None,
    limit: int,
    acted_only: bool = False,
    scope: Scope = EVERYTHING,
) -> tuple[list[Entry], Place | None]:
    """At most ``limit`` entries of the account, and the place after which it goes on.

    With ``acted_only`` those of which the night wrote something.
    """
    if run.state in WITHOUT_ACCOUNT:
        return [], None
    if acted_only:
        found = written_by(session, run.id or 0, after, limit + 1, scope)
    else:
        found = maybe_open_in(session, run, after, limit + 1, scope)
    page, last = found[:limit], None
    if len(found) > limit:
        last = page[-1].letter_id or 0, page[-1].item or 0
    return [*entries(session, run, rules, page)], last


def entries(
    session: Session, run: NightlyRun, rules: Rules, findings: Sequence[Finding]
) -> Iterator[Entry]:
    """The same for those of ``findings`` that were open."""
    look = LookBack(session, findings, [run], rules)
    for finding in findings:
        saw = look.saw(finding, run)
        if saw is not None:
            yield _entry(finding, saw)


def _entry(finding: Finding, saw: Saw) -> Entry:
    held = [reason for reason in saw.held.values() if reason is not Reason.LATER_REMINDER]
    if saw.failed:
        return Entry(finding, Outcome.FAILED, Reason.ERROR)
    if saw.lapsed or saw.told:
        outcome = Outcome.CHANGED if saw.lapsed else Outcome.NOTICED
        return Entry(finding, outcome, held[0] if held else None, saw.told, saw.proposes)
    for reason in held:
        if reason in HOLDS_BACK:
            return Entry(finding, Outcome.HELD, reason)
    if saw.state is State.SUBMITTED:
        return Entry(finding, Outcome.NONE, Reason.AWAITING_REVIEW)
    return Entry(finding, Outcome.NONE, Reason.REST_DAY if held else Reason.NOT_DUE)
