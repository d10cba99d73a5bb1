"""``duban import calendar``: a year's notice settles what was provisional."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from config.language import _
from duban.cli.app import App
from duban.cli.output import emit, say, table
from duban.cli.session import Desk, actor, reading, writing
from duban.services.import_calendar import CalendarPreview, import_calendar, preview_calendar
from models.day_words import list_day
from models.errors import BadInput
from models.queries.findings import row_of
from models.transitions import Role
from models.words import organization_label

app = App()

File = Annotated[Path, typer.Argument(help=_("A year's file; see docs/calendars.md."))]


@app.verb(help=_("Check a year's file and show which due dates would move."))
def check(file: File) -> None:
    data = _read(file)
    with reading() as desk:
        preview = preview_calendar(desk.session, data, desk.rules)
        emit(_shape(desk, preview), lambda: _say(desk, preview))


@app.verb(help=_("Load a year; provisional dates move later where it says so."))
def apply(
    file: File, by: Annotated[str | None, typer.Option("--by", help=_("Who imports."))] = None
) -> None:
    data = _read(file)
    with writing() as desk:
        who = actor(by, Role.SUPERVISOR)
        preview = import_calendar(desk.session, data, now=desk.now, actor=who, rules=desk.rules)

        def words() -> None:
            _say(desk, preview)
            say(_("The year {year} is loaded.").format(year=preview.year.year))

        emit(_shape(desk, preview), words)


def _read(file: Path) -> dict[str, Any]:
    try:
        data = json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadInput(
            _("{path} cannot be read: {why}.").format(path=file, why=error.strerror)
        ) from error
    except UnicodeDecodeError as error:
        raise BadInput(
            _("{path} cannot be read: {why}.").format(path=file, why=_("it is not UTF-8 text"))
        ) from error
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
    return {
        "year": preview.year.year,
        "version": preview.year.version,
        "notice": preview.year.notice_number,
        "settled": len(preview.settled),
        "moves": [
            {"reference": reference, "from": before, "to": after}
            for reference, _organization, before, after in _moves(desk, preview)
        ],
    }


def _say(desk: Desk, preview: CalendarPreview) -> None:
    say(
        _("{year}, notice {notice}: {off} days off, {work} make-up working days").format(
            year=preview.year.year, notice=preview.year.notice_number,
            off=len(preview.year.off_days), work=len(preview.year.make_up_days),
        )
    )  # fmt: skip
    say(_("Provisional dates that it settles: {n}").format(n=len(preview.settled)))
    moves = _moves(desk, preview)
    if moves:
        table(
            (_("No."), _("Organization"), _("From"), _("To")),
            [(ref, org, list_day(before), list_day(after)) for ref, org, before, after in moves],
        )


def _moves(desk: Desk, preview: CalendarPreview) -> list[tuple[str, str, Any, Any]]:
    found = []
    for item in preview.settled:
        if item.moves:
            row = row_of(desk.session, item.finding, desk.now)
            found.append((row.reference, organization_label(row.organization),
                          item.before, item.deadline.last_day))  # fmt: skip
    return found
