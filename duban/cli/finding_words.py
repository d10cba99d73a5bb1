"""One finding in words: what ``finding show`` and ``finding why`` print."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from config.language import _
from duban.cli.output import say, table
from duban.services.explain_finding import Fate, RungStory
from models.calendar import civil_date
from models.day_words import days_label, list_day, local_minute, long_day, report_label
from models.deadline_proof import proof_sentences, rule_words
from models.message import MessageState
from models.outcomes import Reason
from models.queries.findings import Row
from models.transition_log import TransitionRecord
from models.transitions import State
from models.words import (
    event_label,
    mail_label,
    organization_label,
    reason_label,
    rung_label,
    state_label,
)


def say_finding(row: Row, data: dict[str, Any], now: datetime) -> None:
    """What it is, where it stands, and everything that happened to it."""
    finding = row.finding
    say(f"{row.reference}  {organization_label(row.organization)}  [{state_label(row.state)}]")
    say(finding.text)
    say()
    _say_dates(row, now)
    for label, value in _facts(row):
        if value:
            say(_("{label}: {value}").format(label=label, value=value))
    if data["history"]:
        say()
        table(
            (_("When"), _("What"), _("Who"), _("Reason")),
            [
                (local_minute(one["effective_at"]), event_label(one["event"]), one["actor"],
                 one["reason"])
                for one in data["history"]
            ],
        )  # fmt: skip
    for one in data["submissions"]:
        say()
        say(_("Report of {when} by {who}:").format(
            when=local_minute(one["submitted_at"]), who=one["submitted_by"]
        ))  # fmt: skip
        say(one["report"])
        for file in one["evidence"]:
            say(f"  {file['name']}  {file['size']} B  SHA-256 {file['sha256']}")
    _say_requests(data["extensions"])
    _say_notices(data["notices"])


def _say_requests(requests: Sequence[dict[str, Any]]) -> None:
    if not requests:
        return
    decisions = {None: _("undecided"), True: _("granted"), False: _("declined")}
    say()
    table(
        (_("Request for more time"), _("Who"), _("Last day before"), _("Last day after"),
         _("Decision"), _("Reason")),
        [
            (local_minute(one["requested_at"]), one["requested_by"], list_day(one["old_last_day"]),
             list_day(one["new_last_day"]),
             _("granted, taken back since") if one["revoked"] else decisions[one["granted"]],
             one["decision_reason"] or one["reason"])
            for one in requests
        ],
    )  # fmt: skip


def _say_notices(notices: Sequence[dict[str, Any]]) -> None:
    if not notices:
        return
    say()
    table(
        (_("Rung"), _("For the last day"), _("Addressee"), _("Mail")),
        [
            (rung_label(one["rung"]), list_day(one["due_on"]), one["to"], mail_label(one["mail"]))
            for one in notices
        ],
    )


def say_why(
    row: Row, history: Sequence[TransitionRecord], stories: Sequence[RungStory], now: datetime
) -> None:
    """The due date step by step, then every rung and what became of it."""
    say(f"{row.reference}  {organization_label(row.organization)}  [{state_label(row.state)}]")
    _say_dates(row, now)
    for record in history:
        if deadline := record.details.get("deadline"):
            say()
            say(
                _("{event} on {when} by {who} ({period_and_rule}; calendar {calendar}):")
                .format(event=event_label(record.event), when=local_minute(record.effective_at),
                        who=record.actor, period_and_rule=rule_words(deadline),
                        calendar=deadline["calendar_version"] or _("none consulted"))
            )  # fmt: skip
            for sentence in proof_sentences(deadline):
                say(f"  {sentence}")
    if stories:
        say()
        table(
            (_("Day"), _("Rung"), _("What became of it"), _("To, or why not")),
            [
                (list_day(story.day), rung_label(story.code), _fate(story.fate), _to(story))
                for story in stories
            ],
        )


def timeliness(row: Row, now: datetime) -> str:
    """How far the last day is; once reported, whether that was in time."""
    finding = row.finding
    if finding.last_day is None or row.state is State.WITHDRAWN:
        return ""
    if row.state in (State.SUBMITTED, State.RECTIFIED) and finding.submitted_at is not None:
        return report_label(civil_date(finding.submitted_at), finding.last_day)
    return days_label(finding.last_day, civil_date(now))


def _say_dates(row: Row, now: datetime) -> None:
    finding = row.finding
    if finding.last_day is None:
        say(_("Not issued yet: it has no due date."))
        return
    day, how = long_day(finding.last_day), timeliness(row, now)
    if row.state in (State.SUBMITTED, State.RECTIFIED) and finding.submitted_at is not None:
        how = _("reported on {day}, {how}").format(day=civil_date(finding.submitted_at), how=how)
    say(
        _("Last day: {day}, {how}").format(day=day, how=how)
        if how
        else _("Last day: {day}").format(day=day)
    )
    if finding.original_last_day not in (None, finding.last_day):
        say(
            _("Originally: {day}").format(
                day=long_day(finding.original_last_day or finding.last_day)
            )
        )
    if finding.provisional:
        say(_("The date is provisional until the year's holiday notice is imported."))
    if row.state is not finding.state:
        say(_("Recorded as “{state}”; the nightly check has not caught up yet.").format(
            state=state_label(finding.state)
        ))  # fmt: skip
    if finding.on_time is not None and row.state is State.RECTIFIED:
        say(
            {
                (True, True): _("Rectified on time."),
                (False, True): _("Rectified on time by the extended date, late by the original."),
                (False, False): _("Rectified late."),
                (True, False): _("Rectified late."),
            }[bool(finding.on_time_original), finding.on_time]
        )


def _facts(row: Row) -> list[tuple[str, str | None]]:
    finding = row.finding
    return [
        (_("Letter"), row.letter.number if row.letter else None),
        (_("Category"), finding.category),
        (_("Raised by"), finding.raised_by),
        (_("Requirement"), finding.requirement),
        (_("Measures"), finding.measures),
        (_("Leader in charge"), finding.lead),
        (_("Person responsible"), finding.owner),
        (_("Supporting organizations"), finding.co_organizations),
        (_("Time limit in the ledger"), finding.ledger_due),
        (_("Remark"), finding.remark),
    ]


def _fate(fate: Fate) -> str:
    return {
        Fate.TOLD: _("told"),
        Fate.PROPOSED: _("proposed, to be decided"),
        Fate.APPROVED: _("approved"),
        Fate.DECLINED: _("declined"),
        Fate.DROPPED: _("no longer needed"),
        Fate.NOT_TOLD: _("not told"),
        Fate.UPCOMING: _("to come"),
        Fate.NOT_NEEDED: _("not needed"),
    }[fate]


def _to(story: RungStory) -> str:
    if story.fate is Fate.TOLD:
        return _(", ").join(
            _("{name} ({state})").format(name=name, state=mail_label(MessageState(state)))
            for name, state in story.to
        )
    who = _(", ").join(name for name, _state in story.to)
    why = reason_label(story.reason) if story.reason else ""
    if story.fate is Fate.UPCOMING and story.reason == Reason.REST_DAY:
        why = _("put off to {day}").format(day=list_day(story.day))
    return _("; ").join(part for part in (who, why) if part)
