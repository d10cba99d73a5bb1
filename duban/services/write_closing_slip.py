"""The closing slip (办结单) of a letter of which everything is closed."""

from datetime import datetime

from sqlmodel import Session

from config.language import _, ngettext
from config.settings import Settings
from duban.documents.closing_slip import FILE
from duban.documents.days import letter_day
from duban.services.write_paper import Paper, cell_day, count_words, office_values, short_cell_day
from models.calendar import civil_date
from models.errors import RefusedByRule
from models.finding import Finding
from models.letter import Letter
from models.organization import Organization
from models.queries.findings import of_letter
from models.queries.letters import reference_of
from models.transitions import State


def closing_slip(session: Session, letter: Letter, *, now: datetime, settings: Settings) -> Paper:
    """The slip to the letter's addressee; what was withdrawn is counted beside.

    Raises:
        RefusedByRule: something is still open, or everything was withdrawn.
    """
    found = of_letter(session, letter.id or 0)
    closed = [one for one in found if one.state is State.RECTIFIED]
    withdrawn = sum(one.state is State.WITHDRAWN for one in found)
    if still_open := len(found) - len(closed) - withdrawn:
        raise RefusedByRule(
            ngettext(
                "{n} finding of letter {number} is still open; the closing slip comes when all "
                "are closed.",
                "{n} findings of letter {number} are still open; the closing slip comes when all "
                "are closed.",
                still_open,
            ).format(n=still_open, number=letter.number)
        )
    if not closed:
        raise RefusedByRule(
            _("Every finding of letter {number} was withdrawn; nothing was closed.").format(
                number=letter.number
            )
        )
    in_time = sum(one.on_time is True for one in closed)
    last = max(civil_date(one.rectified_at) for one in closed if one.rectified_at)
    return Paper(
        kind=FILE,
        name=f"办结单-{reference_of(letter)}",
        values={
            "issuer": office_values(settings)["issuer"],
            "number": f"{letter.number}（办结）",
            "letter": letter.number,
            "addressee": session.get_one(Organization, letter.organization_id).name,
            "issued_day": letter_day(civil_date(letter.issued_at)),
            "day": letter_day(civil_date(now)),
            "closed_day": letter_day(last),
            "findings_count": str(len(closed)),
            "in_time_count": count_words(in_time),
            "late_count": count_words(len(closed) - in_time),
            "withdrawn_count": count_words(withdrawn),
            "findings": [_line(one) for one in closed],
        },
    )


def _line(finding: Finding) -> dict[str, str]:
    return {
        "no": str(finding.item or ""),
        "text": finding.text,
        "last_day": short_cell_day(finding.last_day) if finding.last_day else "",
        "reported_day": cell_day(finding.submitted_at),
        "closed_day": cell_day(finding.rectified_at),
        "in_time": "按期" if finding.on_time else "逾期",
    }
