"""Papers as files: urging notice, closing slip, circular and the monthly brief (.docx or PDF)."""

from starlette.responses import Response

from duban.documents.to_pdf import to_pdf
from duban.services.write_brief import brief_name, write_brief
from duban.services.write_circular import circular
from duban.services.write_closing_slip import closing_slip
from duban.services.write_paper import write_paper
from duban.services.write_urging_notice import urging_notice
from duban.web.desk import Desk
from duban.web.doors import Pages
from duban.web.download import DOCX, PDF, download
from models.month import month_before, typed_month
from models.queries.month import month_figures
from models.rights import Right
from models.typed_days import typed_day

pages = Pages()


@pages.get("/letters/{reference}/urging-notice", Right.READ)
def of_overdue(desk: Desk, reference: str) -> Response:
    with desk.reading() as sight:
        letter = sight.letter(reference)
        paper = urging_notice(sight.session, letter, now=sight.now, settings=sight.settings)
    return _file(desk, write_paper(paper, desk.house.settings), paper.name)


@pages.get("/letters/{reference}/closing-slip", Right.READ)
def of_closed(desk: Desk, reference: str) -> Response:
    with desk.reading() as sight:
        letter = sight.letter(reference)
        paper = closing_slip(sight.session, letter, now=sight.now, settings=sight.settings)
    return _file(desk, write_paper(paper, desk.house.settings), paper.name)


@pages.get("/escalations/circulars/{day}", Right.READ_OFFICE)
def of_approved(desk: Desk, day: str) -> Response:
    with desk.reading() as sight:
        paper = circular(
            sight.session, typed_day(day), now=sight.now, settings=sight.settings,
            scope=sight.scope,
        )  # fmt: skip
    return _file(desk, write_paper(paper, desk.house.settings), paper.name)


@pages.get("/dashboard/brief", Right.READ_OFFICE)
def brief(desk: Desk) -> Response:
    asked = desk.query.get("month", "")
    with desk.reading() as sight:
        month = typed_month(asked) if asked else month_before(sight.now)
        figures = month_figures(sight.session, month, sight.now, sight.scope)
    return _file(desk, write_brief(figures, desk.house.settings), brief_name(figures))


def _file(desk: Desk, data: bytes, name: str) -> Response:
    if desk.query.get("as") == "pdf":
        return download(to_pdf(data), f"{name}.pdf", PDF)
    return download(data, f"{name}.docx", DOCX)
