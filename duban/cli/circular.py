"""``duban escalation circular``: what a supervisor approved as a circular (通报), as a file."""

from typing import Annotated

import typer

from config.language import _
from duban.cli.app import App
from duban.cli.paper_file import Pdf, To, write_paper_file
from duban.cli.session import reading
from models.typed_days import typed_day


def add_to(app: App) -> None:
    """Give ``duban escalation`` its paper."""
    app.verb("circular", help=_("Write the circular of what was approved on a day."))(write)


def write(
    on: Annotated[str, typer.Option(help=_("The day of the approval, such as 2024-02-02."))],
    to: To,
    pdf: Pdf = False,
) -> None:
    from duban.services.write_circular import circular
    from duban.services.write_paper import write_paper

    day = typed_day(on)
    with reading() as desk:
        paper = circular(desk.session, day, now=desk.now, settings=desk.settings)
    write_paper_file(to, write_paper(paper, desk.settings), pdf=pdf, name=paper.name)
