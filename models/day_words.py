"""Dates in the words that people use, in the current language."""

from collections.abc import Iterable
from datetime import date, datetime

from config.language import _, current_language, ngettext
from models.calendar import SHANGHAI

_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun",
              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # fmt: skip

_FESTIVALS_EN = {
    "元旦": "New Year's Day",
    "春节": "Spring Festival",
    "清明节": "Qingming Festival",
    "劳动节": "Labour Day",
    "端午节": "Dragon Boat Festival",
    "中秋节": "Mid-Autumn Festival",
    "国庆节": "National Day",
}


def festival_words(names: str) -> str:
    """The festivals that a notice names (``中秋节、国庆节``), as they are called by the reader."""
    if current_language() == "zh":
        return names
    return ", ".join(_FESTIVALS_EN.get(name, name) for name in names.split("、"))


def long_day(day: date) -> str:
    """A last day: ``2024年1月26日（星期五，含当日）``, ``Fri 26 Jan 2024 (inclusive)``."""
    if current_language() == "zh":
        weekday = _WEEKDAYS_ZH[day.weekday()]
        return f"{day.year}年{day.month}月{day.day}日（星期{weekday}，含当日）"
    month = _MONTHS_EN[day.month - 1]
    return f"{_WEEKDAYS_EN[day.weekday()]} {day.day} {month} {day.year} (inclusive)"


def short_day(day: date) -> str:
    """A day of a year that is clear from the context: ``1月26日``, ``26 Jan``."""
    if current_language() == "zh":
        return f"{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS_EN[day.month - 1]}"


def year_day(day: date) -> str:
    """A day with its year: ``2024年1月26日``, ``26 Jan 2024``."""
    if current_language() == "zh":
        return f"{day.year}年{short_day(day)}"
    return f"{short_day(day)} {day.year}"


def inclusive_day(day: date) -> str:
    """A last day inside a sentence: ``1月26日（含当日）``, ``26 Jan (inclusive)``."""
    if current_language() == "zh":
        return f"{short_day(day)}（含当日）"
    return f"{short_day(day)} (inclusive)"


def list_day(day: date) -> str:
    """A day in a list: ``2024-01-26 周五``, ``Fri 2024-01-26``."""
    if current_language() == "zh":
        return f"{day.isoformat()} 周{_WEEKDAYS_ZH[day.weekday()]}"
    return f"{_WEEKDAYS_EN[day.weekday()]} {day.isoformat()}"


def weekday_words(numbers: Iterable[int]) -> str:
    """Days of the week by their ISO numbers: ``周一、周五``, ``Mon, Fri``."""
    if current_language() == "zh":
        return "、".join(f"周{_WEEKDAYS_ZH[number - 1]}" for number in numbers)
    return ", ".join(_WEEKDAYS_EN[number - 1] for number in numbers)


def local_minute(instant: datetime) -> str:
    """An instant in Beijing time: ``2024-01-26 17:30``."""
    return instant.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def report_label(reported_on: date, last_day: date) -> str:
    """Whether a report came in time: ``按期``, ``逾期9天提交``."""
    late = (reported_on - last_day).days
    if late <= 0:
        return _("on time")
    return ngettext("{n} day late", "{n} days late", late).format(n=late)


def days_label(last_day: date, today: date) -> str:
    """How far the last day is: ``剩12天``, ``今日到期``, ``逾期4天``."""
    left = (last_day - today).days
    if left == 0:
        return _("due today")
    if left > 0:
        return ngettext("{n} day left", "{n} days left", left).format(n=left)
    return ngettext("{n} day overdue", "{n} days overdue", -left).format(n=-left)
