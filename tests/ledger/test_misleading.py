"""What stands beside findings, what is no list at all, and files that would mislead a parser."""

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from duban.ledger.mapping import ColumnMapping
from duban.ledger.read import read_ledger
from models.errors import BadInput
from tests.ledger.tables import findings, merged

N = None
HEAD = ["序号", "责任单位", "存在问题", "整改措施", "整改时限"]


def test_what_stands_beside_the_finding_is_kept(folder: Path) -> None:
    rows = [["序号", "牵头单位", "责任单位", "责任领导", "存在问题", "整改措施", "整改时限", "销号日期", "整改类型"],
            [1, "甲局", "乙局", "张", "问题一", "措施一", "2024年3月", "2024-01-20", "立行立改"],
            [N, N, N, N, N, "措施二", "长期坚持", N, N]]  # fmt: skip
    (row,) = read_ledger(merged(folder / "t.xlsx", rows)).rows
    assert (row.organization, row.co_organizations, row.measures, row.ledger_due) == (
        "甲局", "乙局", "措施一\n措施二", "2024年3月\n长期坚持",
    )  # fmt: skip
    # The day of striking off is not the meeting's, and the kind of rectification no category.
    assert (row.meeting_on, row.category) == (None, None)


def test_a_unit_merged_over_its_leader_leaves_the_leader_empty(folder: Path) -> None:
    rows = [["责任单位", "责任领导", "存在问题"], ["甲局", N, "问题一"], ["乙局", "张", "问题二"]]
    ledger = read_ledger(merged(folder / "t.xlsx", rows, "A2:B2"))
    assert [(row.organization, row.lead) for row in ledger.rows] == [("甲局", None), ("乙局", "张")]


@pytest.mark.parametrize(
    ("title", "day"),
    [("2023年度台账", None), ("填报时间：2024年1月5日", date(2023, 12, 26)),
     ("填报时间：2023年12月27日", date(2023, 12, 26))],
)  # fmt: skip
def test_a_day_without_a_year_is_the_latest_before_the_filling_in(
    folder: Path, title: str, day: date | None
) -> None:
    rows = [[title], ["责任单位", "存在问题", "点评时间"], ["甲局", "问题一", "12月26日下午3时"]]
    ledger = read_ledger(merged(folder / "t.xlsx", rows))
    if day is None:
        assert [refusal.code for refusal in ledger.refusals] == ["date-without-year"]
    else:
        assert [row.meeting_on for row in ledger.rows] == [day]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["责任单位", "甲局"], ["存在问题", "会议过多"], ["整改措施", "精简"], ["责任人", "张"]], "looks like a form"),
        ([["责任单位", "甲局", "存在问题", "会议过多"], ["整改措施", "精简", "责任人", "张"],
          ["整改时限", "1月", "完成情况", "整改中"]], "looks like a form"),
        ([["责任单位", "存在问题", N, "责任单位", "存在问题"], ["甲局", "一", N, "乙局", "二"]], "side by side"),
        ([["被点名对象", "情形"], ["甲局", "会议过多"]], r"Row 1 of “Sheet” reads: 被点名对象 \| 情形"),
    ],
)  # fmt: skip
def test_what_is_no_list_gets_a_sentence(folder: Path, rows: list[list[Any]], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read_ledger(merged(folder / "t.xlsx", rows))


def test_a_missing_column_is_told_once_with_the_headings(folder: Path) -> None:
    ledger = read_ledger(
        merged(folder / "t.xlsx", [["序号", "事由", "对象"], [1, "会议过多", "甲局"]])
    )
    assert [warning.partition(";")[0] for warning in ledger.warnings] == [
        "No column of “Sheet” holds “text”", "No column of “Sheet” holds “organization”",
    ]  # fmt: skip
    assert "序号 | 事由 | 对象" in ledger.warnings[0]


def test_formulas_without_a_value_are_refused_and_hidden_rows_told(folder: Path) -> None:
    path = merged(folder / "t.xlsx", [["责任单位", "存在问题", "核对"], ["甲局", "=A2&B9", "=1+1"], ["乙局", "问题二", "=1+1"],
                                    [N, N, "=1+1"]])  # fmt: skip
    book = openpyxl.load_workbook(path)
    book.worksheets[0].row_dimensions[3].hidden = True
    book.save(path)
    ledger = read_ledger(path)
    assert findings(ledger) == [("乙局", "问题二")]
    assert [(r.row, r.column, r.code) for r in ledger.refusals] == [
        (2, "B", "formula-without-value")
    ]
    assert ledger.warnings == ("1 hidden row of “Sheet” was read like the others.",)


def test_a_stray_cell_far_away_is_refused_before_the_parser_sees_it(folder: Path) -> None:
    path = merged(folder / "t.xlsx", [["责任单位", "存在问题"], ["甲局", "问题一"]])
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["XFD1048576"] = " "
    book.save(path)
    with pytest.raises(BadInput, match="reaches to the cell XFD1048576"):
        read_ledger(path)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("序号\t责任单位\t存在问题\n1\t甲局\ta,b,c,d,e,f,g\n", "utf-8"),
     ('序号;责任单位;存在问题\n1;甲局;"a,b,c,d,e,f,g"\n', "gbk"),
     ("sep=;\r序号;责任单位;存在问题\r1;甲局;a,b,c,d,e,f,g\r", "gbk"),
     ('序号,责任单位,存在问题\n"=""1""",甲局,"a,b,c,d,e,f,g"\n', "utf-16")],
)  # fmt: skip
def test_the_delimiter_is_the_one_that_makes_a_heading(
    folder: Path, text: str, encoding: str
) -> None:
    (folder / "t.csv").write_bytes(text.encode(encoding))
    ledger = read_ledger(folder / "t.csv")
    assert [(row.code, row.organization, row.text) for row in ledger.rows] == [
        ("1", "甲局", "a,b,c,d,e,f,g")
    ]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("Organization,Finding\nDépartement A,Les procédures sont périmées\n", "cp1252"),
     ("Organization,Finding\n教育局,警示教育不經常\n", "big5")],
)  # fmt: skip
def test_other_encodings_are_refused_not_garbled(folder: Path, text: str, encoding: str) -> None:
    (folder / "t.csv").write_bytes(text.encode(encoding))
    with pytest.raises(BadInput, match="neither UTF-8 nor GB18030"):
        read_ledger(folder / "t.csv")


def test_a_sheet_is_an_organization_only_if_it_is_named_like_one(folder: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, text in (("区教育局党组", "问题一"), ("柳林镇", "问题二")):
        sheet = book.create_sheet(name)
        sheet.append(["序号", "存在问题"])
        sheet.append([1, text])
    book.save(folder / "units.xlsx")
    assert findings(read_ledger(folder / "units.xlsx")) == [
        ("区教育局党组", "问题一"), ("柳林镇", "问题二"),
    ]  # fmt: skip
    for number, sheet in enumerate(book.worksheets, start=1):
        sheet.title = f"{number}月"
    book.save(folder / "months.xlsx")
    months = read_ledger(folder / "months.xlsx")
    assert [refusal.code for refusal in months.refusals] == ["organization-missing"] * 2


def test_serial_numbers_in_any_dress_do_not_identify(folder: Path) -> None:
    texts = [f"问题{n}" for n in range(5)]
    codes = ["①", "二", "3、", "（4）", "1.5"]
    once = read_ledger(
        merged(
            folder / "a.xlsx", [HEAD, *([c, "甲局", t] for c, t in zip(codes, texts, strict=True))]
        )
    )
    moved = read_ledger(
        merged(
            folder / "b.xlsx",
            [HEAD, *([c, "甲局", t] for c, t in zip(codes, texts[::-1], strict=True))],
        )
    )
    assert {row.key for row in once.rows} == {row.key for row in moved.rows}


def test_a_meeting_can_be_named_for_all_rows(folder: Path) -> None:
    path = merged(
        folder / "t.xlsx",
        [
            ["责任单位", "存在问题", "点评时间"],
            ["甲局", "一", N],
            ["甲局", "二", date(2023, 12, 1)],
        ],
    )
    ledger = read_ledger(path, ColumnMapping(meeting_on=date(2023, 12, 26)))
    assert [row.meeting_on for row in ledger.rows] == [date(2023, 12, 26), date(2023, 12, 1)]


def test_a_text_cut_at_a_comma_is_refused(folder: Path) -> None:
    (folder / "t.csv").write_text(
        "责任单位,存在问题,整改措施\n甲局,会议过多,精简\n乙局,走访少,谈话少,每季一次\n",
        encoding="utf-8",
    )
    ledger = read_ledger(folder / "t.csv")
    assert (findings(ledger), [(r.row, r.value, r.code) for r in ledger.refusals]) == (
        [("甲局", "会议过多")], [(3, "每季一次", "columns-shifted")],
    )  # fmt: skip


def test_a_cell_under_no_heading_is_named(folder: Path) -> None:
    rows = [["责任单位", "存在问题"], ["甲局", "会议过多", "并且走访少"]]
    (sheet,) = read_ledger(merged(folder / "t.xlsx", rows)).sheets
    assert [(p.row, p.value, p.why) for p in sheet.passed_over] == [
        (2, "并且走访少", "stands under no heading")
    ]


def test_the_same_finding_of_two_meetings_in_one_file(folder: Path) -> None:
    head = ["责任单位", "存在问题", "点评时间"]
    rows = [
        head,
        ["甲局", "会议过多", date(2024, 12, 25)],
        ["甲局", "会议过多", date(2023, 12, 26)],
    ]
    once = read_ledger(merged(folder / "a.xlsx", rows))
    again = read_ledger(merged(folder / "b.xlsx", [head, rows[2], rows[1]]))
    assert (len(once.rows), once.refusals) == (2, ())
    assert {(row.meeting_on, row.key) for row in once.rows} == {
        (row.meeting_on, row.key) for row in again.rows
    }


def test_a_stable_number_beside_the_serial_one(folder: Path) -> None:
    rows = [["序号", "督办编号", "责任单位", "存在问题"], [1, "JZ〔2023〕12号", "甲局", "会议过多"]]
    assert [row.code for row in read_ledger(merged(folder / "t.xlsx", rows)).rows] == [
        "JZ〔2023〕12号"
    ]
