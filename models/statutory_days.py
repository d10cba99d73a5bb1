"""The festival days that the law itself fixes, whatever the yearly notice arranges.

Source: 全国年节及纪念日放假办法. The fourth revision, in force since 1 January 2025,
names 13 days: New Year 1, Spring Festival 4 (the eve and the first three days),
Qingming 1, Labour Day 2, Dragon Boat 1, Mid-Autumn 1, National Day 3. The third
(2014-2024) named 11: Spring Festival was its first three days, Labour Day was one.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

FOURTH_REVISION = 2025


@cache
def festival_days(year: int) -> Mapping[str, date]:
    """The day that gives each of the seven festivals its name, by festival."""
    # Loaded only for a year without a notice: the tables are large.
    from lunar_python import Lunar, Solar

    def lunar(month: int, day: int) -> date:
        solar = Lunar.fromYmd(year, month, day).getSolar()
        return date(solar.getYear(), solar.getMonth(), solar.getDay())

    qingming = Solar.fromYmd(year, 4, 10).getLunar().getJieQiTable()["清明"]
    return {
        "元旦": date(year, 1, 1),
        "春节": lunar(1, 1),
        "清明节": date(qingming.getYear(), qingming.getMonth(), qingming.getDay()),
        "劳动节": date(year, 5, 1),
        "端午节": lunar(5, 5),
        "中秋节": lunar(8, 15),
        "国庆节": date(year, 10, 1),
    }


@cache
def statutory_days(year: int) -> Mapping[date, str]:
    """The days off by law in ``year``, with their festival."""
    first = festival_days(year)
    spring, labour, national = first["春节"], first["劳动节"], first["国庆节"]
    spans = {name: [day] for name, day in first.items()}
    spans["春节"] = [spring + timedelta(days=n) for n in range(3)]
    spans["国庆节"] = [national + timedelta(days=n) for n in range(3)]
    if year >= FOURTH_REVISION:
        spans["春节"].insert(0, spring - timedelta(days=1))
        spans["劳动节"].append(labour + timedelta(days=1))
    return {day: name for name, days in spans.items() for day in days}
