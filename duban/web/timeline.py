"""What happened to a finding, one line an act, the newest first."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from config.language import _
from models.day_words import inclusive_day
from models.escalation import Escalation, EscalationState, Notice
from models.extension import ExtensionRequest
from models.message import REVIEW_LATE, Message
from models.queries.story import Story
from models.transition_log import TransitionRecord
from models.transitions import Role
from models.words import event_label, recorded_reason, role_label, rung_label

APPROVED = (EscalationState.APPROVED, EscalationState.RESCINDED)
"""States of what was approved; that it was taken back stands in the history."""

DECIDED = (*APPROVED, EscalationState.DECLINED)


@dataclass(frozen=True)
class Line:
    """One act: when, what, who, in whose words, by which night, with which mails."""

    at: datetime
    title: str
    who: str = ""
    text: str = ""
    run_id: int | None = None
    mails: Sequence[Message] = ()


def timeline(story: Story, *, internal: bool) -> list[Line]:
    """The lines of a story; ``internal`` ones are for the commission's own people.

    An organization does not read of calls, of proposals before they are approved, of our own
    limits, of mails, and not who of the commission it was.
    """
    found = [*_requests(story.requests, internal), *_explanations(story)]
    found += [*_told(story, internal), *_urgings(story.urgings, internal)]
    found += _proposals(story.proposals, internal)
    if internal:
        found += [
            Line(one.called_at, _("telephoned with {name}").format(name=one.spoken_with),
                 one.noted_by, one.text)
            for one in story.calls
        ]  # fmt: skip
    found += _acts(story, internal)
    # At one instant the newest act stands first, and below it what it is about.
    return sorted(found, key=lambda line: line.at)[::-1]


def _acts(story: Story, internal: bool) -> Iterator[Line]:
    for record in story.history:
        yield Line(
            record.effective_at, _title(record), _who(record, internal),
            recorded_reason(record), record.run_id,
        )  # fmt: skip


def _title(record: TransitionRecord) -> str:
    title, rung = event_label(record.event), record.details.get("rung")
    return f"{title}{_(': ')}{rung_label(rung)}" if rung else title


def _who(record: TransitionRecord, internal: bool) -> str:
    if record.role is Role.SYSTEM:
        return _("nightly check") if record.run_id else role_label(record.role)
    own = record.role is Role.ORGANIZATION
    return record.actor if internal or own else role_label(record.role)


def _requests(requests: Sequence[ExtensionRequest], internal: bool) -> Iterator[Line]:
    for one in requests:
        asked = _("asked for more time, until {day}").format(day=inclusive_day(one.new_last_day))
        yield Line(one.requested_at, asked, one.requested_by, one.reason)
        # What was granted stands in the history.
        if one.granted is False and one.decided_at is not None:
            yield Line(
                one.decided_at, _("more time was declined"),
                (one.decided_by or "") if internal else role_label(Role.SUPERVISOR),
                one.decision_reason or "",
            )  # fmt: skip


def _explanations(story: Story) -> Iterator[Line]:
    for one in story.explanations:
        yield Line(one.said_at, _("explained the delay"), one.said_by, one.text)


def _told(story: Story, internal: bool) -> Iterator[Line]:
    mails: dict[int, list[Message]] = defaultdict(list)
    notices: dict[int, Notice] = {}
    for notice, mail in story.told:
        notices[notice.id or 0] = notice
        mails[notice.id or 0].append(mail)
    for number, notice in notices.items():
        if internal or all(mail.template != REVIEW_LATE for mail in mails[number]):
            yield Line(
                notice.recorded_at, _("told: {rung}").format(rung=rung_label(notice.rung)),
                _("nightly check"), run_id=notice.run_id, mails=mails[number] if internal else (),
            )  # fmt: skip


def _urgings(urgings: Sequence[Message], internal: bool) -> Iterator[Line]:
    acts: dict[datetime, list[Message]] = defaultdict(list)
    for mail in urgings:
        acts[mail.queued_at].append(mail)
    for at, mails in acts.items():
        who = str(mails[0].guard.get("by", "")) if internal else _("commission")
        yield Line(at, _("urged by hand"), who, mails=mails if internal else ())


def _proposals(proposals: Sequence[Escalation], internal: bool) -> Iterator[Line]:
    for one in proposals:
        rung = rung_label(one.rung)
        if internal:
            yield Line(
                one.proposed_at, _("proposed: {rung}").format(rung=rung), _("nightly check"),
                run_id=one.run_id,
            )  # fmt: skip
        if one.decided_at is None or one.state not in DECIDED:
            continue
        if one.state in APPROVED:
            yield Line(
                one.decided_at, _("approved: {rung}").format(rung=rung),
                (one.decided_by or "") if internal else role_label(Role.SUPERVISOR),
                (one.reason or "") if internal else "",
            )  # fmt: skip
        elif internal:
            yield Line(
                one.decided_at, _("declined: {rung}").format(rung=rung), one.decided_by or "",
                one.reason or "",
            )  # fmt: skip
