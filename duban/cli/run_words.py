"""One night in words."""

from datetime import datetime

from config.language import _, ngettext
from duban.cli.output import say, table
from duban.services.account_run import Entry
from duban.services.preview_night import Preview
from duban.services.record_run import NightReport
from models.day_words import local_minute
from models.night_words import outcome_label, plan_label
from models.nightly_run import NightlyRun
from models.queries.findings import Row
from models.words import organization_label, reason_label, run_label, rung_label


def say_report(report: NightReport, made_up_for: int = 0) -> None:
    """What a run has just done, and for how many earlier nights it made up."""
    say(_("Night of {night}: {state}").format(
        night=report.business_date, state=run_label(report.state)
    ))  # fmt: skip
    if made_up_for:
        say(
            ngettext(
                "It makes up for {n} earlier night that was missed.",
                "It makes up for {n} earlier nights that were missed.",
                made_up_for,
            ).format(n=made_up_for)
        )
    say(_sum(report.counts))
    for warning in report.warnings:
        say(warning)


def say_run(run: NightlyRun, rows: list[tuple[Entry, Row]]) -> None:
    """A run of the past with what it did for each open finding."""
    say(
        _("Run {id}: night of {night}, as of {instant}, {state}").format(
            id=run.id,
            night=run.business_date,
            instant=local_minute(run.as_of),
            state=run_label(run.state),
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
                (row.reference, organization_label(row.organization),
                 outcome_label(entry.outcome, entry.proposes),
                 _(", ").join(rung_label(code) for code in entry.rungs),
                 reason_label(entry.reason) if entry.reason else "")
                for entry, row in rows
            ],
        )  # fmt: skip


def say_preview(found: Preview, night: datetime) -> None:
    """What a night would do."""
    say(_("The check of {instant} will do this:").format(instant=local_minute(night)))
    say(_sum(found.counts))
    if found.braking.stops:
        say(
            _(
                "The brake would stop it before any change: {planned} findings to act on, "
                "{expected} forecast."
            ).format(planned=found.braking.planned, expected=found.braking.expected)
        )
    if found.items:
        say()
        table(
            (_("No."), _("Organization"), _("Will"), _("Rung"), _("To, or why not")),
            [
                (item.row.reference, organization_label(item.row.organization),
                 plan_label(item.outcome, item.proposes),
                 _(", ").join(map(rung_label, item.rungs)),
                 _(", ").join(item.to) or reason_label(item.reason or ""))
                for item in found.items
            ],
        )  # fmt: skip
    if found.more:
        say(_("… and {n} more findings; --limit shows more.").format(n=found.more))


def say_more(option: str, value: str) -> None:
    """That a list goes on, and how to see the rest."""
    say(_("… and more: {option} {value} goes on from here.").format(option=option, value=value))


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
