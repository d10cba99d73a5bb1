"""``duban import calendar``: a year's notice settles what was provisional."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from config.language import _
from duban.cli.app import App
from duban.cli.output import emit, say, table
from duban.cli.session import Desk, actor, reading, writing
from duban.cli.text_file import read_text
from duban.services.import_calendar import (
    LISTED,
    CalendarPreview,
    import_calendar,
    preview_calendar,
)
from duban.services.redate import Recounted, Redated
from models.day_words import list_day
from models.errors import BadInput
from models.queries.findings import Row, row_of
from models.transitions import Role
from models.words import organization_label

app = App()

File = Annotated[Path, typer.Argument(help=_("A year's file; see docs/calendars.md."))]
Limit = Annotated[int, typer.Option(min=1, max=10_000)]


@app.verb(help=_("Check a year's file and show what becomes of each due date."))
def check(file: File, limit: Limit = LISTED) -> None:
    data = _read(file)
    with reading() as desk:
        preview = preview_calendar(desk.session, data, desk.rules, limit=limit)
        emit(_shape(desk, preview), lambda: _say(desk, preview, _rows(desk, preview)))


@app.verb(help=_("Load a year; due dates move later where it says so, never earlier."))
def apply(
    file: File,
    by: Annotated[str | None, typer.Option("--by", help=_("Who imports."))] = None,
    limit: Limit = LISTED,
) -> None:
    data = _read(file)
    with writing() as desk:
        who = actor(by, Role.SUPERVISOR)
        preview = import_calendar(
            desk.session, data, now=desk.now, actor=who, rules=desk.rules, limit=limit
        )

        def words() -> None:
            _say(desk, preview, _rows(desk, preview))
            say(_("The year {year} is loaded.").format(year=preview.year.year))

        emit(_shape(desk, preview), words)


def _read(file: Path) -> dict[str, Any]:
    try:
        data = json.loads(read_text(file))
    except json.JSONDecodeError as error:
        raise BadInput(
            _("{path} is not valid JSON: look at line {line}, column {column}.").format(
                path=file, line=error.lineno, column=error.colno
            )
        ) from error
    except RecursionError as error:
        raise BadInput(
            _("{path} is no year's calendar; see docs/calendars.md.").format(path=file)
        ) from error
    if not isinstance(data, dict):
        raise BadInput(_("{path} is no year's calendar; see docs/calendars.md.").format(path=file))
    return data


def _shape(desk: Desk, preview: CalendarPreview) -> dict[str, Any]:
    found = [
        {
            "reference": row.reference,
            "organization": row.organization.name,
            "from": item.dates.before,
            "to": item.dates.present.last_day,
            "moves": item.dates.moves,
            "provisional": item.dates.present.provisional,
            "rest_day_now": item.dates.now_rest_day,
        }
        for item, row in _rows(desk, preview)
    ]
    return {
        "year": preview.year.year,
        "version": preview.year.version,
        "notice": preview.year.notice_number,
        "count": len(found),
        "truncated": preview.plan.count > len(found),
        "concerned": preview.plan.count,
        "moving": preview.plan.moving,
        "findings": found,
    }


def _say(desk: Desk, preview: CalendarPreview, rows: list[tuple[Redated, Row]]) -> None:
    say(
        _("{year}, notice {notice}: {off} days off, {work} make-up working days").format(
            year=preview.year.year, notice=preview.year.notice_number,
            off=len(preview.year.off_days), work=len(preview.year.make_up_days),
        )
    )  # fmt: skip
    say(
        _("Open due dates that it concerns: {n}, of which move later: {moving}").format(
            n=preview.plan.count, moving=preview.plan.moving
        )
    )
    if rows:
        table(
            (_("No."), _("Organization"), _("Last day before"), _("Last day after"),
             _("What becomes of it")),
            [
                (row.reference, organization_label(row.organization), list_day(item.dates.before),
                 list_day(item.dates.present.last_day), _what(item.dates))
                for item, row in rows
            ],
        )  # fmt: skip


def _what(dates: Recounted) -> str:
    if dates.moves:
        return _("moves later")
    return _("stays, though a rest day now") if dates.now_rest_day else _("stays")


def _rows(desk: Desk, preview: CalendarPreview) -> list[tuple[Redated, Row]]:
    return [(item, row_of(desk.session, item.finding, desk.now)) for item in preview.plan.listed]
