"""The ledger going out: a spreadsheet whose changed copy can be imported again."""

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from config.language import _
from duban.web.api.desk import At
from duban.web.api.findings import issued_only
from duban.web.api.imports_shapes import Words
from duban.web.api.operations import Operations
from duban.web.api.shape import Day
from duban.web.download import XLSX
from duban.web.ledger_file import asked, ledger_file
from models.errors import NotFound
from models.queries.ask import NAMES
from models.rights import Right

operations = Operations("findings")


class LedgerAsked(BaseModel):
    """Which findings go out; all of them where nothing is said."""

    state: list[str] = Field(
        ["all"], max_length=9, examples=[["overdue"]],
        description="A state, or “open” or “all”; may be repeated.",
    )  # fmt: skip
    org: Words | None = Field(None, description="An organization's code or name.", examples=[None])
    group: Words | None = Field(None, description="A ranking group.", examples=[None])
    letter: Words | None = Field(None, description="A letter's number.", examples=[None])
    due_from: Day | None = Field(None, description="Last day not before.")
    due_to: Day | None = Field(None, description="Last day not after.")
    sort: str | None = Field(
        None, max_length=60, examples=["number"],
        description="due, number or org; -due and -number run backwards.",
    )  # fmt: skip


@operations.file("/exports/ledger", XLSX, "The ledger, in the columns of the one that came in")
def export_ledger(desk: At, wanted: Annotated[LedgerAsked, Query()]) -> Response:
    desk.enter(Right.READ)
    given = {name: desk.query.getlist(name) for name in NAMES if name in desk.query}
    given.setdefault("state", wanted.state)
    with desk.reading() as sight:
        chosen = asked(sight, given)
        if desk.person.of_office:
            return ledger_file(sight, chosen, of_office=True)
        seen = issued_only(chosen)
        if seen is None:
            raise NotFound(_("There is nothing here to be seen."))
        return ledger_file(sight, seen, of_office=False)
