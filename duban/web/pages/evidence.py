"""Evidence files on their way out: always to be saved, never to be shown or run by a browser."""

from starlette.responses import FileResponse, Response

from config.language import _
from duban.services.keep_evidence import evidence_folder, kept_file
from duban.web.desk import Desk
from duban.web.doors import Pages
from duban.web.sight import Sight
from models.errors import NotFound
from models.finding import Finding
from models.queries.evidence import evidence_numbered
from models.rights import AccountRole, Right
from models.submission import Evidence

pages = Pages()

AS_A_FILE = {
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
}


@pages.get("/evidence/{number}", Right.READ)
def evidence(desk: Desk, number: str) -> Response:
    with desk.reading() as sight:
        found = _seen(desk, sight, number)
        path = kept_file(found, evidence_folder(desk.house.settings.data_dir))
        return FileResponse(
            path, media_type="application/octet-stream", filename=found.name, headers=AS_A_FILE
        )


def _seen(desk: Desk, sight: Sight, number: str) -> Evidence:
    """The file, if the visitor may see its finding; before it is handed in, its writers alone."""
    absent = NotFound(_("There is no such file."))
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        raise absent
    found = evidence_numbered(sight.session, int(number))
    if found is None:
        raise absent
    finding = sight.session.get_one(Finding, found.finding_id)
    try:
        sight.finding(str(finding.id))
    except NotFound:
        raise absent from None
    if found.submission_id is None and desk.person.role is not AccountRole.ORGANIZATION:
        raise absent
    return found
