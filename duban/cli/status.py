"""``duban status``: everything a supervisor asks, on one screen."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import typer

from config.language import _, ngettext
from duban.cli.app import App
from duban.cli.exit_codes import ATTENTION
from duban.cli.output import emit, say, table, tell
from duban.cli.session import Desk, reading
from duban.cli.shapes import finding_shape
from models.calendar import civil_date
from models.day_words import days_label, list_day, local_minute
from models.nightly_run import NightlyRun, RunState
from models.queries.findings import Row
from models.queries.organizations import commission
from models.queries.outbox import counts
from models.queries.runs import last_done, latest, nights_missed
from models.queries.status import Figures, figures, provisional_years, worst
from models.words import level_label, organization_label, run_label, state_label

app = App()


@app.alone()
def status(
    check: Annotated[
        bool, typer.Option("--check", help=_("Exit with 3 when something needs attention."))
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
        reasons = _reasons(found, last, missed, mail)
        years = provisional_years(desk.session)
        data: dict[str, Any] = {
            "as_of": desk.now,
            "commission": commission(desk.session).name,
            **asdict(found),
            "last_check": _check_shape(done),
            "missed_nights": missed,
            "mail": mail,
            "provisional_years": years,
            "worst": [finding_shape(row, desk.now) for row in rows],
            "attention": reasons,
        }
        emit(data, lambda: _words(desk, found, rows, done, missed, mail, years))
        if check and reasons:
            for reason in reasons:
                tell(reason)
            raise typer.Exit(ATTENTION)


def _reasons(
    found: Figures, last: NightlyRun | None, missed: list[date], mail: dict[str, int]
) -> list[str]:
    """Why ``--check`` is not content."""
    reasons = []
    if found.overdue:
        reasons.append(_("{n} findings are overdue.").format(n=found.overdue))
    if missed:
        reasons.append(
            _("The nightly check did not run for: {nights}.").format(
                nights=", ".join(str(night) for night in missed[-3:])
            )
        )
    elif last is not None and last.state in (RunState.STOPPED, RunState.FAILED):
        reasons.append(_("The last nightly check is {state}.").format(state=run_label(last.state)))
    if undelivered := mail.get("refused", 0) + mail.get("in-doubt", 0):
        reasons.append(_("{n} mails did not arrive; see “duban mail list”.").format(n=undelivered))
    return reasons


def _check_shape(run: NightlyRun | None) -> dict[str, Any] | None:
    if run is None:
        return None
    wanted = {"id", "business_date", "as_of", "state", "via", "counts", "warnings", "seconds"}
    return run.model_dump(include=wanted)


def _words(
    desk: Desk,
    found: Figures,
    rows: list[Row],
    done: NightlyRun | None,
    missed: list[date],
    mail: dict[str, int],
    years: list[int],
) -> None:
    say(
        _("{site} · as of {instant} (Beijing time)").format(
            site=organization_label(commission(desk.session)), instant=local_minute(desk.now)
        )
    )
    say(
        _("Open {open}   overdue {overdue}   due within 7 days {soon}   waiting for us {waiting}"
          "   escalated {escalated}")
        .format(open=found.open, overdue=found.overdue, soon=found.due_soon,
                waiting=found.waiting_for_us, escalated=found.escalated)
    )  # fmt: skip
    say(_check_line(done, missed))
    say(
        _("Mail: {queued} to send, {refused} refused, {doubt} in doubt").format(
            queued=mail.get("queued", 0), refused=mail.get("refused", 0),
            doubt=mail.get("in-doubt", 0),
        )
    )  # fmt: skip
    for line in _decisions(found, years):
        say(line)
    if rows:
        say()
        table(
            (_("No."), _("Organization"), _("State"), _("Last day"), _("How late"), _("Level")),
            [_line(row, desk) for row in rows],
        )


def _check_line(done: NightlyRun | None, missed: list[date]) -> str:
    if done is None:
        line = _("Nightly check: none has run yet")
    else:
        line = _("Last check: night of {night}, {state}, changed {changed}, told {told}").format(
            night=done.business_date,
            state=run_label(done.state),
            changed=done.counts.get("changed", 0),
            told=done.counts.get("noticed", 0),
        )
    if missed:
        line += " · " + ngettext(
            "{n} night was NOT checked (last: {night})",
            "{n} nights were NOT checked (last: {night})",
            len(missed),
        ).format(n=len(missed), night=missed[-1])
    return line


def _decisions(found: Figures, years: list[int]) -> list[str]:
    lines = []
    if found.draft:
        lines.append(_("{n} imported findings wait to be issued").format(n=found.draft))
    if found.proposals:
        lines.append(
            _("{n} proposals to escalate wait for a decision: duban escalation list").format(
                n=found.proposals
            )
        )
    if found.extensions:
        lines.append(
            _("{n} requests for more time wait for a decision: duban extension list").format(
                n=found.extensions
            )
        )
    if found.review_late:
        lines.append(_("{n} reports wait for us longer than allowed").format(n=found.review_late))
    if found.provisional:
        lines.append(
            _("{n} due dates are provisional: no holiday notice for {years} yet").format(
                n=found.provisional, years=", ".join(map(str, years))
            )
        )
    return lines


def _line(row: Row, desk: Desk) -> tuple[str, ...]:
    last_day = row.finding.last_day
    today = civil_date(desk.now)
    return (
        row.reference,
        organization_label(row.organization),
        state_label(row.state),
        list_day(last_day) if last_day else "",
        days_label(last_day, today) if last_day else "",
        level_label(row.finding.rung) if row.finding.rung else "",
    )
