"""A letter as a paper: what it tells, and the .docx that the office prints and seals."""

from sqlmodel import Session

from config.settings import Settings
from duban.documents import letter as paper
from duban.documents.days import letter_day
from duban.documents.fill import fill
from duban.documents.page import saved
from duban.documents.shipped import template_of
from models.calendar import civil_date
from models.finding import Finding
from models.letter import Letter
from models.organization import Organization
from models.queries.findings import of_letter

Values = dict[str, str | list[dict[str, str]]]


def letter_values(session: Session, letter: Letter, settings: Settings) -> Values:
    """What the paper tells: the letter's own days as issued, whatever has moved since."""
    findings = of_letter(session, letter.id or 0)
    organization = session.get_one(Organization, letter.organization_id)
    site = settings.site
    return {
        "issuer": site.name,
        "number": letter.number,
        "addressee": organization.name,
        "issued_day": letter_day(civil_date(letter.issued_at)),
        "meeting_day": "" if letter.meeting_on is None else letter_day(letter.meeting_on),
        "findings_count": str(len(findings)),
        "last_day": letter_day(letter.last_day),
        "report_day": letter_day(letter.report_by),
        "sign_day": letter_day(letter.sign_by),
        "provisional": "是" if letter.provisional else "",
        "office": site.office,
        "phone": site.phone,
        "findings": [_line(finding, letter) for finding in findings],
    }


def write_letter(values: Values, settings: Settings) -> bytes:
    """The .docx of a letter, by the office's own template where there is one.

    Raises:
        TemplateRefused: that template cannot be used.
    """
    template = template_of(paper.FILE, settings.documents.templates)
    document = fill(template, paper.ALLOWED, values, name=paper.FILE)
    return saved(document, title="".join(paper.TITLE))


def _line(finding: Finding, letter: Letter) -> dict[str, str]:
    return {
        "no": str(finding.item or ""),
        "text": finding.text,
        "category": finding.category or "",
        "requirement": finding.requirement or "",
        "last_day": letter_day(finding.original_last_day or letter.last_day),
        "owner": finding.owner or "",
    }
