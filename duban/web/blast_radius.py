"""What a year's notice would do to open due dates, as lines of a page."""

from typing import Any, NamedTuple

from duban.services.import_calendar import CalendarPreview, preview_calendar
from duban.services.redate import Recounted
from duban.web.sight import Sight
from models.queries.findings import Row, rows_by_id

LISTED = 200
"""As many findings are listed; all are counted."""


class Touched(NamedTuple):
    """A finding, its last day before, and the one that it would have."""

    row: Row
    dates: Recounted


def blast_radius(sight: Sight, data: dict[str, Any]) -> tuple[CalendarPreview, list[Touched]]:
    """The year of ``data``, and the first findings that it concerns.

    Raises:
        BadInput: the file does not fit, contradicts itself or the law, or is not newer.
    """
    preview = preview_calendar(sight.session, data, sight.rules, limit=LISTED)
    listed = preview.plan.listed
    rows = rows_by_id(sight.session, [item.finding.id or 0 for item in listed], sight.now)
    return preview, [Touched(rows[item.finding.id or 0], item.dates) for item in listed]
