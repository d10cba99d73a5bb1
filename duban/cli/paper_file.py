"""Papers as files that the command line writes."""

from pathlib import Path
from typing import Annotated

import typer

from config.language import _
from duban.cli.output import emit, say, tell
from models.errors import BadInput

To = Annotated[Path, typer.Option("--to", help=_("The file to write."))]
Pdf = Annotated[bool, typer.Option("--pdf", help=_("A PDF, made by LibreOffice."))]


def write_file(to: Path, data: bytes) -> None:
    """Write a file, instead of one that is there.

    Raises:
        BadInput: it cannot be written.
    """
    try:
        to.write_bytes(data)
    except OSError as error:
        raise BadInput(
            _("{file} cannot be written: {problem}.").format(file=to, problem=error.strerror)
        ) from error


def as_pdf(data: bytes) -> bytes:
    """A .docx as a PDF; beside the answer stands which typefaces are missing here.

    Raises:
        Unavailable: it could not be made.
    """
    from duban.documents.fonts import font_warning, installed_fonts
    from duban.documents.to_pdf import to_pdf

    made = to_pdf(data)
    warning = font_warning(installed_fonts())
    if warning is not None:
        tell(warning)
    return made


def write_paper_file(to: Path, data: bytes, *, pdf: bool, name: str) -> None:
    """Write a paper and say so.

    Raises:
        BadInput: the name of the file says that it is of the other kind.
    """
    kind, other = (".pdf", ".docx") if pdf else (".docx", ".pdf")
    if to.suffix.lower() == other:
        raise BadInput(
            _("{file} would be a {kind}; give it that ending.").format(file=to, kind=kind)
        )
    write_file(to, as_pdf(data) if pdf else data)
    emit({"name": name, "file": to}, lambda: say(_("Written to {file}.").format(file=to)))
