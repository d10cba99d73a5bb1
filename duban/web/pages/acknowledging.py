"""An organization confirms the receipt of a letter (签收)."""

from collections.abc import Sequence

from starlette.responses import Response

from config.language import _
from duban.services.acknowledge import acknowledge_letter
from duban.web.desk import Desk
from duban.web.doors import Pages
from duban.web.own import mark_of_findings
from models.errors import StaleVersion
from models.finding import Finding
from models.organization import Organization
from models.queries.findings import of_letter
from models.queries.letters import reference_of
from models.queries.receipts import Settled, acts_of_letter
from models.rights import Right
from models.transition_log import TransitionRecord, standing
from models.transitions import THEIR_TURN, Event

pages = Pages()


@pages.get("/letters/{reference}/acknowledge", Right.ACKNOWLEDGE)
def form(desk: Desk, reference: str) -> Response:
    with desk.reading() as sight:
        letter = sight.letter(reference)
        findings = of_letter(sight.session, letter.id or 0)
        return desk.page(
            "acknowledge.html",
            sight,
            letter=letter,
            reference=reference_of(letter),
            organization=sight.session.get_one(Organization, letter.organization_id),
            findings=findings,
            waiting=_waiting(findings),
            received=_first_receipt(acts_of_letter(sight.session, letter.id or 0)),
            seen=mark_of_findings(findings),
        )


@pages.post("/letters/{reference}/acknowledge", Right.ACKNOWLEDGE, again=form)
def acknowledge(desk: Desk, reference: str) -> Response:
    with desk.writing() as sight:
        letter = sight.letter(reference)
        findings = of_letter(sight.session, letter.id or 0)
        if not _waiting(findings):
            return desk.to(f"/letters/{reference_of(letter)}/acknowledge")
        if desk.text("seen") != mark_of_findings(findings):
            raise StaleVersion(
                _("This letter changed meanwhile; read it again below, then confirm.")
            )
        received = acknowledge_letter(sight.session, letter, **desk.circumstances(sight))
        first = received[0]
        path = f"/receipts/{reference_of(letter)}-{first.item}/{first.version}"
    return desk.to(path, _("The receipt is recorded."))


def _first_receipt(acts: Sequence[Settled]) -> Settled | None:
    """The first act of a letter's that shows its receipt and was not taken back."""
    findings = {finding.id: finding for _record, finding in acts}
    histories: dict[int, list[TransitionRecord]] = {}
    for record, _finding in acts:
        histories.setdefault(record.finding_id, []).append(record)
    shown = [
        record
        for history in histories.values()
        for record in standing(sorted(history, key=lambda one: one.version))
        if record.event in (Event.ACKNOWLEDGE, Event.SUBMIT)
    ]
    first = min(shown, key=lambda one: one.recorded_at, default=None)
    return None if first is None else (first, findings[first.finding_id])


def _waiting(findings: list[Finding]) -> list[Finding]:
    """Those whose receipt nobody has confirmed."""
    return [one for one in findings if one.acknowledged_at is None and one.state in THEIR_TURN]
