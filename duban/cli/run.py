"""``duban run``: nightly checks, run by hand, foreseen and looked at."""

from dataclasses import asdict
from itertools import islice
from typing import Annotated, Any

import typer

from config.language import _
from duban.cli import run_watch
from duban.cli.app import App
from duban.cli.exit_codes import ATTENTION
from duban.cli.output import emit, say, table, tell
from duban.cli.run_words import say_more, say_preview, say_report, say_run
from duban.cli.session import (
    actor,
    database,
    no_dry_run,
    now_of,
    past_instant,
    reading,
    settings,
    writing,
)
from duban.services.account_run import account_of, entries
from duban.services.catch_up import check_night, missed_nights, next_night
from duban.services.nightly import run_night
from duban.services.preview_night import preview_night
from duban.services.record_run import confirm_night
from duban.shapes import columns, cut, entry_shape, planned_shape
from models.calendar import civil_date
from models.day_words import list_day
from models.errors import BadInput, BrakeTripped
from models.finding import Finding
from models.night_words import via_label
from models.nightly_run import DONE_STATES, NightlyRun, RunState
from models.queries.findings import finding_by_reference, row_of
from models.queries.organizations import organization_named
from models.queries.runs import confirmed_by, run_named, runs
from models.transitions import Role
from models.typed_days import typed_day
from models.words import run_label

app = App()

AsOf = Annotated[str | None, typer.Option(help=_("The instant to ask about, if not now."))]


@app.verb(help=_("Run the check now, outside the scheduler; safe to repeat."))
def nightly(
    as_of: AsOf = None,
    night: Annotated[
        str | None,
        typer.Option(help=_("Exactly this night; else all that were missed.")),
    ] = None,
) -> None:
    no_dry_run("duban run preview")
    opened = database()
    try:
        with opened.read() as session:
            now = past_instant(as_of, now_of(session)) if as_of else now_of(session)
            if night and typed_day(night) > civil_date(now):
                raise BadInput(_("The night of {night} has not come yet.").format(night=night))
        chosen = settings()
        missed = [] if night else missed_nights(opened, now=now, settings=chosen)
        if night:
            report = run_night(
                opened, as_of=now, business_date=typed_day(night), via="cli", settings=chosen
            )
        else:
            report = check_night(opened, as_of=now, settings=chosen, via="cli")
    finally:
        opened.close()
    data: dict[str, Any] = {
        "run": report.run_id,
        "business_date": report.business_date,
        "state": report.state,
        "counts": report.counts,
        "warnings": report.warnings,
        "made_up_for": missed[:-1] if report.state in DONE_STATES else [],
    }
    if report.state is RunState.STOPPED:
        raise BrakeTripped(" ".join(report.warnings), **data)
    emit(data, lambda: say_report(report, len(data["made_up_for"])))


@app.verb(help=_("What tonight's check would do, by the same code; nothing is written."))
def preview(
    as_of: Annotated[
        str | None, typer.Option(help=_("The instant to ask about, if not the next check's."))
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 200,
    expect_none: Annotated[
        bool, typer.Option("--expect-none", help=_("Exit with 3 if there is anything to do."))
    ] = False,
) -> None:
    with reading(as_of) as desk:
        night = desk.now if as_of else next_night(desk.now, desk.settings)
        found = preview_night(desk.session, desk.rules, night, limit)
        acting = found.counts["changed"] + found.counts["noticed"]
        data = {
            "as_of": night,
            "count": acting,
            "counts": found.counts,
            "brake": asdict(found.braking),
            "truncated": found.more > 0,
            "items": [planned_shape(item) for item in found.items],
        }
        emit(data, lambda: say_preview(found, night))
        if expect_none and acting:
            tell(_("{n} findings would be acted on.").format(n=acting))
            raise typer.Exit(ATTENTION)


@app.verb("list", help=_("The nights, the newest first."))
def list_runs(limit: Annotated[int, typer.Option(min=1, max=10_000)] = 30) -> None:
    with reading() as desk:
        found, more = cut(runs(desk.session, limit + 1), limit)
        data = {
            "count": len(found),
            "truncated": more,
            "runs": [columns(run, set()) for run in found],
        }
        headings = (_("Run"), _("Night"), _("State"), _("Open"), _("Overdue now"), _("Told"),
                    _("Held back"), _("Failed"), _("Nothing"), _("Via"))  # fmt: skip
        rows = [
            (str(run.id), list_day(run.business_date), run_label(run.state),
             *(str(run.counts.get(key, "")) for key in
               ("open", "changed", "noticed", "held", "failed", "none")), via_label(run.via))
            for run in found
        ]  # fmt: skip
        emit(data, lambda: table(headings, rows))


@app.verb(help=_("One night: what it did or did not do for each open finding, and why."))
def show(
    run: Annotated[str, typer.Argument(help=_("A run's number, or its night (2024-01-27)."))],
    finding: Annotated[str | None, typer.Option(help=_("Only this one: #17 or 2023-12-3."))] = None,
    org: Annotated[str | None, typer.Option(help=_("An organization's code or name."))] = None,
    after: Annotated[str | None, typer.Option(help=_("Go on behind this finding."))] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 200,
) -> None:
    with reading() as desk:
        session = desk.session
        found: NightlyRun = run_named(session, run)
        if finding is not None:
            account = entries(session, found, desk.rules, [finding_by_reference(session, finding)])
        else:
            account = account_of(
                session, found, desk.rules,
                after=_place(finding_by_reference(session, after)) if after else None,
                organization_id=organization_named(session, org).id if org else None,
            )  # fmt: skip
        page, more = cut([*islice(account, limit + 1)], limit)
        rows = [(entry, row_of(session, entry.finding, desk.now)) for entry in page]
        data: dict[str, Any] = {
            **columns(found, set()),
            "items": [
                entry_shape(entry, row.reference, row.organization.name) for entry, row in rows
            ],
            "truncated": more,
        }

        def words() -> None:
            say_run(found, rows)
            if more:
                say_more("--after", rows[-1][1].reference)

        emit(data, words)


def _place(finding: Finding) -> tuple[int, int]:
    return finding.letter_id or 0, finding.item or 0


@app.verb(help=_("Let a night that the brake stopped go on; then run it again."))
def confirm(
    night: Annotated[str, typer.Argument(help=_("The night (2024-01-27)."))],
    by: Annotated[str, typer.Option("--by", help=_("Who decides."))],
) -> None:
    who = actor(by, Role.SUPERVISOR).name
    with writing() as desk:
        before = confirmed_by(desk.session, typed_day(night))
        confirmed = confirm_night(desk.session, typed_day(night), by=who)

        def words() -> None:
            if before is not None:
                say(
                    _("{who} has let the night of {night} go on already.").format(
                        who=before, night=confirmed.business_date
                    )
                )
            say(
                _("The night of {night} may go on. Next: duban run nightly").format(
                    night=confirmed.business_date
                )
            )

        emit(
            {
                "business_date": confirmed.business_date,
                "confirmed_by": confirmed.confirmed_by,
                "was_confirmed": before is not None,
            },
            words,
        )


run_watch.add_to(app)
