"""More time was granted by mistake: the last day is again the one before (撤销延期)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from config.language import _
from duban.services.redate import chain_of, recount
from duban.services.rules import Rules
from duban.services.tell_taken_back import tell_revoked
from duban.services.transition import Actor, transition
from models.day_words import long_day
from models.deadline_proof import deadline_record
from models.deadlines import Deadline
from models.errors import BadInput, RefusedByRule
from models.extension import ExtensionRequest
from models.finding import Finding
from models.queries.submissions import extensions_of, history_of
from models.transition_log import TransitionRecord, standing_extension
from models.transitions import Event


def revoke_extension(
    session: Session,
    requests: Sequence[ExtensionRequest],
    *,
    reason: str,
    now: datetime,
    actor: Actor,
    rules: Rules,
    at: datetime | None = None,
) -> list[Finding]:
    """Take back granted time, with a reason; the request stays on record as it was decided.

    Raises:
        BadInput: no reason was given.
        RefusedByRule: it does not count, or the former last day has passed.
        IllegalTransition: the finding waits for no report.
    """
    if not reason.strip():
        raise BadInput(_("Taking back needs a reason."), field="reason")
    revoked = []
    for request in requests:
        finding = session.get_one(Finding, request.finding_id)
        deadline = former_deadline(session, finding, request, at or now, rules)
        transition(
            session,
            finding,
            Event.REVOKE,
            now=now,
            at=at,
            actor=actor,
            rules=rules,
            changes={
                "last_day": deadline.last_day,
                "due_at": deadline.due_at,
                "provisional": deadline.provisional,
            },
            reason=reason,
            details={
                "request": request.id,
                "old": str(finding.last_day),
                "deadline": deadline_record(deadline),
            },
        )
        revoked.append(finding)
    tell_revoked(session, revoked, rules=rules, now=now)
    return revoked


def standing_request(session: Session, finding: Finding) -> ExtensionRequest | None:
    """The request whose time counts last in the present last day, if any was granted."""
    extension = standing_extension(history_of(session, finding.id or 0))
    if extension is None:
        return None
    requests = extensions_of(session, finding.id or 0)
    return next((one for one in requests if _gave(one, extension)), None)


def former_deadline(
    session: Session, finding: Finding, request: ExtensionRequest, at: datetime, rules: Rules
) -> Deadline:
    """The date before ``request`` was granted, by the record and the notices since.

    Raises:
        RefusedByRule: the request was not granted, what it gave does not count now, or that date
            has passed by ``at``.
    """
    history = history_of(session, finding.id or 0)
    extension = standing_extension(history)
    if not request.granted:
        raise RefusedByRule(
            _("Request {id} was not granted; there is nothing to take back.").format(id=request.id)
        )
    if extension is None or not _gave(request, extension):
        raise RefusedByRule(
            _(
                "What request {id} gave does not count any more; only the last granted time can be "
                "taken back."
            ).format(id=request.id)
        )
    before = _counted_before(history, extension)
    last_day = date.fromisoformat(before["last_day"])
    deadline = recount(
        chain_of(history)[:-1],
        original_last_day=finding.original_last_day or last_day,
        last_day=last_day,
        provisional=before["provisional"],
        calendar=rules.calendar,
        before=rules.calendar,
    ).present
    if deadline.due_at <= at:
        raise RefusedByRule(
            _(
                "The former last day, {day}, has passed, and nobody becomes overdue by what is "
                "taken back; the granted day stays. Urge the organization if it is to report "
                "sooner."
            ).format(day=long_day(deadline.last_day))
        )
    return deadline


def _gave(request: ExtensionRequest, extension: TransitionRecord) -> bool:
    return bool(request.granted) and request.decided_at == extension.effective_at


def _counted_before(
    history: Sequence[TransitionRecord], extension: TransitionRecord
) -> dict[str, Any]:
    """The record of the date that the extension moved."""
    earlier = (one for one in reversed(history) if one.version < extension.version)
    found: dict[str, Any] = next(
        one.details["deadline"] for one in earlier if "deadline" in one.details
    )
    return found
