"""A paper of the commission as a .docx: what it tells, filled into its template."""

from dataclasses import dataclass
from datetime import date, datetime

from config.settings import Settings
from duban.documents.fill import fill
from duban.documents.page import saved
from duban.documents.shipped import SHIPPED, template_of
from models.calendar import civil_date


@dataclass(frozen=True, slots=True)
class Paper:
    """``kind`` is its template's file, ``name`` what a file of it is called, without an ending."""

    kind: str
    name: str
    values: dict[str, str | list[dict[str, str]]]


def write_paper(paper: Paper, settings: Settings) -> bytes:
    """The .docx, by the office's own template where there is one.

    Raises:
        TemplateRefused: that template cannot be used.
    """
    template = template_of(paper.kind, settings.documents.templates)
    document = fill(template, SHIPPED[paper.kind].allowed, paper.values, name=paper.kind)
    return saved(document, title=paper.name)


def office_values(settings: Settings) -> dict[str, str]:
    """Who writes, for every paper."""
    site = settings.site
    return {"issuer": site.name, "office": site.office, "phone": site.phone}


def cell_day(instant: datetime | None) -> str:
    """A day in a narrow column: ``2024.1.26``; nothing where nothing happened."""
    return "" if instant is None else short_cell_day(civil_date(instant))


def short_cell_day(day: date) -> str:
    """The same of a civil day."""
    return f"{day.year}.{day.month}.{day.day}"


def count_words(n: int) -> str:
    """A number; empty where there is nothing, so that a template can leave its sentence out."""
    return str(n) if n else ""
