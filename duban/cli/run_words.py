"""One night in words."""

from config.language import _
from duban.cli.output import clock, say, table
from duban.services.account_run import Entry
from duban.services.nightly import NightReport
from models.nightly_run import NightlyRun
from models.queries.findings import Row
from models.words import organization_label, outcome_label, reason_label, run_label, rung_label


def say_report(report: NightReport) -> None:
    """What a run has just done."""
    say(_("Night of {night}: {state}").format(
        night=report.business_date, state=run_label(report.state)
    ))  # fmt: skip
    say(_sum(report.counts))
    for warning in report.warnings:
        say(warning)


def say_run(run: NightlyRun, rows: list[tuple[Entry, Row]]) -> None:
    """A run of the past with what it did for each open finding."""
    say(
        _("Run {id}: night of {night}, as of {instant}, {state}").format(
            id=run.id, night=run.business_date, instant=clock(run.as_of), state=run_label(run.state)
        )
    )
    if run.covered_by is not None:
        say(_("It did not run; run {id} made up for it.").format(id=run.covered_by))
    if run.counts:
        say(_sum(run.counts))
    if run.flow_run_id:
        say(_("Prefect flow run {id}").format(id=run.flow_run_id))
    for warning in run.warnings:
        say(warning)
    if rows:
        say()
        table(
            (_("No."), _("Organization"), _("Done"), _("Rung"), _("Why")),
            [
                (row.reference, organization_label(row.organization), outcome_label(entry.outcome),
                 ", ".join(rung_label(code) for code in entry.rungs),
                 reason_label(entry.reason) if entry.reason else "")
                for entry, row in rows
            ],
        )  # fmt: skip


def _sum(counts: dict[str, int]) -> str:
    return _(
        "Open {open} = became overdue {changed} + told {noticed} + held back {held} "
        "+ failed {failed} + nothing {none}; mails {messages}, proposals {proposals}"
    ).format(
        **{
            key: counts.get(key, 0)
            for key in (
                "open", "changed", "noticed", "held", "failed", "none", "messages", "proposals",
            )
        }
    )  # fmt: skip
