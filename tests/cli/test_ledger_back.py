"""A changed copy of the ledger comes back: cell by cell, three ways, all or nothing, and undone."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from sqlmodel import select

from duban.services.correct import correct
from models.cell_change import CellChange
from models.finding import Finding
from tests.cli.ledger_copies import (
    COLUMNS,
    bring_in,
    cells,
    changed,
    check,
    counts,
    export,
    kept,
    with_twelve,
)
from tests.command import duban
from tests.ledger.tables import write
from tests.world import INSTALLED, World


@pytest.fixture
def twelve(world: World, folder: Path) -> World:
    return with_twelve(world, folder)


def ten_cells(sheet: Worksheet) -> None:
    """Somebody works on the file: ten cells of nine rows."""
    for row in range(2, 8):
        sheet.cell(row, 5).value = f"新措施{row}"
    sheet["A8"] = "第7项工作流于形式"
    sheet["F9"], sheet["F10"] = "某甲", "某乙"
    sheet["D10"] = date(2023, 12, 27)


def test_ten_cells_two_of_them_changed_on_both_sides(twelve: World, folder: Path) -> None:
    path = changed(export(folder / "out.xlsx"), ten_cells)
    with twelve.database.begin() as session:
        for number, values in ((1, {"measures": "我方措施"}), (8, {"owner": "某丙"}),
                               (12, {"remark": "另记"})):  # fmt: skip
            finding = session.exec(select(Finding).where(Finding.code == f"T-{number}")).one()
            correct(session, finding, values, by="clerk", now=INSTALLED)
    before = cells(twelve)
    answer = check(path)
    assert (answer.code, counts(answer), answer.data["conflicts"]) == (3, (0, 9, 3, 0), 2)
    conflicts = [
        (one["finding"], cell)
        for one in answer.data["changes"]
        for cell in one.get("conflicts", ())
    ]
    assert conflicts == [
        (1, {"column": "measures", "base": "措施1", "here": "我方措施", "in_file": "新措施2"}),
        (8, {"column": "owner", "base": "", "here": "某丙", "in_file": "某甲"}),
    ]
    differ = [
        (one["finding"], cell["column"], cell["before"], cell["after"])
        for one in answer.data["changes"]
        for cell in one["columns"]
    ]
    assert differ == [
        *((n, "measures", f"措施{n}", f"新措施{n + 1}") for n in range(2, 7)),
        (7, "text", "第7项工作开展不够经常", "第7项工作流于形式"),
        (9, "meeting_on", "2023-12-26", "2023-12-27"),
        (9, "owner", "", "某乙"),
    ]
    stopped = bring_in(path)
    assert (stopped.code, stopped.problem["code"], cells(twelve)) == (7, "refused", before)

    mark = answer.data["checked"]
    assert check(path, "--conflicts", "ours").data["checked"] == mark
    ours = bring_in(path, "--conflicts", "ours", "--checked", mark)
    assert (ours.code, counts(ours)) == (0, (0, 7, 5, 0))
    after = [list(row) for row in before]
    for number, name, _was, now in differ:
        after[number - 1][COLUMNS.index(name)] = now if name != "meeting_on" else date(2023, 12, 27)
    assert cells(twelve) == [tuple(row) for row in after]
    assert counts(check(path, "--conflicts", "ours")) == (0, 0, 12, 0)

    theirs = bring_in(path, "--conflicts", "theirs")
    assert (theirs.code, counts(theirs)) == (0, (0, 2, 10, 0))
    after[0][2], after[7][3] = "新措施2", "某甲"
    assert cells(twelve) == [tuple(row) for row in after]
    with twelve.database.read() as session:
        assert kept(session)[-2:] == [
            (1, "measures", "我方措施", "新措施2"),
            (8, "owner", "某丙", "某甲"),
        ]
    assert counts(check(path)) == (0, 0, 12, 0)

    for number in (3, 2):
        undone = duban("import", "ledger", "undo", number, "--json")
        assert undone.data == {"import": number, "removed": 0, "restored": 2 if number == 3 else 7}
    assert cells(twelve) == before
    with twelve.database.read() as session:
        assert session.exec(select(CellChange)).all() == []
    first = check(folder / "first.xlsx")
    assert counts(first) == (0, 2, 10, 0)


def worked_on(sheet: Worksheet) -> None:
    """What people do in a spreadsheet without meaning to change a finding."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    rows.sort(key=lambda row: str(row[4]), reverse=True)
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column).value = value
    for number in (2, 3):
        sheet.cell(number, 4).value = date(2023, 12, 26)
    sheet["D4"], sheet["D5"] = "2023.12.26", "2023年12月26日"
    sheet["C6"] = "T-5 "
    sheet.row_dimensions[7].hidden = True
    sheet.column_dimensions["B"].hidden = True
    sheet.insert_rows(1, 2)
    sheet["A1"] = "示例区问题台账"
    sheet.insert_cols(3)
    sheet["C3"], sheet["C4"] = "我的标记", "√"


def test_what_is_sorted_hidden_retyped_and_added_beside_changes_nothing(
    twelve: World, folder: Path
) -> None:
    out = export(folder / "out.xlsx")
    answer = check(changed(out, worked_on))
    assert (answer.code, counts(answer), answer.data["changes"]) == (0, (0, 0, 12, 0), [])

    def fewer(sheet: Worksheet) -> None:
        sheet.delete_cols(5)
        sheet.delete_rows(4, 2)
        for column in range(1, 7):
            sheet.cell(5, column).value = None

    answer = check(changed(out, fewer))
    assert (answer.code, counts(answer)) == (0, (0, 0, 9, 0))
    assert [one["code"] for one in answer.data["missing"]] == ["T-3", "T-4", "T-6"]
    assert answer.data["warnings"] == [
        "The column “整改措施” is no longer there; its cells stay as they are."
    ]
    assert counts(bring_in(folder / "out-back.xlsx")) == (0, 0, 9, 0)
    assert len(cells(twelve)) == 12


def test_rows_that_were_added_copied_or_spoilt(twelve: World, folder: Path) -> None:
    def add(sheet: Worksheet) -> None:
        for column, value in enumerate(["新的问题", "单位a", "T-13"], start=1):
            sheet.cell(14, column).value = value
        for column in range(1, 16):
            sheet.cell(15, column).value = sheet.cell(5, column).value
        sheet["A15"], sheet["C15"] = "抄来的问题", "T-14"
        sheet["A16"] = "填表人：某某"
        sheet["B2"], sheet["D3"], sheet["A4"] = "单位c", "2024/2/30", None
        sheet["A6"], sheet["C6"] = "第7项工作开展不够经常", "T-7"

    path = changed(export(folder / "out.xlsx"), add)
    answer = check(path)
    assert (answer.code, counts(answer)) == (3, (2, 0, 8, 4))
    assert [(one["row"], one["column"], one["code"]) for one in answer.data["rows"]] == [
        (2, "B", "organization-unknown"), (3, "D", "date-impossible"), (4, "A", "text-missing"),
        (6, "A", "already-here"),
    ]  # fmt: skip
    applied = bring_in(path, "--skip-refused")
    assert (applied.code, counts(applied)) == (0, (2, 0, 8, 4))
    assert [row[:2] for row in cells(twelve)[12:]] == [("T-13", "新的问题"), ("T-14", "抄来的问题")]

    def copy(sheet: Worksheet) -> None:
        for column in range(1, 16):
            sheet.cell(16, column).value = sheet.cell(5, column).value

    twice = check(changed(export(folder / "again.xlsx"), copy))
    assert [(one["row"], one["code"]) for one in twice.data["rows"]] == [(16, "copied-row")]


def test_without_its_hidden_columns_it_is_a_ledger_like_any_other(
    twelve: World, folder: Path
) -> None:
    out = export(folder / "out.xlsx")

    def sort_visible(sheet: Worksheet) -> None:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2, max_col=12)]
        for number, row in enumerate(reversed(rows), start=2):
            for column, value in enumerate(row, start=1):
                sheet.cell(number, column).value = value
        sheet["E2"] = "改过的措施"

    def lose(sheet: Worksheet) -> None:
        sheet.delete_cols(13, 3)
        sheet["E2"] = "改过的措施"

    def forge(sheet: Worksheet) -> None:
        sheet["O1"], sheet["E2"] = 'duban-cells {"progress": "整改措施"}', "改过的措施"

    def bury(sheet: Worksheet) -> None:
        sheet["O1"], sheet["E2"] = "duban-cells " + '{"a":' * 5_000 + "}" * 5_000, "改过的措施"

    for damage, number in ((sort_visible, 12), (lose, 1), (forge, 1), (bury, 1)):
        answer = check(changed(out, damage))
        assert (answer.code, counts(answer)) == (0, (0, 1, 11, 0)), damage
        (one,) = answer.data["changes"]
        assert (one["finding"], one["columns"]) == (number, [
            {"column": "measures", "before": f"措施{number}", "after": "改过的措施"}
        ])  # fmt: skip
    text = folder / "out.csv"
    book = openpyxl.load_workbook(out)
    write(text, [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()])
    assert counts(check(text)) == (0, 0, 12, 0)


def test_what_stands_in_a_letter_stays_and_an_undo_says_why_it_cannot(
    twelve: World, folder: Path
) -> None:
    def both(sheet: Worksheet) -> None:
        sheet["A2"], sheet["E3"], sheet["B4"] = "改写的问题正文", "新措施", "单位a"

    path = changed(export(folder / "out.xlsx"), both)
    assert counts(bring_in(path)) == (0, 3, 9, 0)
    with twelve.database.read() as session:
        assert kept(session) == [
            (1, "text", "第1项工作开展不够经常", "改写的问题正文"),
            (2, "measures", "措施2", "新措施"),
            (3, "organization_id", "3", "2"),
        ]
        assert session.get_one(Finding, 3).organization_id == 2
    on_top = duban("import", "ledger", "undo", "1", "--json")
    assert (on_top.code, "undo import 2 first" in on_top.problem["detail"]) == (7, True)

    with twelve.database.begin() as session:
        correct(session, session.get_one(Finding, 2), {"measures": "又改"}, by="li", now=INSTALLED)
    before = cells(twelve)
    refused = duban("import", "ledger", "undo", "2", "--json")
    assert (refused.code, "“Measures” of finding #2 was changed" in refused.problem["detail"]) == (
        7,
        True,
    )
    with twelve.database.begin() as session:
        correct(
            session, session.get_one(Finding, 2), {"measures": "新措施"}, by="li", now=INSTALLED
        )
    out = export(folder / "drafts.xlsx")
    twelve.issue()
    late = duban("import", "ledger", "undo", "2", "--json")
    assert (late.code, "stands in an issued letter" in late.problem["detail"]) == (7, True)
    assert cells(twelve)[0] == before[0]

    answer = check(changed(out, both), "--conflicts", "theirs")
    assert (answer.code, counts(answer)) == (0, (0, 0, 12, 0))
    answer = check(changed(out, lambda sheet: sheet.__setitem__("B5", "单位b")))
    assert [(one["row"], one["column"], one["code"]) for one in answer.data["rows"]] == [
        (5, "B", "already-issued")
    ]
