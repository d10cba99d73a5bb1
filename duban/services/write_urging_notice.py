"""The urging notice (催办通知) about a letter of which something is overdue."""

from datetime import datetime

from sqlmodel import Session

from config.language import _
from config.settings import Settings
from duban.documents.days import letter_day
from duban.documents.urging_notice import FILE
from duban.services.write_paper import Paper, office_values, short_cell_day
from models.calendar import civil_date
from models.errors import RefusedByRule
from models.letter import Letter
from models.organization import Organization
from models.queries.decisions import last_explanations
from models.queries.findings import Row
from models.queries.letters import reference_of, rows_of_letter
from models.transitions import State


def urging_notice(session: Session, letter: Letter, *, now: datetime, settings: Settings) -> Paper:
    """The notice to the letter's addressee, as of ``now``.

    Raises:
        RefusedByRule: nothing of the letter is overdue.
    """
    organization = session.get_one(Organization, letter.organization_id)
    rows = rows_of_letter(session, letter, organization, now)
    late = [row for row in rows if row.state is State.OVERDUE]
    if not late:
        raise RefusedByRule(
            _("Nothing of letter {number} is overdue, so there is nothing to urge.").format(
                number=letter.number
            )
        )
    explained = last_explanations(session, [row.finding.id or 0 for row in late])
    office = office_values(settings)
    return Paper(
        kind=FILE,
        name=f"催办通知-{reference_of(letter)}",
        values={
            **office,
            "number": f"{letter.number}（催办）",
            "letter": letter.number,
            "addressee": organization.name,
            "issued_day": letter_day(civil_date(letter.issued_at)),
            "day": letter_day(civil_date(now)),
            "findings_count": str(len(late)),
            "days_late": str(max(days_late(row, now) for row in late)),
            "findings": [_line(row, now, (row.finding.id or 0) in explained) for row in late],
        },
    )


def days_late(row: Row, now: datetime) -> int:
    """By how many days an overdue finding is late."""
    today = civil_date(now)
    return (today - (row.finding.last_day or today)).days


def explained_words(explained: bool) -> str:
    """What a paper says about an explanation."""
    return "已说明" if explained else "未说明"


def _line(row: Row, now: datetime, explained: bool) -> dict[str, str]:
    finding = row.finding
    return {
        "no": str(finding.item or ""),
        "text": finding.text,
        "requirement": finding.requirement or "",
        "last_day": short_cell_day(finding.last_day) if finding.last_day else "",
        "days_late": str(days_late(row, now)),
        "explained": explained_words(explained),
    }
