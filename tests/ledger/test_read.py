"""Ledgers as districts keep them: what is read, what is refused, and why."""

from datetime import date
from pathlib import Path

import pytest

from duban.ledger.ledger import Ledger
from duban.ledger.mapping import ColumnMapping, load_mapping
from duban.ledger.read import read_ledger
from models.errors import BadInput
from tests.ledger.tables import Rows, write
from tests.ledger.workbooks import TRAP_GOOD_ROWS, TRAP_REFUSALS, make_trap_ledger
from tests.shared_data import shared

DAY = date(2023, 12, 26)
PLAIN: Rows = [
    ["序号", "责任单位", "存在问题", "问题类别", "点评时间", "完成时限"],
    [1, "教育局", "警示教育开展不够经常", "主体责任", DAY, "2024.1.26"],
    [2, "水利局", "人员管理不够严格", "班子队伍", "2023年12月26日", None],
]
READ = [
    ("教育局", "警示教育开展不够经常", "主体责任", DAY, "2024-01-26"),
    ("水利局", "人员管理不够严格", "班子队伍", DAY, None),
]


def essence(ledger: Ledger) -> list[tuple[str, str, str | None, date | None, str | None]]:
    return [(r.organization, r.text, r.category, r.meeting_on, r.ledger_due) for r in ledger.rows]


@pytest.mark.parametrize("name", ["t.xlsx", "t.xls", "t.ods", "t.csv"])
def test_four_formats_give_the_same_rows(folder: Path, name: str) -> None:
    ledger = read_ledger(write(folder / name, PLAIN))
    assert (essence(ledger), ledger.refusals) == (READ, ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_the_encodings_that_people_save(folder: Path, encoding: str) -> None:
    assert essence(read_ledger(write(folder / "t.csv", PLAIN, encoding=encoding))) == READ


def test_english_headings(folder: Path) -> None:
    rows: Rows = [
        ["No.", "Organization", "Finding", "Category", "Meeting date"],
        ["F-1", "Education Bureau", "Warnings were rare", "Duty", "2023-12-26"],
    ]
    (row,) = read_ledger(write(folder / "t.xlsx", rows)).rows
    assert (row.code, row.organization, row.text, row.category, row.meeting_on) == (
        "F-1", "Education Bureau", "Warnings were rare", "Duty", DAY,
    )  # fmt: skip


def test_a_ledger_with_every_trap(folder: Path) -> None:
    ledger = read_ledger(make_trap_ledger(folder / "trap.xlsx"))
    assert [(r.row, r.column, r.code) for r in ledger.refusals] == TRAP_REFUSALS
    assert len(ledger.rows) == TRAP_GOOD_ROWS
    assert {(s.name, s.used) for s in ledger.sheets} == {
        ("填表说明", False), ("问题整改台账", True), ("下拉选项", False), ("旧稿", False),
    }  # fmt: skip
    by_row = {row.row: row for row in ledger.rows}
    assert [by_row[n].organization for n in (6, 7, 8)] == ["教育局"] * 3  # merged cells
    assert {by_row[n].meeting_on for n in (6, 7, 8, 9, 11, 23)} == {DAY}  # six ways to write it
    assert [by_row[n].ledger_due for n in (6, 7, 8, 9, 23)] == [
        "2024-01-26", "立行立改", "2024-01-26", "长期坚持", "2024-01-26",
    ]  # fmt: skip
    assert len(by_row[9].text) == 16_200
    assert by_row[11].measures == "措施一\n措施二"
    assert by_row[10].code == "10086"


def test_each_refusal_names_place_cell_and_remedy(folder: Path) -> None:
    ledger = read_ledger(make_trap_ledger(folder / "trap.xlsx"))
    impossible = ledger.refusals[2]
    assert (impossible.sheet, impossible.row, impossible.column, impossible.value) == (
        "问题整改台账", 15, "H", "2024/2/30",
    )  # fmt: skip
    assert all(refusal.reason and refusal.remedy for refusal in ledger.refusals)


def test_a_group_heading_over_tick_columns(folder: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["序号", "存在问题", "责任单位", None, None])
    sheet.append([None, None, "教育局", "水利局", "交通局"])
    sheet.append([1, "问题甲", "牵头", None, "配合"])
    sheet.append([2, "问题乙", None, "是", None])
    sheet.append([3, "问题丙", "√", "✓", None])
    for cells in ("A1:A2", "B1:B2", "C1:E1"):
        sheet.merge_cells(cells)
    book.save(folder / "t.xlsx")
    ledger = read_ledger(folder / "t.xlsx")
    assert [(r.organization, r.co_organizations, r.text) for r in ledger.rows] == [
        ("教育局", "交通局", "问题甲"), ("水利局", None, "问题乙"),
    ]  # fmt: skip
    # Two equal marks name no leading organization: a person must say which.
    assert [(r.row, r.code, r.value) for r in ledger.refusals] == [
        (5, "several-organizations", "教育局、水利局")
    ]


def test_a_sheet_for_each_organization(folder: Path) -> None:
    head = ["序号", "存在问题", "责任单位"]
    sheets: dict[str, Rows] = {
        "教育局": [head, [1, "问题甲", "教育局"]],
        "水利局": [head, [1, "问题乙", "水利局"]],
    }
    ledger = read_ledger(write(folder / "t.xlsx", [], sheets=sheets))
    assert [(r.sheet, r.organization, r.text) for r in ledger.rows] == [
        ("教育局", "教育局", "问题甲"), ("水利局", "水利局", "问题乙"),
    ]  # fmt: skip
    assert len({row.key for row in ledger.rows}) == 2


def test_keys_survive_another_order_and_another_file(folder: Path) -> None:
    once = read_ledger(write(folder / "a.xlsx", PLAIN))
    again = read_ledger(write(folder / "b.csv", [PLAIN[0], [1, *PLAIN[2][1:]], [2, *PLAIN[1][1:]]]))
    assert {row.key for row in once.rows} == {row.key for row in again.rows}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "empty|no findings|no data"),
        ([["序号", "责任单位", "存在问题"]], "no findings"),
        ([["天气", "温度"], ["晴", "20"]], "no heading|column"),
    ],
)
def test_a_file_without_findings_says_so(folder: Path, rows: Rows, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read_ledger(write(folder / "t.xlsx", rows))


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\x02", b"PK\x03\x04 no zip at all", b"\xd0\xcf\x11\xe0 no workbook"]
)
@pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods", "csv", "docx"])
def test_unreadable_files_get_a_sentence(folder: Path, content: bytes, suffix: str) -> None:
    path = folder / f"t.{suffix}"
    path.write_bytes(content)
    with pytest.raises(BadInput) as caught:
        read_ledger(path)
    assert path.name in caught.value.message


def test_a_mapping_names_columns_by_heading_or_letter(folder: Path) -> None:
    rows: Rows = [["甲", "乙", "丙"], ["k-1", "某单位", "某问题"]]
    path = write(folder / "t.xlsx", rows)
    (folder / "m.toml").write_text('[columns]\ntext = "丙"\norganization = "B"\n', encoding="utf-8")
    (row,) = read_ledger(path, load_mapping(folder / "m.toml")).rows
    assert (row.organization, row.text) == ("某单位", "某问题")


def test_a_mapping_that_names_no_column_is_refused(folder: Path) -> None:
    path = write(folder / "t.xlsx", PLAIN)
    with pytest.raises(BadInput, match="不存在的列"):
        read_ledger(path, ColumnMapping().with_pairs(["text=不存在的列"]))
    with pytest.raises(BadInput, match=r"no field “txet”.*Did you mean “text”"):
        ColumnMapping().with_pairs(["txet=问题"])


def test_dates_without_a_year_need_one_and_two_orders_need_a_choice(folder: Path) -> None:
    rows: Rows = [
        ["单位", "问题", "点评时间"],
        ["教育局", "甲", "7月3日"],
        ["教育局", "乙", "03/04/2024"],
    ]
    path = write(folder / "t.xlsx", rows)
    assert [refusal.column for refusal in read_ledger(path).refusals] == ["C", "C"]
    told = ColumnMapping(year=2023, date_order="dmy")
    assert [row.meeting_on for row in read_ledger(path, told).rows] == [
        date(2023, 7, 3), date(2024, 4, 3),
    ]  # fmt: skip


def test_a_shared_ledger_of_305_findings() -> None:
    path = shared("ledgers/audit-findings-147110.xlsx")
    mapping = ColumnMapping().with_pairs(
        ["text=Type(s) of Compliance Requirement(s)", "organization=Award Reference"]
    )
    ledger = read_ledger(path, mapping)
    assert (len(ledger.rows), ledger.refusals) == (305, ())


def test_an_empty_shared_template_says_so() -> None:
    with pytest.raises(BadInput, match="no findings"):
        read_ledger(shared("ledgers/corrective-action-plan-EMPTY.xlsx"))
