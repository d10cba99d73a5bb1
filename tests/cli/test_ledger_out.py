"""The ledger out as a spreadsheet and back: exact where nobody touched it, cell by cell where."""

import json
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from sqlmodel import Session, col, select

from duban.services.add_findings import NewFinding, add_findings
from duban.services.correct import correct
from models.cell_change import CellChange
from models.finding import Finding
from tests.command import Answer, duban
from tests.ledger.tables import write
from tests.shared_data import shared
from tests.world import INSTALLED, World

HEAD = ["存在问题", "责任单位", "问题编号", "点评时间", "整改措施", "责任人"]
FURTHER = ["Letter reference", "Item of the letter", "Current state", "Final day", "Overdue days",
           "Struck off on"]  # fmt: skip
DAY = date(2023, 12, 26)
COLUMNS = ("code", "text", "measures", "owner", "meeting_on", "remark")


@pytest.fixture
def units(world: World) -> World:
    for code in ("a", "b"):
        world.unit(code, findings=0)
    return world


@pytest.fixture
def twelve(units: World, folder: Path) -> World:
    """A ledger of twelve findings that came in, its columns in an order of its own."""
    rows = [
        [f"第{n}项工作开展不够经常", f"单位{'ab'[n % 2]}", f"T-{n}", DAY, f"措施{n}", None]
        for n in range(1, 13)
    ]
    answer = bring_in(write(folder / "first.xlsx", [HEAD, *rows]))
    assert (answer.code, counts(answer)) == (0, (12, 0, 0, 0))
    return units


def export(path: Path, *options: str) -> Path:
    answer = duban("ledger", "export", "--to", path, *options, "--json")
    assert answer.code == 0, answer
    return path


def check(path: Path, *options: str) -> Answer:
    return duban("import", "ledger", "check", path, *options, "--json")


def bring_in(path: Path, *options: str) -> Answer:
    return duban("import", "ledger", "apply", path, *options, "--yes", "--by", "clerk", "--json")


def counts(answer: Answer) -> tuple[int, int, int, int]:
    data = answer.data
    return data["new"], data["changed"], data["same"], data["refused"]


def changed(path: Path, change: Callable[[Worksheet], None]) -> Path:
    """The same workbook after somebody worked on its first sheet."""
    book = openpyxl.load_workbook(path)
    change(book.worksheets[0])
    copy = path.with_name(f"{path.stem}-back.xlsx")
    book.save(copy)
    return copy


def cells(world: World) -> list[tuple[Any, ...]]:
    with world.database.read() as session:
        found = session.exec(select(Finding).order_by(col(Finding.id)))
        return [tuple(getattr(one, name) for name in COLUMNS) for one in found]


def kept(session: Session) -> list[tuple[int, str, str | None, str | None]]:
    """The replaced cells that people know; keys and fingerprints go with them."""
    found = session.exec(select(CellChange).order_by(col(CellChange.id)))
    return [
        (one.finding_id, one.field, one.before, one.after)
        for one in found
        if one.field not in ("key", "fingerprint")
    ]


def test_nasty_texts_come_back_as_they_went(units: World, folder: Path) -> None:
    nasty = json.loads(shared("nasty/blns/blns.json").read_text())
    nasty += ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "＝1", "'1", "007", "_x0041_", "a_x000D_b",
              "a\nb", "a\r\nb", " x ", "#N/A", "TRUE", "\x00\x01\x0b\ufffe", "1-3", "5" * 32_767,
              "长" * 40_000, "😀" * 20_000, "1e5", "2024/2/30"]  # fmt: skip
    with units.database.begin() as session:
        new = (
            NewFinding(f"k-{n}", "", 2, {
                "text": text.replace("\x00", "") or "x", "measures": text.replace("\x00", ""),
                "code": f"N-{n}", "ledger_due": text.replace("\x00", "")[:100],
                "meeting_on": DAY if n % 2 else None,
            })
            for n, text in enumerate(nasty)
        )  # fmt: skip
        add_findings(session, new, now=INSTALLED, batch_id=None)
    path = export(folder / "out.xlsx")
    answer = check(path)
    assert (answer.code, counts(answer)) == (0, (0, 0, len(nasty), 0)), answer.data["rows"]
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows(min_row=2, max_col=13) for cell in row} == {
        "s", "n",
    }  # fmt: skip
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/office", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir",
         folder / "saved", path], check=True, capture_output=True,
    )  # fmt: skip
    saved = check(folder / "saved" / "out.xlsx")
    assert (saved.code, counts(saved)) == (0, (0, 0, len(nasty), 0)), saved.data["changes"]
    assert "cell-was-cut" not in str(saved.data)


def test_it_goes_out_in_the_columns_that_came_in_and_means_nothing_new(
    twelve: World, folder: Path
) -> None:
    path = export(folder / "out.xlsx")
    sheet = openpyxl.load_workbook(path).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(max_col=12)]
    assert rows[0] == [*HEAD, *FURTHER]
    assert rows[1] == ["第1项工作开展不够经常", "单位b", "T-1", "2023-12-26", "措施1", None,
                       None, None, "Draft", None, None, None]  # fmt: skip
    assert len(rows) == 13
    hidden = [letter for letter, one in sheet.column_dimensions.items() if one.hidden]
    assert (hidden, sheet.freeze_panes, sheet.print_title_rows) == (["M", "N", "O"], "A2", "$1:$1")
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (8, "landscape")
    again = check(path)
    assert (again.code, counts(again), again.data["missing"]) == (0, (0, 0, 12, 0), [])
    assert counts(bring_in(path)) == (0, 0, 12, 0)
    taken = duban("ledger", "export", "--to", path, "--json")
    assert (taken.code, taken.problem["code"]) == (1, "validation")
    of_one = export(folder / "a.xlsx", "--org", "a", "--state", "draft")
    assert openpyxl.load_workbook(of_one).worksheets[0].max_row == 7
    chinese = duban("ledger", "export", "--to", folder / "zh.xlsx", "--lang", "zh")
    assert chinese.code == 0
    assert openpyxl.load_workbook(folder / "zh.xlsx").worksheets[0]["I2"].value == "草稿"


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

    for damage, number in ((sort_visible, 12), (lose, 1)):
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
