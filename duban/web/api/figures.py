"""The figures of the dashboard, each with how it is counted and where its findings are."""

from datetime import datetime
from typing import Any

from pydantic import Field
from starlette.responses import Response

from config.language import _
from duban.web.api.desk import At
from duban.web.api.operations import Operations
from duban.web.api.shape import Shape
from models.queries.status import SOON, Figures, figures
from models.rights import Right

operations = Operations("figures")


class FigureShape(Shape):
    """One figure: ``value`` is ``numerator`` of ``denominator``; ``href`` lists its findings."""

    value: int
    numerator: int
    denominator: int | None
    as_of: datetime
    definition: str
    href: str | None = Field(examples=["/api/v1/findings?state=overdue"])


class SummaryShape(Shape):
    """The figures by name; those of the commission's own work are null for organizations."""

    as_of: datetime
    open: FigureShape
    overdue: FigureShape
    due_soon: FigureShape
    unacknowledged: FigureShape
    provisional: FigureShape
    waiting_for_review: FigureShape
    review_late: FigureShape | None
    escalated: FigureShape | None
    proposals: FigureShape | None
    extensions: FigureShape
    draft: FigureShape | None


OF_OFFICE = ("review_late", "escalated", "proposals", "draft")
_FINDINGS, _RUNNING = "/api/v1/findings", "state=issued&state=acknowledged"


@operations.get("/stats/summary", SummaryShape, "Where everything stands")
def show_summary(desk: At) -> Response:
    desk.enter(Right.READ)
    with desk.reading() as sight:
        found = figures(sight.session, sight.now, sight.scope)
        shown = {
            name: {**figure, "numerator": figure["value"], "as_of": sight.now}
            for name, figure in _told(found).items()
        }
        if not desk.person.of_office:
            shown |= dict.fromkeys(OF_OFFICE)  # type: ignore[arg-type]  # null for organizations
        return desk.answer(SummaryShape.model_validate({"as_of": sight.now, **shown}))


def _told(found: Figures) -> dict[str, dict[str, Any]]:
    """Every figure with its whole, its definition and its list."""
    return {
        "open": _figure(
            found.open, None, _("Issued, and neither closed nor withdrawn."),
            f"{_FINDINGS}?state=open",
        ),
        "overdue": _figure(
            found.overdue, found.open,
            _("Open, the last day is over, and no report is with the commission."),
            f"{_FINDINGS}?state=overdue",
        ),
        "due_soon": _figure(
            found.due_soon, found.open,
            _("Not yet reported, and the last day is today or within {n} days.").format(
                n=SOON.days
            ),
            f"{_FINDINGS}?{_RUNNING}&due_within={SOON.days}",
        ),
        "unacknowledged": _figure(
            found.unacknowledged, found.open, _("Open, and no receipt is recorded."), None
        ),
        "provisional": _figure(
            found.provisional, found.open,
            _("Open, and the last day waits for a year's holiday notice."), None,
        ),
        "waiting_for_review": _figure(
            found.waiting_for_us, found.open, _("Reported, and not yet decided."),
            f"{_FINDINGS}?state=submitted",
        ),
        "review_late": _figure(
            found.review_late, found.waiting_for_us,
            _("Reported, and the commission's own time to decide is over."), None,
        ),
        "escalated": _figure(
            found.escalated, found.open,
            _("Open, with a proposal that was neither declined nor dropped."), None,
        ),
        "proposals": _figure(
            found.proposals, None, _("Proposals to escalate that nobody has decided."),
            "/api/v1/escalations",
        ),
        "extensions": _figure(
            found.extensions, None, _("Requests for more time that nobody has decided."),
            "/api/v1/extensions",
        ),
        "draft": _figure(
            found.draft, None, _("Entered, and in no letter yet."), f"{_FINDINGS}?state=draft"
        ),
    }  # fmt: skip


def _figure(value: int, whole: int | None, words: str, href: str | None) -> dict[str, Any]:
    return {"value": value, "denominator": whole, "definition": words, "href": href}
