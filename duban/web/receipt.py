"""Receipts of acts: a number, when, who, what it was about, and what happens next by when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from config.language import _, ngettext
from duban.web.sight import Sight
from models.account_event import AccountEvent
from models.day_words import inclusive_day, local_minute, long_day
from models.explanation import Explanation
from models.extension import ExtensionRequest
from models.finding import Finding
from models.letter import Letter
from models.organization import Organization
from models.queries.evidence import evidence_with
from models.queries.letters import reference_of
from models.queries.receipts import reports_at, settled_with
from models.submission import Evidence
from models.transition_log import TransitionRecord
from models.transitions import THEIR_TURN, Event
from models.words import organization_label, size_words


class Fact(NamedTuple):
    """One line: what it is, and what it says."""

    words: str
    value: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was done; ``files`` is the evidence that went along, ``back`` where one came from."""

    number: str
    title: str
    facts: tuple[Fact, ...]
    following: str
    back: str
    files: tuple[Evidence, ...] = ()

    def as_lines(self, heading: str, now: datetime, published: str) -> list[str]:
        """The whole receipt as it stands at ``now``, as lines of plain text to be sealed.

        ``published`` is where the key stands by which the seal is checked.
        """
        lines = [heading, self.title, ""]
        lines += [f"{fact.words}: {fact.value}" for fact in self.facts]
        if self.files:
            lines += ["", _("Evidence")]
            lines += [
                f"{one.name}  {size_words(one.size)}  SHA-256 {one.sha256}" for one in self.files
            ]
        lines += ["", f"{_('What happens next')}: {self.following}"]
        lines += ["", _("As of {now}").format(now=local_minute(now))]
        checked = _(
            "The three lines below prove that nothing above them was changed; “duban receipt "
            "check” reads them, without any network. The key is published at {address}."
        )
        return [*lines, checked.format(address=published), ""]


def receipt_of_act(
    sight: Sight, record: TransitionRecord, reference: str, letter: Letter
) -> Receipt:
    """The receipt of an act on findings of one letter."""
    settled = settled_with(sight.session, record, letter.id or 0)
    findings = [finding for _record, finding in settled]
    files: Sequence[Evidence] = ()
    review_by = None
    if record.event is Event.SUBMIT:
        reports = reports_at(sight.session, [one for one, _finding in settled])
        files = evidence_with(sight.session, [report.id or 0 for report in reports])
        review_by = max((report.review_by for report in reports), default=None)
    count = ngettext("{n} finding", "{n} findings", len(findings)).format(n=len(findings))
    items = ", ".join(f"{reference_of(letter)}-{one.item}" for one in findings)
    following = _following(record.event, findings)
    if review_by is not None:
        following = _(
            "The commission reviews it by {day}; until then your period stands still. You are "
            "told of the decision by mail."
        ).format(day=inclusive_day(review_by))
    return Receipt(
        number=f"{reference}/{record.version}",
        title=_titles()[record.event],
        facts=(
            Fact(_("Receipt number"), f"{reference}/{record.version}"),
            *_about(sight, letter),
            Fact(_("About"), _("{count}: {items}").format(count=count, items=items)),
            *_when(record.effective_at, record.recorded_at),
            Fact(_("Done by"), record.actor),
        ),
        following=following,
        back=f"/letters/{reference_of(letter)}",
        files=tuple(files),
    )


def receipt_of_request(
    sight: Sight, request: ExtensionRequest, reference: str, letter: Letter
) -> Receipt:
    """The receipt of a request for more time."""
    following = _(
        "A supervisor decides; until then {day} stays the last day. You are told of the decision "
        "by mail."
    ).format(day=inclusive_day(request.old_last_day))
    if request.granted is not None:
        following = (
            _("It was granted.") if request.granted else _("It was declined; the day stays.")
        )
    return Receipt(
        number=f"E-{request.id}",
        title=_("More time was asked for"),
        facts=(
            Fact(_("Receipt number"), f"E-{request.id}"),
            *_about(sight, letter),
            Fact(_("Finding"), reference),
            Fact(_("Last day until now"), long_day(request.old_last_day)),
            Fact(_("Last day asked for"), long_day(request.new_last_day)),
            *([Fact(_("Remark"), _("asked for after the last day"))] if request.late else []),
            *_when(request.requested_at, request.requested_at),
            Fact(_("Done by"), request.requested_by),
        ),
        following=following,
        back=f"/findings/{reference}",
    )


def receipt_of_explanation(
    sight: Sight, explanation: Explanation, reference: str, letter: Letter
) -> Receipt:
    """The receipt of an explanation of a delay."""
    return Receipt(
        number=f"X-{explanation.id}",
        title=_("A delay was explained"),
        facts=(
            Fact(_("Receipt number"), f"X-{explanation.id}"),
            *_about(sight, letter),
            Fact(_("Finding"), reference),
            *_when(explanation.said_at, explanation.said_at),
            Fact(_("Done by"), explanation.said_by),
        ),
        following=_(
            "Whoever decides on the next step reads it. The due date does not change, and the "
            "report is still needed."
        ),
        back=f"/findings/{reference}",
    )


def receipt_of_contact(event: AccountEvent, organization: Organization) -> Receipt:
    """The receipt of a change of the contact person."""
    return Receipt(
        number=f"C-{event.id}",
        title=_("The contact person was changed"),
        facts=(
            Fact(_("Receipt number"), f"C-{event.id}"),
            Fact(_("Organization"), organization_label(organization)),
            *_when(event.at, event.at),
            Fact(_("Done by"), event.by),
        ),
        following=_("From now on mail about your letters goes to the new address."),
        back="/details",
    )


def _about(sight: Sight, letter: Letter) -> tuple[Fact, Fact]:
    organization = sight.session.get_one(Organization, letter.organization_id)
    return (
        Fact(_("Letter"), letter.number),
        Fact(_("Organization"), organization_label(organization)),
    )


def _when(happened: datetime, recorded: datetime) -> list[Fact]:
    facts = [Fact(_("Time"), local_minute(happened))]
    if local_minute(recorded) != local_minute(happened):
        facts.append(Fact(_("Recorded"), local_minute(recorded)))
    return facts


def _titles() -> dict[Event, str]:
    return {
        Event.ISSUE: _("The letter was issued"),
        Event.ACKNOWLEDGE: _("The receipt of the letter was confirmed"),
        Event.SUBMIT: _("The report was submitted"),
        Event.ACCEPT: _("The report was accepted and closed"),
        Event.RETURN: _("The report was returned"),
        Event.EXTEND: _("More time was granted"),
        Event.REOPEN: _("The finding was reopened"),
        Event.WITHDRAW: _("The finding was withdrawn"),
        Event.REINSTATE: _("The withdrawal was taken back"),
        Event.REVOKE: _("The granted time was taken back"),
        Event.RESCIND: _("An approved step was taken back"),
        Event.ANNUL: _("The receipt of the letter was taken back"),
    }


def _following(event: Event, findings: Sequence[Finding]) -> str:
    """What happens next to these findings as they stand."""
    days = sorted({one.last_day for one in findings if one.last_day and one.state in THEIR_TURN})
    if event is Event.ACKNOWLEDGE and days:
        return _("Submit the report by {day}; this receipt does not change that day.").format(
            day=inclusive_day(days[0])
        )
    if days:
        return _("Submit the report by {day}.").format(day=inclusive_day(days[0]))
    return _("Nothing more is needed from you for now.")
