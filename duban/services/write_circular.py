"""The circular (通报): which organizations are late, after a supervisor approved that step."""

from collections import defaultdict
from datetime import date, datetime

from sqlmodel import Session

from config.language import _
from config.settings import Settings
from duban.documents.circular import FILE
from duban.documents.days import letter_day
from duban.services.write_paper import Paper, count_words, office_values
from duban.services.write_urging_notice import days_late, explained_words
from models.calendar import civil_date
from models.day_words import list_day
from models.errors import RefusedByRule
from models.queries.circulars import circulars_approved
from models.queries.decisions import last_explanations
from models.queries.findings import Row
from models.queries.scope import EVERYTHING, Scope
from models.transitions import State


def circular(
    session: Session,
    day: date,
    *,
    now: datetime,
    settings: Settings,
    scope: Scope = EVERYTHING,
) -> Paper:
    """The circular of what was approved on ``day`` and is overdue at ``now``: names and counts.

    Raises:
        RefusedByRule: no circular was approved on that day, or nothing of it is overdue any more.
    """
    approved = circulars_approved(session, day, now, scope)
    late = [case.row for case in approved if case.row.state is State.OVERDUE]
    if not late:
        words = (
            _("Nothing of the circular approved on {day} is overdue any more.")
            if approved
            else _("No circular was approved on {day}; a supervisor approves the step first.")
        )
        raise RefusedByRule(words.format(day=list_day(day)))
    explained = set(last_explanations(session, [row.finding.id or 0 for row in late]))
    by_organization: defaultdict[str, list[Row]] = defaultdict(list)
    for row in sorted(late, key=lambda row: row.organization.path):
        by_organization[row.organization.name].append(row)
    silent = {
        name
        for name, rows in by_organization.items()
        if not explained.issuperset(row.finding.id or 0 for row in rows)
    }
    worst_first = sorted(
        by_organization.items(), key=lambda one: (-_oldest(one[1], now), -len(one[1]))
    )
    return Paper(
        kind=FILE,
        name=f"通报-{day.isoformat()}",
        values={
            **office_values(settings),
            # The office gives it its number as it goes out.
            "number": f"　　　〔{civil_date(now).year}〕　　号",
            "day": letter_day(civil_date(now)),
            "approved_day": letter_day(day),
            "organizations_count": str(len(by_organization)),
            "findings_count": str(len(late)),
            "silent_count": count_words(len(silent)),
            "organizations": [
                {
                    "no": str(number),
                    "name": name,
                    "findings_count": str(len(rows)),
                    "days_late": str(_oldest(rows, now)),
                    "explained": explained_words(name not in silent),
                }
                for number, (name, rows) in enumerate(worst_first, start=1)
            ],
        },
    )


def _oldest(rows: list[Row], now: datetime) -> int:
    return max(days_late(row, now) for row in rows)
