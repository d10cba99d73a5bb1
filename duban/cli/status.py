"""``duban status``: everything a supervisor asks, on one screen."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import typer

from config.language import _, ngettext
from duban.cli.app import App
from duban.cli.exit_codes import ATTENTION
from duban.cli.output import emit, tell
from duban.cli.session import Desk, reading
from duban.cli.status_words import (
    calendar_lines,
    check_line,
    decision_lines,
    mail_line,
    say_organizations,
    say_status,
    stopped_lines,
    unreachable_lines,
)
from duban.shapes import finding_shape
from models.awaited_notice import awaited_year
from models.calendar import civil_date
from models.message import NOT_ARRIVED, MessageState
from models.nightly_run import NightlyRun, RunState
from models.queries.organizations import commission, unreachable
from models.queries.outbox import counts
from models.queries.runs import last_done, latest, nights_missed
from models.queries.status import (
    Figures,
    OfOrganization,
    by_organization,
    figures,
    provisional_years,
    worst,
)
from models.transitions import State
from models.words import run_label

app = App()

_TO_LOOK_AT = (MessageState.IN_DOUBT, MessageState.HELD, *NOT_ARRIVED)
"""The states of mails that did not arrive, for all that is known."""


@app.alone()
def status(
    check: Annotated[
        bool, typer.Option("--check", help=_("Exit with 3 when something needs attention."))
    ] = False,
    organizations: Annotated[
        bool,
        typer.Option(
            "--by-organization", help=_("How many of each organization, the most overdue first.")
        ),
    ] = False,
    as_of: Annotated[str | None, typer.Option(help=_("An instant other than now."))] = None,
) -> None:
    with reading(as_of) as desk:
        found = figures(desk.session, desk.now)
        rows = worst(desk.session, desk.now)
        last = latest(desk.session)
        done = last_done(desk.session)
        missed = nights_missed(desk.session, desk.now, desk.settings.schedule.nightly_at)
        mail = counts(desk.session)
        silent = unreachable(desk.session)
        reasons = _reasons(found, last, missed, mail, len(silent))
        years = provisional_years(desk.session)
        uncovered = awaited_year(desk.rules.calendar, civil_date(desk.now))
        data: dict[str, Any] = {
            "as_of": desk.now,
            "commission": commission(desk.session).name,
            **asdict(found),
            "last_check": _check_shape(done),
            "missed_nights": missed,
            "stopped_night": _stopped_shape(last),
            "mail": mail,
            "unreachable_organizations": [one.code for one in silent],
            "provisional_years": years,
            "calendar_missing": uncovered,
            "worst": [finding_shape(row, desk.now) for row in rows],
            "attention": reasons,
        }
        lines = [
            check_line(done, missed),
            *stopped_lines(last),
            mail_line(mail),
            *unreachable_lines(len(silent)),
            *decision_lines(found, years),
            *calendar_lines(uncovered),
        ]
        if organizations:
            found_of = by_organization(desk.session, desk.now)
            emit(_organizations_shape(desk, found_of), lambda: say_organizations(found_of))
        else:
            emit(data, lambda: say_status(desk, found, rows, lines))
        if check and reasons:
            for reason in reasons:
                tell(reason)
            raise typer.Exit(ATTENTION)


def _reasons(
    found: Figures,
    last: NightlyRun | None,
    missed: list[date],
    mail: dict[str, int],
    silent: int,
) -> list[str]:
    """Why ``--check`` is not content."""
    reasons = []
    if found.overdue:
        reasons.append(_("{n} findings are overdue.").format(n=found.overdue))
    stopped = last.business_date if last and last.state is RunState.STOPPED else None
    unrun = [night for night in missed if night != stopped]
    reasons += stopped_lines(last)
    if unrun:
        reasons.append(
            _("The nightly check did not run for: {nights}.").format(
                nights=", ".join(str(night) for night in unrun[-3:])
            )
        )
    elif last is not None and last.state is RunState.FAILED:
        reasons.append(_("The last nightly check is {state}.").format(state=run_label(last.state)))
    if undelivered := sum(mail.get(state, 0) for state in _TO_LOOK_AT):
        reasons.append(
            ngettext(
                "{n} mail did not arrive; see “duban mail list”.",
                "{n} mails did not arrive; see “duban mail list”.",
                undelivered,
            ).format(n=undelivered)
        )
    return reasons + unreachable_lines(silent)


def _organizations_shape(desk: Desk, rows: list[OfOrganization]) -> dict[str, Any]:
    return {
        "as_of": desk.now,
        "count": len(rows),
        "organizations": [
            {
                "code": row.organization.code,
                "name": row.organization.name,
                "group": row.organization.ranking_group,
                "open": row.open,
                **{state.value: row.states[state] for state in State},
            }
            for row in rows
        ],
    }


def _stopped_shape(last: NightlyRun | None) -> dict[str, Any] | None:
    if last is None or last.state is not RunState.STOPPED:
        return None
    wanted = ("business_date", "planned", "expected", "confirmed_by")
    return {name: getattr(last, name) for name in wanted}


def _check_shape(run: NightlyRun | None) -> dict[str, Any] | None:
    if run is None:
        return None
    wanted = ("id", "business_date", "as_of", "state", "via", "counts", "warnings", "seconds")
    return {name: getattr(run, name) for name in wanted}
