"""The ledger as a file that a browser or a program saves."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import mkstemp

from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from config.language import _
from duban.services.export_ledger import export_ledger
from duban.web.download import XLSX
from duban.web.sight import Sight
from models.calendar import civil_date
from models.queries.ask import ask
from models.queries.pages import Filter


def ledger_file(sight: Sight, wanted: Filter, *, of_office: bool) -> Response:
    """The findings that fit, as an .xlsx file that is written row by row and then forgotten."""
    handle, name = mkstemp(prefix="duban-", suffix=".xlsx")
    os.close(handle)
    path = Path(name)
    try:
        export_ledger(sight.session, path, wanted, now=sight.now, of_office=of_office)
    except BaseException:
        path.unlink()
        raise
    return FileResponse(
        path, media_type=XLSX, background=BackgroundTask(path.unlink),
        filename=_("Ledger {day}").format(day=civil_date(sight.now)) + ".xlsx",
        headers={"cache-control": "no-store"},
    )  # fmt: skip


def asked(sight: Sight, given: Mapping[str, Sequence[str]]) -> Filter:
    """What an address of the ledger asks for, within the visitor's scope.

    Raises:
        BadInput: a value cannot be used.
        NotFound: there is no such organization, group or letter to be seen.
    """
    return ask(sight.session, given, sight.now, scope=sight.scope)
