"""Taking back what the commission did by mistake, each act by a counter-act with a reason."""

from collections.abc import Callable, Collection, Sequence
from datetime import date

from starlette.responses import Response

from config.language import _
from duban.services.annul_receipt import annul_receipt, findings_received
from duban.services.foresee_mails import foresee_mails
from duban.services.reinstate import foresee
from duban.services.reinstate import reinstate as reinstate_findings
from duban.services.rescind import rescind as rescind_steps
from duban.services.revoke import former_deadline, revoke_extension, standing_request
from duban.services.tell_event import LEADING
from duban.services.transition import facts_of, not_possible
from duban.web.desk import Desk
from duban.web.doors import Pages
from duban.web.sight import Sight
from models.date_label import date_label
from models.day_words import inclusive_day, long_day
from models.errors import BadInput, DubanError, RefusedByRule
from models.escalation import Escalation, EscalationState
from models.extension import ExtensionRequest
from models.finding import Finding
from models.letter import Letter
from models.organization import ContactRole
from models.queries.findings import Row
from models.queries.submissions import escalations_of
from models.rights import Right
from models.transitions import Event, allowed_events
from models.words import level_label

pages = Pages()


@pages.get("/findings/{reference}/reinstate", Right.DECIDE)
def reinstate_form(desk: Desk, reference: str) -> Response:
    def consequences(sight: Sight, row: Row) -> list[str]:
        last_day, anew = foresee(sight.session, row.finding, sight.now, sight.rules)
        day = long_day(last_day or date.max)
        if anew:
            return [
                _(
                    "Its last day passed while it was withdrawn, so a new period begins today: "
                    "until {day}."
                ).format(day=day)
            ]
        return [_("It comes back to where it was; its last day stays {day}.").format(day=day)]

    return _form(
        desk, reference, _("Take back the withdrawal of {reference}"), "reinstate", consequences,
        stays=_("The withdrawal stays in the history, and so does its taking back."),
    )  # fmt: skip


@pages.post("/findings/{reference}/reinstate", Right.DECIDE, again=reinstate_form)
def reinstate(desk: Desk, reference: str) -> Response:
    with desk.writing() as sight:
        row = sight.row(reference)
        finding = desk.as_seen(row.finding)
        reinstate_findings(
            sight.session, [finding], reason=desk.text("reason"), **desk.circumstances(sight)
        )
        said = _("Taken back: the withdrawal of {reference}. The organization is told.")
    return desk.to(f"/findings/{reference}", said.format(reference=row.reference))


@pages.get("/findings/{reference}/revoke", Right.DECIDE)
def revoke_form(desk: Desk, reference: str) -> Response:
    def consequences(sight: Sight, row: Row) -> list[str]:
        deadline = former_deadline(
            sight.session, row.finding, _granted(sight, row.finding), sight.now, sight.rules
        )
        _require(Event.REVOKE, sight, row)
        return [
            _("The last day is {day} again, instead of {old}.").format(
                day=long_day(deadline.last_day), old=long_day(row.finding.last_day or date.max)
            )
        ]

    return _form(
        desk, reference, _("Take back the granted time of {reference}"), "revoke", consequences,
        stays=_("The decision stays in the history, and so does its taking back."),
    )  # fmt: skip


@pages.post("/findings/{reference}/revoke", Right.DECIDE, again=revoke_form)
def revoke(desk: Desk, reference: str) -> Response:
    with desk.writing() as sight:
        row = sight.row(reference)
        request = _granted(sight, desk.as_seen(row.finding))
        (finding,) = revoke_extension(
            sight.session, [request], reason=desk.text("reason"), **desk.circumstances(sight)
        )
        said = _("Taken back: more time for {reference}. The last day is {day} again.").format(
            reference=row.reference, day=inclusive_day(finding.last_day or date.max)
        )
    return desk.to(f"/findings/{reference}", said)


@pages.get("/findings/{reference}/rescind", Right.DECIDE)
def rescind_form(desk: Desk, reference: str) -> Response:
    def consequences(sight: Sight, row: Row) -> list[str]:
        _steps(sight, row.finding)
        _require(Event.RESCIND, sight, row)
        return [_("The step counts no more, and it is not proposed again for this last day.")]

    return _form(
        desk, reference, _("Take back a step of {reference}"), "rescind", consequences,
        stays=_("The approval stays in the history, and so does its taking back."),
        told=_("The head is told by mail; the reason stands in the system only."),
        roles=(ContactRole.HEAD,), choices=_approved,
    )  # fmt: skip


@pages.post("/findings/{reference}/rescind", Right.DECIDE, again=rescind_form)
def rescind(desk: Desk, reference: str) -> Response:
    with desk.writing() as sight:
        row = sight.row(reference)
        approved = _steps(sight, desk.as_seen(row.finding))
        chosen = next((one for one in approved if str(one.id) == desk.text("proposal")), None)
        if chosen is None:
            raise BadInput(_("Choose the step that is taken back."), field="proposal")
        rescind_steps(
            sight.session, [chosen.id or 0], reason=desk.text("reason"),
            **desk.circumstances(sight),
        )  # fmt: skip
        said = _("Taken back: {step} for {reference}. The head is told.").format(
            step=level_label(chosen.level), reference=row.reference
        )
    return desk.to(f"/findings/{reference}", said)


@pages.get("/findings/{reference}/annul-receipt", Right.ISSUE)
def annul_form(desk: Desk, reference: str) -> Response:
    def consequences(sight: Sight, row: Row) -> list[str]:
        letter = _letter(row)
        findings_received(sight.session, letter)
        return [
            _("The whole letter {number} waits for its receipt again; it is due by {day}.").format(
                number=letter.number, day=long_day(letter.sign_by)
            )
        ]

    return _form(
        desk, reference, _("Take back the receipt of {reference}"), "annul-receipt", consequences,
        stays=_("The receipt stays in the history, and so does its taking back."),
        told=_("The contact is told by mail; the reason stands in the system only."),
        roles=(ContactRole.CONTACT,),
    )  # fmt: skip


@pages.post("/findings/{reference}/annul-receipt", Right.ISSUE, again=annul_form)
def annul(desk: Desk, reference: str) -> Response:
    with desk.writing() as sight:
        row = sight.row(reference)
        letter = _letter(row)
        desk.as_seen(row.finding)
        annul_receipt(
            sight.session, letter, reason=desk.text("reason"), **desk.circumstances(sight)
        )
        said = _("Taken back: the receipt of {number}. The organization is told.").format(
            number=letter.number
        )
    return desk.to(f"/findings/{reference}", said)


def _form(
    desk: Desk,
    reference: str,
    heading: str,
    act: str,
    consequences: Callable[[Sight, Row], list[str]],
    *,
    stays: str,
    roles: Collection[ContactRole] = LEADING,
    told: str = "",
    choices: Callable[[Sight, Finding], Sequence[Escalation]] | None = None,
) -> Response:
    """The page before a counter-act: what follows from it, or why it cannot be."""
    with desk.reading() as sight:
        row = sight.row(reference)
        follows, hindrance = [], ""
        try:
            follows = consequences(sight, row)
        except DubanError as error:
            hindrance = error.message
        told = told or _("Contact and head are told by mail; the reason stands in the system only.")
        return desk.page(
            "take_back.html", sight, row=row, act=act,
            due=date_label(row.finding, row.state, sight.now),
            heading=heading.format(reference=row.reference), hindrance=hindrance,
            follows=[*follows, told, stays],
            steps=choices(sight, row.finding) if choices else (),
            reach=foresee_mails(
                sight.session, [(row.letter, None)] if row.letter else [], roles
            ),
        )  # fmt: skip


def _require(event: Event, sight: Sight, row: Row) -> None:
    """Refuse before the form what the table would refuse after it.

    Raises:
        IllegalTransition: the finding is not in a state for it.
    """
    if event not in allowed_events(row.state, facts_of(row.finding, sight.now, {})):
        raise not_possible(event, row.finding, sight.now)


def _letter(row: Row) -> Letter:
    """The letter whose receipt is taken back.

    Raises:
        RefusedByRule: no letter carries the finding.
    """
    if row.letter is None:
        raise RefusedByRule(_("No letter carries this finding, so it has no receipt."))
    return row.letter


def _granted(sight: Sight, finding: Finding) -> ExtensionRequest:
    """The request whose time is taken back.

    Raises:
        RefusedByRule: no granted time counts in the present last day.
    """
    request = standing_request(sight.session, finding)
    if request is None:
        raise RefusedByRule(
            _("No granted time counts in its last day; there is nothing to take back.")
        )
    return request


def _approved(sight: Sight, finding: Finding) -> list[Escalation]:
    """The steps that can be taken back, the last first."""
    found = escalations_of(sight.session, finding.id or 0)
    return [one for one in reversed(found) if one.state is EscalationState.APPROVED]


def _steps(sight: Sight, finding: Finding) -> list[Escalation]:
    """The same.

    Raises:
        RefusedByRule: there is none.
    """
    found = _approved(sight, finding)
    if not found:
        raise RefusedByRule(
            _("No step of this finding is approved; there is nothing to take back.")
        )
    return found
