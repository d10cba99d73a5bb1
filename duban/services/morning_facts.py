"""What the brief of the morning says: six figures, what changed, what waits, and the nights."""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from duban.services.morning_brief import step_of_brief
from duban.services.night_brief import night_lines
from duban.services.rules import Rules
from models.calendar import Calendar, civil_date
from models.message import Message
from models.organization import Organization
from models.queries.brief import last_brief, mails_undecided
from models.queries.decisions import Case, proposals_pending, requests_pending
from models.queries.health import oldest_review
from models.queries.organizations import unreachable
from models.queries.scope import EVERYTHING
from models.queries.status import figures, worst
from models.transitions import State
from models.words import level_label, organization_label
from notifications.brief_values import Brief, BriefFigures, Undecided, WorstFinding

LISTED = 10
"""So many findings, decisions and organizations are named."""

_LOOKED_BACK = 10
"""So many working days back a brief is looked for to compare with."""


def figures_of_morning(session: Session, now: datetime) -> BriefFigures:
    """The six figures as of ``now``."""
    found = figures(session, now)
    return BriefFigures(
        open=found.open,
        overdue=found.overdue,
        due_soon=found.due_soon,
        to_review=found.waiting_for_us,
        to_decide=found.proposals + found.extensions,
        escalated=found.escalated,
    )


def morning_facts(
    session: Session, brief: Message, found: BriefFigures, *, now: datetime, rules: Rules
) -> Brief:
    """Everything that ``brief`` says at ``now``, in the language being spoken."""
    today, calendar = civil_date(now), rules.working_calendar
    since, before = _last_brief(session, brief, today, calendar)
    oldest = oldest_review(session)
    base_url = rules.settings.site.base_url
    commission = session.get_one(Organization, brief.organization_id)
    held, in_doubt = mails_undecided(session)
    return Brief(
        day=today,
        figures=found,
        before=before,
        since=since,
        oldest=None if oldest is None else calendar.count_working_days(civil_date(oldest), today),
        worst=tuple(
            WorstFinding(
                row.reference,
                organization_label(row.organization),
                (today - (row.finding.last_day or today)).days,
            )
            for row in worst(session, now)[:LISTED]
            if row.state is State.OVERDUE
        ),
        decisions=_decisions(session, now),
        decisions_links=(f"{base_url}/escalations", f"{base_url}/extensions"),
        unreachable=tuple(
            organization_label(one) for one in unreachable(session, EVERYTHING, limit=LISTED)
        ),
        held=held,
        in_doubt=in_doubt,
        nights=night_lines(session, since, now, rules),
        readers_link=f"{base_url}/organizations/{commission.code}",
    )


def as_kept(found: BriefFigures) -> dict[str, Any]:
    """Figures as plain values, kept with the brief that said them."""
    return asdict(found)


def _last_brief(
    session: Session, brief: Message, today: date, calendar: Calendar
) -> tuple[date, BriefFigures | None]:
    """When the reader had the last brief, and its figures; without one, yesterday."""
    days = [calendar.add_working_days(today, -n) for n in range(1, _LOOKED_BACK + 1)]
    steps = [step_of_brief(day, brief.contact_id or 0) for day in days]
    found = last_brief(session, steps)
    if found is None:
        return today - timedelta(days=1), None
    return civil_date(found.queued_at), BriefFigures(**found.guard["figures"])


def _decisions(session: Session, now: datetime) -> tuple[Undecided, ...]:
    proposed = [
        _undecided(level_label(one.record.level), one, one.record.proposed_at)
        for one in proposals_pending(session, now, scope=EVERYTHING, limit=LISTED)
    ]
    requested = [
        _undecided("", one, one.record.requested_at)
        for one in requests_pending(session, now, scope=EVERYTHING, limit=LISTED)
    ]
    return tuple(sorted((*proposed, *requested), key=lambda one: one.since)[:LISTED])


def _undecided(what: str, one: Case[Any], since: datetime) -> Undecided:
    return Undecided(
        what, one.row.reference, organization_label(one.row.organization), civil_date(since)
    )
