"""``duban letter``: a letter as a file, and the template by which letters are written."""

from typing import Annotated

import typer

from config.language import _
from duban.cli.app import App
from duban.cli.output import emit, say
from duban.cli.paper_file import Pdf, To, as_pdf, write_file
from duban.cli.session import reading
from models.errors import NotFound
from models.queries.letters import letter_by_reference

Number = Annotated[str, typer.Argument(help=_("12, 2023-12 or the full number."))]
Paper = Annotated[str, typer.Option(help=_("Of which paper; else of letters."))]


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
        data = as_pdf(data)
    write_file(to, data)
    emit({"number": name, "file": to}, lambda: say(_("Written to {file}.").format(file=to)))


def template(to: To, paper: Paper = "letter") -> None:
    from duban.documents.shipped import SHIPPED, shipped_template

    name = f"{paper}.docx"
    if name not in SHIPPED:
        known = ", ".join(one.removesuffix(".docx") for one in SHIPPED)
        raise NotFound(
            _("There is no paper “{paper}”; there are: {known}.").format(paper=paper, known=known)
        )
    write_file(to, shipped_template(name))
    names = SHIPPED[name].allowed.names()

    def words() -> None:
        say(_("Written to {file}.").format(file=to))
        say(_("It may use: {names}.").format(names=", ".join(names)))
        say(_("Put it as {name} into the folder that documents.templates names.").format(name=name))

    emit({"file": to, "variables": names}, words)
