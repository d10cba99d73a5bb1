"""A letter as a paper: what it tells, and the .docx that the office prints and seals."""

from datetime import date, datetime

from sqlmodel import Session

from config.settings import Settings
from duban.documents import letter as paper
from duban.documents.days import letter_day
from duban.documents.fill import fill
from duban.documents.page import saved
from duban.documents.shipped import template_of
from duban.services.issue_letters import LetterPlan, Terms
from models.calendar import civil_date
from models.finding import Finding
from models.letter import Letter
from models.organization import Organization
from models.queries.findings import of_letter

Values = dict[str, str | list[dict[str, str]]]


def letter_values(session: Session, letter: Letter, settings: Settings) -> Values:
    """What the paper tells: the letter's own days as issued, whatever has moved since."""
    findings = of_letter(session, letter.id or 0)
    return {
        **_of_office(settings),
        "number": letter.number,
        "addressee": session.get_one(Organization, letter.organization_id).name,
        "issued_day": letter_day(civil_date(letter.issued_at)),
        "meeting_day": _day(letter.meeting_on),
        "last_day": letter_day(letter.last_day),
        "report_day": letter_day(letter.report_by),
        "sign_day": letter_day(letter.sign_by),
        "provisional": _mark(letter.provisional),
        "findings_count": str(len(findings)),
        "findings": [
            _line(finding, finding.item or 0, finding.original_last_day or letter.last_day)
            for finding in findings
        ],
    }


def draft_values(plan: LetterPlan, terms: Terms, at: datetime, settings: Settings) -> Values:
    """The same of a letter that is not issued: without its number, dated as of ``at``."""
    day = civil_date(at)
    finish, report = plan.finish, plan.report
    return {
        **_of_office(settings),
        "number": f"{settings.site.letter_prefix}〔{day.year}〕　　号",
        "addressee": plan.organization.name,
        "issued_day": letter_day(day),
        "meeting_day": _day(terms.meeting_on or plan.findings[0].meeting_on),
        "last_day": letter_day(finish.last_day),
        "report_day": letter_day(report.last_day),
        "sign_day": letter_day(plan.sign_by),
        "provisional": _mark(finish.provisional or report.provisional),
        "findings_count": str(len(plan.findings)),
        "findings": [
            _line(finding, item, finish.last_day) for item, finding in enumerate(plan.findings, 1)
        ],
    }


def write_letter(values: Values, settings: Settings) -> bytes:
    """The .docx of a letter, by the office's own template where there is one.

    Raises:
        TemplateRefused: that template cannot be used.
    """
    template = template_of(paper.FILE, settings.documents.templates)
    document = fill(template, paper.ALLOWED, values, name=paper.FILE)
    return saved(document, title="".join(paper.TITLE))


def _of_office(settings: Settings) -> Values:
    site = settings.site
    return {"issuer": site.name, "office": site.office, "phone": site.phone}


def _day(day: date | None) -> str:
    return "" if day is None else letter_day(day)


def _mark(holds: bool) -> str:
    return "是" if holds else ""


def _line(finding: Finding, item: int, last_day: date) -> dict[str, str]:
    return {
        "no": str(item),
        "text": finding.text,
        "category": finding.category or "",
        "requirement": finding.requirement or "",
        "last_day": letter_day(last_day),
        "owner": finding.owner or "",
    }
