"""``duban status`` in words."""

from datetime import date

from config.language import _, ngettext
from duban.cli.output import say, table
from duban.cli.session import Desk
from models.calendar import civil_date
from models.day_words import days_label, list_day, local_minute
from models.nightly_run import NightlyRun, RunState
from models.queries.findings import Row
from models.queries.organizations import commission
from models.queries.status import Figures, OfOrganization
from models.transitions import State
from models.words import level_label, organization_label, run_label, state_label


def say_status(desk: Desk, found: Figures, rows: list[Row], lines: list[str]) -> None:
    """The figures, what else there is to say, and the worst findings."""
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
    for line in lines:
        say(line)
    if rows:
        say()
        table(
            (_("No."), _("Organization"), _("State"), _("Last day"), _("How late"), _("Level")),
            [_line(row, desk) for row in rows],
        )


def say_organizations(rows: list[OfOrganization]) -> None:
    """How many findings of each organization are in each state, those still open first."""
    states = (State.OVERDUE, State.ISSUED, State.ACKNOWLEDGED, State.SUBMITTED, State.RECTIFIED)
    table(
        (_("Organization"), _("Open"), *map(state_label, states)),
        [
            (organization_label(row.organization), str(row.open),
             *(str(row.states[state]) for state in states))
            for row in rows
        ],
    )  # fmt: skip


def check_line(done: NightlyRun | None, missed: list[date]) -> str:
    """The newest night that was checked, and how many were not."""
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


def stopped_lines(last: NightlyRun | None) -> list[str]:
    """That the brake stopped the newest night, and what to do about it."""
    if last is None or last.state is not RunState.STOPPED:
        return []
    if last.confirmed_by is not None:
        line = _("The night of {night} was stopped and {who} let it go on; now: duban run nightly")
        return [line.format(night=last.business_date, who=last.confirmed_by)]
    line = _(
        "The brake stopped the night of {night}: {planned} findings to act on, {expected} "
        "forecast. Look with duban run preview, then duban run confirm {night} --by NAME and "
        "duban run nightly"
    )
    return [line.format(night=last.business_date, planned=last.planned, expected=last.expected)]


def mail_line(mail: dict[str, int]) -> str:
    """What the outbox holds."""
    line = _("Mail: {queued} to send, {refused} refused, {doubt} in doubt").format(
        queued=mail.get("queued", 0), refused=mail.get("refused", 0), doubt=mail.get("in-doubt", 0)
    )
    if bounced := mail.get("bounced", 0):
        line += _(", {n} returned").format(n=bounced)
    if held := mail.get("held", 0):
        line += _(", {n} waiting for a person").format(n=held)
    return line


def unreachable_lines(silent: int) -> list[str]:
    """How many organizations no mail can reach, and how to see them."""
    if not silent:
        return []
    return [
        ngettext(
            "{n} organization with open findings cannot be reached by mail: "
            "duban org list --unreachable",
            "{n} organizations with open findings cannot be reached by mail: "
            "duban org list --unreachable",
            silent,
        ).format(n=silent)
    ]


def decision_lines(found: Figures, years: list[int]) -> list[str]:
    """What waits for people."""
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
            ngettext(
                "{n} request for more time waits for a decision: duban extension list",
                "{n} requests for more time wait for a decision: duban extension list",
                found.extensions,
            ).format(n=found.extensions)
        )
    if found.review_late:
        lines.append(
            ngettext(
                "{n} report waits for us longer than allowed",
                "{n} reports wait for us longer than allowed",
                found.review_late,
            ).format(n=found.review_late)
        )
    if found.provisional:
        lines.append(
            _("{n} due dates are provisional: no holiday notice for {years} yet").format(
                n=found.provisional, years=", ".join(map(str, years))
            )
        )
    return lines


def calendar_lines(uncovered: int | None) -> list[str]:
    """From which year on dates may still move."""
    if uncovered is None:
        return []
    return [
        _("A date in {year} or later is provisional until its notice is imported.").format(
            year=uncovered
        )
    ]


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
