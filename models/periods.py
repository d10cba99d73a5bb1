"""Periods: calendar months and days in ISO 8601, working days in a form of ours.

A month is never thirty days, and working days have no ISO form, so the unit is part
of the value.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from config.language import _
from models.errors import BadInput


class Unit(StrEnum):
    """What a period counts."""

    MONTH = "month"
    DAY = "day"
    WORKING_DAY = "working-day"


_LIMITS = {Unit.MONTH: 120, Unit.DAY: 3650, Unit.WORKING_DAY: 2500}
_ISO = re.compile(r"([+-]?)P(\d+)([YMWD])")
_SHORT = re.compile(r"([+-]?)(\d+)(wd|d)")
_UNITS = {
    "Y": (Unit.MONTH, 12),
    "M": (Unit.MONTH, 1),
    "W": (Unit.DAY, 7),
    "D": (Unit.DAY, 1),
    "d": (Unit.DAY, 1),
    "wd": (Unit.WORKING_DAY, 1),
}


@dataclass(frozen=True, slots=True)
class Period:
    """A number of months, days or working days; negative only in a ladder's offsets."""

    count: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> "Period":
        """A period of at least one: ``P1M``, ``P1Y``, ``P2W``, ``P15D``, ``7d``, ``10wd``.

        Raises:
            BadInput: it has another form, or is zero, negative or beyond ten years.
        """
        period = _read(text)
        if period is None or text[:1] in "+-" or period.count < 1:
            raise BadInput(
                _(
                    "“{text}” is not a period of at least one day; write P1M (one month), "
                    "P15D (15 days) or 10wd (10 working days)."
                ).format(text=text)
            )
        return period

    def __str__(self) -> str:
        if self.unit is Unit.WORKING_DAY:
            return f"{self.count}wd"
        return f"P{self.count}{'M' if self.unit is Unit.MONTH else 'D'}"


def parse_offset(text: str) -> Period:
    """A signed distance from a limit: ``-7d``, ``+0d``, ``+5wd``, ``+P1M``.

    Raises:
        BadInput: it has another form or is beyond ten years.
    """
    period = _read(text)
    if period is None:
        raise BadInput(
            _("“{text}” is not an offset; write -7d, +1d, +5wd or +P1M.").format(text=text)
        )
    return period


def _read(text: str) -> Period | None:
    match = _ISO.fullmatch(text) or _SHORT.fullmatch(text)
    if match is None or len(match[2]) > 6:
        return None
    unit, factor = _UNITS[match[3]]
    count = int(match[2]) * factor
    if count > _LIMITS[unit]:
        return None
    return Period(-count if match[1] == "-" else count, unit)
