"""``duban letter``: a letter as a file, and the template by which letters are written."""

from pathlib import Path
from typing import Annotated

import typer

from config.language import _
from duban.cli.app import App
from duban.cli.output import emit, say, tell
from duban.cli.session import reading
from models.errors import BadInput
from models.queries.letters import letter_by_reference

Number = Annotated[str, typer.Argument(help=_("12, 2023-12 or the full number."))]
To = Annotated[Path, typer.Option("--to", help=_("The file to write."))]
Pdf = Annotated[bool, typer.Option("--pdf", help=_("A PDF, made by LibreOffice."))]


def add_to(app: App) -> None:
    """Give ``duban letter`` its papers."""
    app.verb("document", help=_("Write a letter as a .docx to print and seal, or as a PDF."))(
        document
    )
    app.verb("template", help=_("Write the template of letters, to edit it and put it in place."))(
        template
    )


def document(number: Number, to: To, pdf: Pdf = False) -> None:
    from duban.services.write_letter import letter_values, write_letter

    with reading() as desk:
        letter = letter_by_reference(desk.session, number)
        values, settings = letter_values(desk.session, letter, desk.settings), desk.settings
        name = letter.number
    data = write_letter(values, settings)
    if pdf:
        data = _as_pdf(data)
    _write(to, data)
    emit({"number": name, "file": to}, lambda: say(_("Written to {file}.").format(file=to)))


def template(to: To) -> None:
    from duban.documents.letter import ALLOWED, FILE
    from duban.documents.shipped import shipped_template

    _write(to, shipped_template(FILE))

    def words() -> None:
        say(_("Written to {file}.").format(file=to))
        say(_("It may use: {names}.").format(names=", ".join(ALLOWED.names())))
        say(_("Put it as {name} into the folder that documents.templates names.").format(name=FILE))

    emit({"file": to, "variables": ALLOWED.names()}, words)


def _as_pdf(data: bytes) -> bytes:
    from duban.documents.fonts import font_warning, installed_fonts
    from duban.documents.to_pdf import to_pdf

    made = to_pdf(data)
    warning = font_warning(installed_fonts())
    if warning is not None:
        tell(warning)
    return made


def _write(to: Path, data: bytes) -> None:
    try:
        to.write_bytes(data)
    except OSError as error:
        raise BadInput(
            _("{file} cannot be written: {problem}.").format(file=to, problem=error.strerror)
        ) from error
