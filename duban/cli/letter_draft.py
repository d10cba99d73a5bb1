"""``duban letter preview --to``: a letter that is not issued, as a file to look at."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from config.language import _
from duban.cli.paper_file import write_file
from duban.cli.session import Desk
from duban.services.issue_letters import LetterPlan, Terms
from models.errors import BadInput

Draft = Annotated[
    Path | None, typer.Option("--to", help=_("Write the one letter as a draft .docx, unnumbered."))
]


def write_draft(desk: Desk, plans: Sequence[LetterPlan], terms: Terms, to: Path) -> None:
    """Write the letter of the one plan, without its number.

    Raises:
        BadInput: several letters would be issued.
    """
    from duban.services.write_letter import draft_values, write_letter

    if len(plans) > 1:
        raise BadInput(_("{n} letters would be issued; name one with --org.").format(n=len(plans)))
    write_file(
        to, write_letter(draft_values(plans[0], terms, desk.at, desk.settings), desk.settings)
    )
