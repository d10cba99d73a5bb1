"""What the page of a finding says beyond its own fields: the ladder, what comes next, the acts."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from config.language import _
from duban.services.explain_finding import Fate, RungStory
from duban.services.rules import Rules
from duban.web.window_line import Window
from models.calendar import civil_date
from models.day_words import list_day, local_minute
from models.deadline_proof import proof_sentences, rule_words
from models.escalation import EscalationState
from models.extension import ExtensionRequest
from models.ladder import Limit, RungKind
from models.message import REVIEW_LATE
from models.outcomes import Reason
from models.queries.findings import Row
from models.queries.story import Story
from models.rights import Right
from models.submission import Decision, Submission
from models.transition_log import standing_extension
from models.transitions import OPEN_STATES, RUNNING_STATES, Event, State
from models.words import reason_label, rung_label

STILL_THEIRS = (*RUNNING_STATES, State.OVERDUE)
"""In these the organization has to do something."""


class Act(NamedTuple):
    """A page on which this visitor may do something with the finding."""

    words: str
    path: str


class Reasoning(NamedTuple):
    """How a last day was found: by which act, in which steps, by which rule and calendar."""

    event: Event
    at: datetime
    sentences: list[str]
    rule: str
    calendar: str


def shown_rungs(stories: Sequence[RungStory], rules: Rules, *, internal: bool) -> list[RungStory]:
    """The rungs that this reader sees: an organization none of our limits and no proposal
    before it was approved, only that one may come.
    """
    kinds = {rung.code: rung for rung in rules.ladder}
    return [
        story
        for story in stories
        if internal
        or (
            kinds[story.code].counts is not Limit.REVIEW
            and (
                kinds[story.code].kind is not RungKind.PROPOSAL
                or story.fate in (Fate.APPROVED, Fate.RESCINDED, Fate.UPCOMING)
            )
        )
    ]


def next_steps(
    row: Row, story: Story, stories: Sequence[RungStory], rules: Rules, *, internal: bool
) -> Iterator[str]:
    """What happens next, a sentence a step, the nearest first."""
    if row.state in (State.RECTIFIED, State.WITHDRAWN):
        yield _("Nothing more is to be done.")
        return
    if row.state is State.SUBMITTED and story.reports:
        yield _(
            "The commission reviews the report by {day}; the organization's time stands still."
        ).format(day=list_day(story.reports[-1].review_by))
    if row.state is State.ISSUED and row.finding.sign_by is not None:
        yield _("The receipt is due by {day}.").format(day=list_day(row.finding.sign_by))
    if (request := pending(story)) is not None:
        yield _("A request for more time, until {day}, waits for a decision.").format(
            day=list_day(request.new_last_day)
        )
    undecided = [one for one in story.proposals if one.state is EscalationState.PROPOSED]
    for proposal in undecided if internal else ():
        yield _("Proposed and not decided yet: {rung}.").format(rung=rung_label(proposal.rung))
    kinds = {rung.code: rung for rung in rules.ladder}
    for told in stories:
        if told.fate is not Fate.UPCOMING:
            continue
        rung = kinds[told.code]
        sentence = {
            Limit.SIGN: _("{day}: {rung}, if there is no receipt until then."),
            Limit.DUE: _("{day}: {rung}, if nothing is reported until then."),
            Limit.REVIEW: _("{day}: {rung}, if the report is not reviewed until then."),
        }[rung.counts]
        if rung.kind is RungKind.PROPOSAL:
            sentence = _("{day}: {rung} is proposed, if nothing is reported until then.")
        yield sentence.format(day=list_day(told.day), rung=rung_label(told.code))


def pending(story: Story) -> ExtensionRequest | None:
    """The request for more time that nobody has decided."""
    return next((one for one in story.requests if one.granted is None), None)


def acts(row: Row, story: Story, rights: frozenset[Right]) -> list[Act]:
    """What this visitor may do with the finding now, the likeliest first."""
    path = f"/findings/{row.reference.removeprefix('#')}"
    theirs = row.state in STILL_THEIRS
    found = []
    if row.letter is not None and theirs and row.finding.acknowledged_at is None:
        receipt = f"/letters/{row.letter.year}-{row.letter.sequence}/acknowledge"
        found.append((Right.ACKNOWLEDGE, _("Acknowledge receipt"), receipt))
    if theirs:
        found.append((Right.REPORT, _("Write the report"), f"{path}/report"))
        if pending(story) is None:
            found.append((Right.REPORT, _("Request extension"), f"{path}/extend"))
    if row.state is State.OVERDUE:
        found.append((Right.REPORT, _("Explain"), f"{path}/explain"))
    if row.state is State.SUBMITTED:
        found.append((Right.VERIFY, _("Review the report"), f"/reviews/{path.rpartition('/')[2]}"))
    if theirs:
        found.append((Right.URGE, _("Urge"), f"/ledger/urge?finding={row.finding.id}"))
    if pending(story) is not None:
        found.append((Right.DECIDE, _("Decide on the request for more time"), "/extensions"))
    if any(one.state is EscalationState.PROPOSED for one in story.proposals):
        found.append((Right.DECIDE, _("Decide on the proposal"), "/escalations"))
    if row.state is State.RECTIFIED:
        found.append((Right.DECIDE, _("Reopen"), f"{path}/reopen"))
    if row.state in OPEN_STATES:
        found.append((Right.DECIDE, _("Withdraw"), f"{path}/withdraw"))
    if theirs:
        found.append((Right.ISSUE, _("Enter from paper"), f"{path}/on-paper"))
    if row.state is State.DRAFT:
        found.append((Right.ISSUE, _("Correct"), f"{path}/correct"))
    found += _counter_acts(row, story, path)
    return [Act(words, where) for right, words, where in found if right in rights]


def _counter_acts(row: Row, story: Story, path: str) -> Iterator[tuple[Right, str, str]]:
    """What can be taken back of what the commission did by mistake."""
    if row.state is State.WITHDRAWN:
        yield Right.DECIDE, _("Take back the withdrawal"), f"{path}/reinstate"
        return
    if row.state in RUNNING_STATES and standing_extension(story.history) is not None:
        yield Right.DECIDE, _("Take back the granted time"), f"{path}/revoke"
    if any(one.state is EscalationState.APPROVED for one in story.proposals):
        yield Right.DECIDE, _("Take back an approved step"), f"{path}/rescind"
    received = row.finding.acknowledged_at is not None
    if row.state in (State.ACKNOWLEDGED, State.OVERDUE) and received and not story.reports:
        yield Right.ISSUE, _("Take back the receipt"), f"{path}/annul-receipt"


def revoked(story: Story) -> set[int]:
    """The numbers of the requests whose granted time was taken back."""
    return {one.details["request"] for one in story.history if one.event is Event.REVOKE}


def window_of(
    row: Row, story: Story, stories: Sequence[RungStory], today: date, *, internal: bool
) -> Window | None:
    """The days of the picture; none before a letter carries the finding."""
    finding = row.finding
    deadline = next(
        (one.details["deadline"] for one in reversed(story.history) if "deadline" in one.details),
        None,
    )
    if finding.issued_at is None or finding.last_day is None or deadline is None:
        return None
    closed_at = finding.rectified_at or finding.withdrawn_at
    return Window(
        issued_on=civil_date(finding.issued_at),
        last_day=finding.last_day,
        nominal_day=date.fromisoformat(deadline["nominal_last_day"]),
        today=today,
        told_on=tuple(
            civil_date(notice.recorded_at)
            for notice, mail in story.told
            if internal or mail.template != REVIEW_LATE
        ),
        coming_on=tuple(one.day for one in stories if one.fate is Fate.UPCOMING),
        closed_on=civil_date(closed_at) if closed_at else None,
    )


def reasons(story: Story) -> list[Reasoning]:
    """How each last day was found, the present one first."""
    return [
        Reasoning(
            record.event, record.effective_at, proof_sentences(deadline), rule_words(deadline),
            deadline["calendar_version"],
        )
        for record in reversed(story.history)
        if (deadline := record.details.get("deadline"))
    ]  # fmt: skip


def decision_words(report: Submission, internal: bool) -> str:
    """How and when a report was judged; an organization does not read by whom."""
    when = local_minute(report.decided_at) if report.decided_at else ""
    accepted = report.decision is Decision.ACCEPTED
    if not internal:
        words = _("accepted on {when}") if accepted else _("returned on {when}")
        return words.format(when=when)
    words = _("accepted on {when} by {who}") if accepted else _("returned on {when} by {who}")
    return words.format(when=when, who=report.decided_by)


def fate_words(story: RungStory) -> str:
    """What became of a rung."""
    return {
        Fate.TOLD: _("told"),
        Fate.PROPOSED: _("proposed, to be decided"),
        Fate.APPROVED: _("approved"),
        Fate.DECLINED: _("declined"),
        Fate.DROPPED: _("no longer needed"),
        Fate.RESCINDED: _("taken back"),
        Fate.NOT_TOLD: _("not told"),
        Fate.UPCOMING: _("to come"),
        Fate.NOT_NEEDED: _("not needed"),
    }[story.fate]


def why_words(story: RungStory) -> str:
    """Why a rung was not told or comes later; of a decided one the reason that was given."""
    if story.fate is Fate.UPCOMING and story.reason == Reason.REST_DAY:
        return _("put off to {day}").format(day=list_day(story.day))
    return reason_label(story.reason) if story.reason else ""
