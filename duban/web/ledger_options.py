"""How an uploaded ledger is to be read: the options of the command line as fields of a form."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from config.language import _
from duban.ledger.mapping import DATE_ORDERS, ColumnMapping
from duban.ledger.vocabulary import Field
from models.errors import BadInput
from models.typed_days import typed_day

COLUMN = "column-"
COLUMNS = tuple(f"{COLUMN}{field}" for field in Field if field is not Field.PROGRESS)
NAMES = ("sheet", "header_row", "organization", "meeting", "year", "date_order", "fill_down",
         "create_organizations", *COLUMNS)  # fmt: skip


@dataclass(frozen=True)
class LedgerOptions:
    """``given`` are the fields as they were filled in, for a link or a further form."""

    given: Mapping[str, str]
    mapping: ColumnMapping
    create_organizations: bool

    @property
    def query(self) -> str:
        """The same behind a question mark; nothing where nothing was chosen."""
        return f"?{urlencode(self.given)}" if self.given else ""


def given_options(fields: Mapping[str, object]) -> dict[str, str]:
    """What was filled in of a form or an address."""
    found = {name: value.strip() for name in NAMES if isinstance(value := fields.get(name), str)}
    return {name: value for name, value in found.items() if value}


def read_options(given: Mapping[str, str]) -> LedgerOptions:
    """The options that were filled in.

    Raises:
        BadInput: one of them cannot be used; ``field`` says which.
    """
    order = given.get("date_order")
    if order not in (None, *DATE_ORDERS):
        raise BadInput(
            _("There is no date order “{name}”; there are: {known}.").format(
                name=order, known=", ".join(DATE_ORDERS)
            ),
            field="date_order",
        )
    named = [name for name in COLUMNS if name in given]
    mapping = ColumnMapping(
        columns={Field(name.removeprefix(COLUMN)): given[name] for name in named},
        organization_name=given.get("organization"),
        sheet=given.get("sheet"),
        header_row=_number(given, "header_row", 1, 100_000),
        date_order=order,
        year=_number(given, "year", 1990, 2100),
        meeting_on=typed_day(given["meeting"], "meeting") if "meeting" in given else None,
        fill_down="fill_down" in given,
    )
    return LedgerOptions(given, mapping, "create_organizations" in given)


def _number(given: Mapping[str, str], name: str, least: int, most: int) -> int | None:
    text = given.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and least <= int(text) <= most):
        raise BadInput(
            _("“{text}” is not a whole number from {least} to {most}.").format(
                text=text, least=least, most=most
            ),
            field=name,
        )
    return int(text)
