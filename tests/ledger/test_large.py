"""Large ledgers: what is read in pieces is read as if it were whole."""

from pathlib import Path

import openpyxl
import pytest

from duban.ledger.keys import is_keyed_by_text
from duban.ledger.read import read_ledger
from models.errors import BadInput
from tests.ledger.tables import Rows, write

HEAD = ["序号", "责任单位", "存在问题", "整改措施"]
MEASURES = "制定年度计划，明确责任人和完成时限，每季度至少开展一次专题检查并通报结果。"


def rows(count: int, first: int = 1) -> Rows:
    return [HEAD, *([n, "甲局", f"第{n}个问题", MEASURES] for n in range(first, first + count))]


def test_a_sheet_of_several_pieces_has_every_failed_formula_and_hidden_row(folder: Path) -> None:
    path = write(folder / "t.xlsx", rows(9_000))
    assert path.stat().st_size < 2**20
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for row in (2, 4_500, 9_001):
        sheet.cell(row, 3).value = "=A1&B1"
        sheet.row_dimensions[row].hidden = True
    book.save(path)
    ledger = read_ledger(path)
    assert [(one.row, one.code) for one in ledger.refusals] == [
        (row, "formula-without-value") for row in (2, 4_500, 9_001)
    ]
    assert (len(ledger.rows), ledger.warnings) == (
        8_997, ("3 hidden rows of “台账” were read like the others.",),
    )  # fmt: skip


def test_serial_numbers_go_on_beyond_9999(folder: Path) -> None:
    before = read_ledger(write(folder / "t.csv", rows(10_010)))
    longer = rows(10_011)
    longer[1][2] = "新近发现的问题"
    longer[2:] = [[n, *row[1:]] for n, row in enumerate(rows(10_010)[1:], start=2)]
    after = read_ledger(write(folder / "u.csv", longer))
    assert [row.key for row in after.rows[1:]] == [row.key for row in before.rows]


def test_a_number_of_five_digits_is_a_code_in_a_short_ledger(folder: Path) -> None:
    ledger = read_ledger(write(folder / "t.csv", rows(3, first=10_234)))
    assert [is_keyed_by_text(row.key) for row in ledger.rows] == [False] * 3


def test_how_far_the_reading_is_gets_told(folder: Path) -> None:
    told: list[tuple[int, int]] = []
    read_ledger(write(folder / "t.csv", rows(2_500)), told=lambda *far: told.append(far))
    assert told == [(1000, 2501), (2000, 2501), (2501, 2501)]


def test_a_hundred_thousand_rows_are_read_and_no_more(folder: Path) -> None:
    text = "责任单位,存在问题\n" + "甲局,\n" * 100_100
    (folder / "t.csv").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match="has 100101 rows; at most 100100"):
        read_ledger(folder / "t.csv")


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("first", ["", "sep=;"])
def test_every_end_of_line_and_cells_of_several_lines(folder: Path, end: str, first: str) -> None:
    lines = ["责任单位;存在问题", f'甲局;"一{end}二"', "乙局;三\0"]
    text = end.join([first, *lines] if first else lines)
    (folder / "t.csv").write_bytes(text.encode())
    ledger = read_ledger(folder / "t.csv")
    assert [(row.row, row.organization, row.text) for row in ledger.rows] == [
        (2 + bool(first), "甲局", "一\n二"), (3 + bool(first), "乙局", "三"),
    ]  # fmt: skip
