"""A saved mapping: which column is what, for ledgers whose headings say it otherwise."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from config.language import _
from duban.ledger.vocabulary import Field
from models.errors import BadInput

_SETTINGS = (
    "organization_name", "sheet", "header_row", "date_order", "year", "meeting_on", "fill_down",
)  # fmt: skip


DATE_ORDERS = ("dmy", "mdy")
"""How 03/04/2024 can be meant."""

_TYPES: dict[str, type] = {"header_row": int, "year": int, "fill_down": bool, "meeting_on": date}


@dataclass(frozen=True)
class ColumnMapping:
    """How to read one ledger.

    ``columns`` gives a heading or a column letter for a field; ``organizations`` the
    full name for a short one; ``organization_name`` is one organization for every row;
    ``header_row`` is the last row of the heading, counted from 1; ``fill_down`` takes
    an empty organization from the row above; ``meeting_on`` is the day of the meeting
    where a row names none.
    """

    columns: Mapping[Field, str] = field(default_factory=dict)
    organizations: Mapping[str, str] = field(default_factory=dict)
    organization_name: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    date_order: str | None = None
    year: int | None = None
    meeting_on: date | None = None
    fill_down: bool = False

    def with_pairs(self, pairs: Sequence[str]) -> "ColumnMapping":
        """The same with ``text=Description`` and the like laid over it.

        Raises:
            BadInput: a pair has no ``=`` or names no field.
        """
        columns = dict(self.columns)
        for pair in pairs:
            name, equals, heading = pair.partition("=")
            if not equals or not heading.strip():
                raise BadInput(
                    _("“{pair}” is no mapping; write FIELD=HEADING, such as text=问题描述.").format(
                        pair=pair
                    )
                )
            columns[_field(name.strip())] = heading.strip()
        return replace(self, columns=columns)


def load_mapping(path: Path) -> ColumnMapping:
    """A mapping from a TOML or JSON file: ``[columns]`` and the settings beside it.

    Raises:
        BadInput: the file cannot be read or has a key that is not known.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        data = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except OSError as error:
        raise BadInput(
            _("{path} cannot be read: {why}.").format(path=path, why=error.strerror)
        ) from error
    except (ValueError, UnicodeDecodeError) as error:
        raise BadInput(
            _("The mapping {path} is neither valid TOML nor JSON: {why}.").format(
                path=path, why=error
            )
        ) from error
    if not isinstance(data, dict):
        raise BadInput(_("The mapping {path} must be a table of keys.").format(path=path))
    return _from_keys(data)


def _from_keys(data: dict[str, Any]) -> ColumnMapping:
    columns, organizations = data.pop("columns", {}), data.pop("organizations", {})
    if not isinstance(columns, dict) or not isinstance(organizations, dict):
        raise BadInput(
            _('“columns” and “organizations” must be tables, such as text = "问题描述".')
        )
    for key, value in data.items():
        if key not in _SETTINGS:
            raise BadInput(
                _("A mapping has no key “{key}”; there are: {known}.").format(
                    key=key, known=", ".join(("columns", "organizations", *_SETTINGS))
                )
            )
        wanted = _TYPES.get(key, str)
        if type(value) is not wanted:
            raise BadInput(_("“{key}” cannot be {value}.").format(key=key, value=repr(value)))
    if data.get("date_order") not in (None, *DATE_ORDERS):
        raise BadInput(_("“date_order” is dmy or mdy."))
    return ColumnMapping(
        columns={_field(name): str(heading) for name, heading in columns.items()},
        organizations={str(short): str(full) for short, full in organizations.items()},
        **data,
    )


def _field(name: str) -> Field:
    known = [field.value for field in Field if field is not Field.PROGRESS]
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = _(" Did you mean “{near}”?").format(near=near[0]) if near else ""
        raise BadInput(
            _("There is no field “{name}”; there are: {known}.").format(
                name=name, known=", ".join(known)
            )
            + hint
        )
    return Field(name)
