"""The sentences of the monthly brief, in the official Chinese that it is read in."""

from duban.documents.days import letter_day
from models.calendar import SHANGHAI
from models.month_figures import Days, MonthFigures
from models.ranking import NOTHING, OnTime
from models.transitions import Event

_CIRCULAR, _SUMMONS, _REFERRAL = 2, 3, 4
"""Levels of the ladder that a supervisor approves."""


def as_of_words(figures: MonthFigures) -> str:
    """``（2024年1月，截至2024年2月1日09:00）``."""
    month, as_of = figures.month, figures.as_of.astimezone(SHANGHAI)
    return f"（{month.year}年{month.number}月，截至{letter_day(as_of.date())}{as_of:%H:%M}）"


def sentences(figures: MonthFigures) -> list[tuple[str, str]]:
    """Headings and what is said under them."""
    total, acts, approved = figures.total, figures.acts, figures.approved
    return [
        (
            "一、按期情况。",
            f"按原定时限{_on_time(total.by_original)}；"
            f"按延期后的现行时限{_on_time(total.by_present)}。",
        ),
        (
            "二、用时情况。",
            f"单位自交办或者退回至报送，每次用时中位数{_days(figures.theirs)}；"
            f"本机关自收到报告至作出审核决定，每次用时中位数{_days(figures.ours)}，"
            f"超过审核时限尚未审核{figures.review_late}个。",
        ),
        (
            "三、督办情况。",
            f"现有{total.late}家单位存在逾期；本月同意延期{acts.get(Event.EXTEND, 0)}个，"
            f"批准通报{approved.get(_CIRCULAR, 0)}个、约谈{approved.get(_SUMMONS, 0)}个、"
            f"移送{approved.get(_REFERRAL, 0)}个。",
        ),
    ]


def _on_time(one: OnTime) -> str:
    if not one.n:
        return f"本月没有到期问题（按期率{NOTHING}）"
    return (
        f"本月到期{one.n}个，按期办结{one.in_time}个（按期率{one.percent}）、"
        f"逾期办结{one.closed_late}个、尚未办结{one.still_open}个"
    )


def _days(days: Days) -> str:
    if days.median is None:
        return f"{NOTHING}（共0次）"
    return f"{days.median:g}天（共{days.n}次）"
