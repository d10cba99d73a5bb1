"""``duban letter``: the urging notice and the closing slip of a letter as files."""

from typing import Annotated

import typer

from config.language import _
from duban.cli.app import App
from duban.cli.paper_file import Pdf, To, write_paper_file
from duban.cli.session import reading
from models.queries.letters import letter_by_reference

Number = Annotated[str, typer.Argument(help=_("12, 2023-12 or the full number."))]


def add_to(app: App) -> None:
    """Give ``duban letter`` the papers that follow a letter."""
    app.verb("urging-notice", help=_("Write the notice that urges what is overdue."))(urging)
    app.verb("closing-slip", help=_("Write the slip of a letter that is closed."))(closing)


def urging(number: Number, to: To, pdf: Pdf = False) -> None:
    from duban.services.write_paper import write_paper
    from duban.services.write_urging_notice import urging_notice

    with reading() as desk:
        letter = letter_by_reference(desk.session, number)
        paper = urging_notice(desk.session, letter, now=desk.now, settings=desk.settings)
    write_paper_file(to, write_paper(paper, desk.settings), pdf=pdf, name=paper.name)


def closing(number: Number, to: To, pdf: Pdf = False) -> None:
    from duban.services.write_closing_slip import closing_slip
    from duban.services.write_paper import write_paper

    with reading() as desk:
        letter = letter_by_reference(desk.session, number)
        paper = closing_slip(desk.session, letter, now=desk.now, settings=desk.settings)
    write_paper_file(to, write_paper(paper, desk.settings), pdf=pdf, name=paper.name)
