"""Whatever stands in the cells, a ledger is read or refused in a sentence; no row vanishes."""

import csv
from datetime import date
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from duban.ledger.dates import NotADate, read_date
from duban.ledger.read import read_ledger
from models.errors import BadInput

CELL = st.one_of(
    st.text(max_size=30),
    st.dates().map(str),
    st.floats().map(str),
    st.sampled_from(
        ["", "√", "合计", "注：", "2024/2/30", "45286", "'1", "=1+1", "教育局", "\x00"]
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CELL, max_size=6), max_size=8))
def test_any_table(rows: list[list[str]]) -> None:
    with TemporaryDirectory() as place:
        path = Path(place) / "t.csv"
        stream = StringIO()
        csv.writer(stream).writerows([["责任单位", "存在问题", "点评时间"], *rows])
        path.write_text(stream.getvalue(), encoding="utf-8", newline="")
        try:
            ledger = read_ledger(path)
        except BadInput as error:
            assert error.message
            return
        refused = {(refusal.sheet, refusal.row) for refusal in ledger.refusals}
        taken = {(row.sheet, row.row) for row in ledger.rows}
        assert not refused & taken
        assert all(row.text.strip() and row.organization.strip() for row in ledger.rows)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["xlsx", "xls", "ods", "csv"]))
def test_any_bytes(content: bytes, suffix: str) -> None:
    with TemporaryDirectory() as place:
        path = Path(place) / f"t.{suffix}"
        path.write_bytes(content)
        try:
            read_ledger(path)
        except BadInput as error:
            assert error.message


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_real_day_is_read_in_each_way_of_writing_it(day: date) -> None:
    y, m, d = day.year, day.month, day.day
    ways = (f"{y}-{m:02}-{d:02}", f"{y}.{m}.{d}", f"{y}/{m}/{d}", f"{y}年{m}月{d}日", f"{y}{m:02}{d:02}",
            f"{y}-{m}-{d} 09:30:00")  # fmt: skip
    assert [read_date(text) for text in ways] == [day] * len(ways)


@settings(max_examples=500)
@given(st.one_of(st.text(max_size=20), st.floats(), st.integers(), st.booleans(), st.none()))
def test_anything_else_is_a_date_or_a_named_failure(value: object) -> None:
    assert isinstance(read_date(value), (date, NotADate))
