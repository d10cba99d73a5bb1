"""What a supervisor decides: more time (延期), and what the ladder proposes (通报, 约谈, 移送)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.responses import Response

from config.language import _
from duban.services.decide_escalation import decide as decide_proposals
from duban.services.decide_escalation import refusals
from duban.services.extend import decline_extension, grant_extension, new_deadline
from duban.services.foresee_mails import Reach, foresee_mails
from duban.services.tell_otherwise import heard_of
from duban.web.desk import Desk
from duban.web.doors import Pages
from duban.web.sight import Sight
from models.calendar import civil_date
from models.date_label import date_label
from models.day_words import inclusive_day
from models.deadline_proof import period_words
from models.errors import BadInput, DubanError, NotFound, RefusedByRule, StaleVersion
from models.escalation import Escalation
from models.extension import ExtensionRequest
from models.ledger_place import LARGEST
from models.organization import ContactRole
from models.periods import Period
from models.queries.circulars import circular_days
from models.queries.decisions import (
    Case,
    last_explanations,
    proposals_decided,
    proposals_numbered,
    proposals_pending,
    request_numbered,
    requests_decided,
    requests_pending,
)
from models.queries.findings import Row
from models.queries.records import proposals
from models.queries.submissions import requests_revoked
from models.rights import Right
from models.transitions import RUNNING_STATES, State
from models.words import level_label

pages = Pages()

MOST = 50


@dataclass(frozen=True)
class Asked:
    """A request for more time, the last day that it gives by the rule, and why it may not."""

    case: Case[ExtensionRequest]
    new_day: date | None
    hindrance: str = ""


@pages.get("/extensions", Right.READ_OFFICE)
def extensions(desk: Desk, number: str = "") -> Response:
    with desk.reading() as sight:
        found = requests_pending(
            sight.session, sight.now, scope=sight.scope, limit=MOST + 1, after=_after(desk)
        )
        decided = requests_decided(sight.session, sight.now, scope=sight.scope, limit=MOST)
        return desk.page(
            "extensions.html",
            sight,
            pending=[_asked(sight, case) for case in found[:MOST]],
            following=found[MOST - 1].record.id if len(found) > MOST else None,
            decided=decided,
            revoked=requests_revoked(sight.session, {one.record.finding_id for one in decided}),
            chosen=number,
            may_decide=Right.DECIDE in desk.person.rights,
            period=lambda text: period_words(Period.parse(text)),
            due_label=_due_label(sight),
        )


@pages.post("/extensions/{number}", Right.DECIDE, again=extensions)
def decide_extension(desk: Desk, number: str) -> Response:
    approve, reason = _decision(desk), desk.text("reason")
    with desk.writing() as sight:
        case = request_numbered(sight.session, _number(number), sight.now, scope=sight.scope)
        if case is None:
            raise NotFound(_("There is no extension request {id}.").format(id=number))
        if case.record.granted is None:
            desk.as_seen(case.row.finding)
        circumstances = desk.circumstances(sight)
        if approve:
            (finding,) = grant_extension(
                sight.session, [case.record], reason=reason or None, **circumstances
            )
            said = _("More time for {reference}: until {day}. The organization is told.")
        else:
            (finding,) = decline_extension(
                sight.session, [case.record], reason=reason, **circumstances
            )
            said = _("No more time for {reference}: {day} stays. The organization is told.")
        said = said.format(
            reference=case.row.reference, day=inclusive_day(finding.last_day or date.max)
        )
    return desk.to("/extensions", said)


@pages.get("/escalations", Right.READ_OFFICE)
def escalations(desk: Desk) -> Response:
    with desk.reading() as sight:
        found = proposals_pending(
            sight.session, sight.now, scope=sight.scope, limit=MOST + 1, after=_after(desk)
        )
        pending = found[:MOST]
        decided = proposals_decided(sight.session, sight.now, scope=sight.scope, limit=MOST)
        ids = {case.record.finding_id for case in pending}
        return desk.page(
            "escalations.html",
            sight,
            pending=sorted(pending, key=_oldest_first),
            following=pending[-1].record.id if len(found) > MOST else None,
            decided=decided,
            circulars=circular_days(decided),
            explanations=last_explanations(sight.session, ids),
            before=_by_finding(proposals(sight.session, ids)),
            ticked=desk.texts("proposal") if desk.problem else [],
            may_decide=Right.DECIDE in desk.person.rights,
            heard=heard_of(sight.session, [case.record for case in pending], sight.rules),
            reach=_reach(sight, pending),
            due_label=_due_label(sight),
        )


@pages.post("/escalations", Right.DECIDE, again=escalations)
def decide_escalations(desk: Desk) -> Response:
    approve, reason = _decision(desk), desk.text("reason")
    versions = _ticked(desk)
    if not approve and not reason:
        raise BadInput(_("Declining needs a reason."), field="reason")
    with desk.writing() as sight:
        found = proposals_numbered(sight.session, set(versions), sight.now, scope=sight.scope)
        cases = sorted(found, key=_oldest_first)
        if len(cases) < len(versions):
            absent = min(set(versions) - {case.record.id for case in cases})
            raise NotFound(_("There is no proposal {id}.").format(id=absent))
        refused = _refused(sight, cases, versions, approve)
        taken = [case for case in cases if case.record.id not in refused]
        not_done = _not_done(cases, refused)
        if not taken:
            raise RefusedByRule(not_done)
        decide_proposals(
            sight.session, [case.record.id or 0 for case in taken], approve,
            reason=reason or None, heard_by=desk.text("heard_by") or None,
            **desk.circumstances(sight),
        )  # fmt: skip
        said = _done(taken, approve)
    return desk.to("/escalations", " ".join(filter(None, (said, not_done))))


def _reach(sight: Sight, cases: Iterable[Case[Escalation]]) -> Reach:
    """How far approving all of these would reach; each step of a letter is told for itself."""
    told = [
        (case.row.letter, (case.record.due_on, case.record.level))
        for case in cases
        if case.row.letter is not None
    ]
    return foresee_mails(sight.session, told, (ContactRole.HEAD,))


def _oldest_first(case: Case[Escalation]) -> tuple[date, int, int]:
    """By the day of the step; those of one night by letter and item, whatever their numbers."""
    return case.record.effective_on, case.row.finding.letter_id or 0, case.row.finding.item or 0


def _asked(sight: Sight, case: Case[ExtensionRequest]) -> Asked:
    """A pending request, with the day that it would give if it were granted now."""
    finding, request = case.row.finding, case.record
    if finding.state not in (*RUNNING_STATES, State.OVERDUE):
        return Asked(case, None, _("The finding waits for no report now; it can only be declined."))
    try:
        period = Period.parse(request.period)
        day = new_deadline(sight.session, finding, period, sight.rules).last_day
    except DubanError as error:
        return Asked(case, None, error.message)
    if day < civil_date(sight.now):
        return Asked(case, day, _("The new day has passed already; it can only be declined."))
    return Asked(case, day)


def _refused(
    sight: Sight, cases: Sequence[Case[Escalation]], versions: Mapping[int, str], approve: bool
) -> dict[int, DubanError]:
    """Which proposals are not decided, and why: their finding changed, or a rule forbids it."""
    ids = [case.record.id or 0 for case in cases]
    stale: dict[int, DubanError] = {
        case.record.id or 0: StaleVersion(
            _("Somebody else changed this finding meanwhile; look at it again, then decide.")
        )
        for case in cases
        if str(case.row.finding.version) != versions[case.record.id or 0]
    }
    return stale | refusals(sight.session, ids, approve, at=sight.now)


def _done(cases: Iterable[Case[Escalation]], approve: bool) -> str:
    names = ", ".join(
        _("{reference} ({step})").format(
            reference=case.row.reference, step=level_label(case.record.level)
        )
        for case in cases
    )
    if approve:
        return _("Approved: {names}. The heads of the organizations are told.").format(names=names)
    return _("Declined: {names}. Nobody is told; the next step is proposed in its time.").format(
        names=names
    )


def _not_done(cases: Iterable[Case[Escalation]], refused: Mapping[int, DubanError]) -> str:
    said = [
        _("{reference}: {why}").format(reference=case.row.reference, why=error.message)
        for case in cases
        if (error := refused.get(case.record.id or 0)) is not None
    ]
    return _("Not decided: {what}").format(what=" ".join(said)) if said else ""


def _decision(desk: Desk) -> bool:
    """Whether the button was that of approval.

    Raises:
        BadInput: it was no button of the page.
    """
    if (pressed := desk.text("decision")) not in ("approve", "decline"):
        raise BadInput(_("Choose whether to approve or to decline."))
    return pressed == "approve"


def _ticked(desk: Desk) -> dict[int, str]:
    """The proposals that were ticked, each with the version of its finding that was seen.

    Raises:
        BadInput: none was.
    """
    found: dict[int, str] = {}
    for text in desk.texts("proposal"):
        number, _colon, version = text.partition(":")
        found[_number(number)] = version
    if not found:
        raise BadInput(_("Tick at least one proposal."), field="proposals")
    return found


def _after(desk: Desk) -> int:
    text = desk.query.get("after", "")
    if text and _number(text) == 0:
        raise BadInput(
            _("“{text}” is no place in the list; copy it from the page before.").format(text=text)
        )
    return _number(text)


def _number(text: str) -> int:
    """The number that a text is; 0, which nothing bears, where it is none."""
    fits = text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST))
    return int(text) if fits and int(text) <= LARGEST else 0


def _by_finding(found: Iterable[Escalation]) -> dict[int, list[Escalation]]:
    by_id: dict[int, list[Escalation]] = {}
    for proposal in found:
        by_id.setdefault(proposal.finding_id, []).append(proposal)
    return by_id


def _due_label(sight: Sight) -> Any:
    def label(row: Row) -> Any:
        return date_label(row.finding, row.state, sight.now)

    return label
