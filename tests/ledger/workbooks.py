"""Ledgers made for tests: shaped like the ones that districts keep, traps included."""

from datetime import date, datetime
from pathlib import Path

import openpyxl
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

TRAP_GOOD_ROWS = 14
TRAP_REFUSALS = [
    (13, "D", "text-missing"),
    (14, "B", "organization-missing"),
    (15, "H", "date-impossible"),
    (16, "D", "date-in-wrong-column"),
    (17, "A", "code-became-date"),
    (18, "H", "date-impossible"),
    (19, None, "duplicate-row"),
    (20, "A", "number-rounded"),
]
"""(row, column, code) of every refusal on the main sheet, in order."""

_LONG = "一级问题描述很长，" * 1800


def make_trap_ledger(path: Path) -> Path:
    """A ledger with a title, a heading over two merged rows, notes, and eight bad rows."""
    book = openpyxl.Workbook()
    cover = book.active
    assert cover is not None
    cover.title = "填表说明"
    cover["A1"] = "本表由区纪委监委党风室制发，请各单位按要求填写。"
    sheet = book.create_sheet("问题整改台账")
    _heading(sheet)
    _good_rows(sheet)
    _bad_rows(sheet)
    _more_good_rows(sheet)
    _tail(sheet)
    spare = book.create_sheet("下拉选项")
    spare.append(["主体责任"])
    spare.append(["作风"])
    old = book.create_sheet("旧稿")
    old.append(["序号", "责任单位", "存在问题"])
    old.append([1, "教育局", "作废"])
    old.sheet_state = "hidden"
    book.save(path)
    return path


def _heading(sheet: Worksheet) -> None:
    sheet["A1"] = "示例区2023年度述责述廉评议会点评问题整改台账"
    sheet.merge_cells("A1:J1")
    sheet["A2"] = "填报单位：示例区纪委监委"
    sheet["H2"] = "填报时间：2023年12月27日"
    top = {"A": "问题编号", "B": "责任单位", "D": "存在问题", "E": "问题\n类别", "F": "整改措施",
           "G": "责任人", "H": "时间", "J": "备注"}  # fmt: skip
    for column, text in top.items():
        sheet[f"{column}3"] = text
    sheet.merge_cells("B3:C3")
    sheet.merge_cells("H3:I3")
    for column, text in {
        "B": "牵头单位",
        "C": "配合单位",
        "H": "点评时间",
        "I": "完成时限*",
    }.items():
        sheet[f"{column}4"] = text
    for column in "ADEFGJ":
        sheet.merge_cells(f"{column}3:{column}4")


def _good_rows(sheet: Worksheet) -> None:
    sheet["A5"] = "一、主体责任方面"
    sheet.merge_cells("A5:J5")
    day = date(2023, 12, 26)
    rows = [
        ("SL-001", "教育局", "财政局", "警示教育开展不够经常", "主体责任", "每季一次", "甲", day, "2024.1.26"),
        ("SL-002", None, None, "谈话提醒不够及时", "主体责任", "建立台账", "乙", 45286, "立行立改"),
        ("SL-003", None, None, "议事规则执行不严", "纪律", "修订规则", "乙", "2023.12.26", date(2024, 1, 26)),
        ("SL-004", "水利局", None, _LONG, "班子队伍", "完善制度", "丙", "2023年12月26日", "长期坚持"),
        (10086, "  柳林镇\u3000党委 ", None, "走访记录雷同", "作风", "逐户走访", "丁", "12月26日", "1月26日"),
    ]  # fmt: skip
    _write(sheet, 6, rows)
    sheet.merge_cells("B6:B8")
    sheet["H7"].number_format = 'm"月"d"日"'
    # One finding with two rows of measures.
    _write(sheet, 11, [("SL-006", "文旅局", None, "项目调度流于形式", "作风", "措施一", "戊",
                        datetime(2023, 12, 26, 9, 30), None)])  # fmt: skip
    sheet["F12"], sheet["G12"] = "措施二", "己"
    for column in "ABCDEHIJ":
        sheet.merge_cells(f"{column}11:{column}12")


def _bad_rows(sheet: Worksheet) -> None:
    day = date(2023, 12, 26)
    _write(sheet, 13, [
        ("SL-007", "教育局", None, None, "作风", None, "甲", day, None),
        ("SL-008", None, None, "没有写明单位", "作风", None, "甲", day, None),
        ("SL-009", "教育局", None, "二月三十日", "作风", None, "甲", "2024/2/30", None),
        ("SL-010", "教育局", None, date(2024, 1, 26), "作风", None, "甲", day, None),
        (date(2024, 1, 3), "教育局", None, "编号成了日期", "作风", None, "甲", day, None),
        ("SL-012", "教育局", None, "时间写成文字", "作风", None, "甲", "2023年13月1日", None),
        ("SL-001", "教育局", "财政局", "警示教育开展不够经常", "主体责任", "每季一次", "甲", day, None),
        (123456789012345678, "教育局", None, "长编号被取整", "作风", None, "甲", day, None),
    ])  # fmt: skip


def _more_good_rows(sheet: Worksheet) -> None:
    _write(sheet, 21, [("问题编号", "牵头单位", "配合单位", "存在问题", "问题类别", "整改措施",
                        "责任人", "点评时间", "完成时限", "备注")])  # fmt: skip
    sheet["A22"] = "（二）作风方面"
    _write(sheet, 23, [
        (f"SL-{n:03}", "交通局", None, f"公务用车登记不完整之{n}", "纪律", None, "庚", "20231226", "2024-01-26 00:00:00")
        for n in range(15, 23)
    ])  # fmt: skip


def _tail(sheet: Worksheet) -> None:
    sheet["A31"], sheet["D31"] = "合计", ""
    sheet["A32"] = "注：1.本表一式两份。"
    sheet["A33"], sheet["F33"] = "填表人：某某", "审核人：某某"
    fill = PatternFill("solid", fgColor="FFFFF0")
    for row in range(34, 10001):
        sheet.cell(row, 1).fill = fill


def _write(sheet: Worksheet, first: int, rows: list[tuple[object, ...]]) -> None:
    for offset, row in enumerate(rows):
        for column, value in enumerate(row, start=1):
            if value is not None:
                sheet.cell(first + offset, column, value)  # type: ignore[arg-type]  # openpyxl names no type for any cell value
