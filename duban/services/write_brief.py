"""The monthly brief (整改情况月报) as a .docx of one page."""

from config.settings import Settings
from duban.documents.brief import make_brief
from models.month_figures import MonthFigures


def write_brief(figures: MonthFigures, settings: Settings) -> bytes:
    """The brief of a month; names of organizations and numbers, no finding."""
    return make_brief(figures, issuer=settings.site.name, office=settings.site.office)


def brief_name(figures: MonthFigures) -> str:
    """What a file of it is called, without an ending."""
    return f"整改情况月报-{figures.month}"
