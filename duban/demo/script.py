"""What people do in the demo month, as a calendar of acts.

Two organizations stay silent to the end: the housing bureau never acknowledges, the
culture bureau acknowledges late and reports nothing. The commission itself reviews one
report a day too late, which its own supervisor hears of.
"""

from dataclasses import dataclass
from datetime import datetime

from models.calendar import SHANGHAI


@dataclass(frozen=True)
class Act:
    """One thing that somebody does: when, what, and the organization it concerns."""

    at: datetime
    what: str
    unit: str
    words: str = ""


def _at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    year = 2023 if month == 12 else 2024
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


ISSUED_AT = _at(12, 26, 17, 30)

ACTS = (
    Act(_at(12, 27, 9), "acknowledge", "jy"),
    Act(_at(12, 27, 9, 30), "acknowledge", "nyncj"),
    Act(_at(12, 27, 10), "acknowledge", "slj"),
    Act(_at(12, 27, 10, 30), "acknowledge", "jtj"),
    Act(_at(12, 27, 14), "acknowledge", "wjj"),
    Act(_at(12, 27, 15), "acknowledge", "scjg"),
    Act(_at(12, 28, 9), "acknowledge", "liulin"),
    Act(_at(12, 28, 16), "acknowledge", "qinghe"),
    Act(_at(1, 2, 10), "acknowledge", "wlj"),
    Act(_at(1, 9, 15), "submit", "jtj"),
    Act(_at(1, 10, 10), "accept", "jtj"),
    Act(_at(1, 11, 16), "submit", "wjj"),
    Act(_at(1, 12, 11), "accept", "wjj"),
    Act(_at(1, 15, 9), "submit", "scjg"),
    Act(_at(1, 16, 10), "accept", "scjg"),
    Act(_at(1, 16, 15), "submit", "qinghe"),
    Act(_at(1, 17, 15), "accept", "qinghe"),
    Act(_at(1, 17, 16), "submit", "jy"),
    Act(_at(1, 18, 9), "submit", "nyncj"),
    Act(_at(1, 18, 16), "accept", "jy"),
    Act(_at(1, 19, 15), "accept", "nyncj"),
    Act(_at(1, 19, 16), "ask", "liulin", "合同清理涉及外出承租人，需逐户核对。"),
    Act(_at(1, 22, 10), "grant", "liulin", "理由充分，同意延期。"),
    Act(_at(1, 24, 9), "submit", "slj"),
    Act(_at(1, 30, 9, 30), "return", "slj", "佐证材料缺少制度文本和落实记录。"),
    Act(_at(1, 30, 16), "submit", "slj"),
    Act(_at(1, 31, 10), "accept", "slj"),
    Act(_at(2, 6, 10), "submit", "liulin"),
    Act(_at(2, 7, 15), "accept", "liulin"),
)
EXTENSION = "10wd"
REPORT = "已逐条对照整改，建立台账、明确责任人，并完善了相关制度。"
