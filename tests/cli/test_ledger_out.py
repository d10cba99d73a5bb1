"""The ledger out as a spreadsheet: in the clerk's own columns, and exact where nobody touched it."""

import json
import re
import subprocess
from pathlib import Path

import openpyxl
import pytest

from duban.documents.to_pdf import office_program
from duban.ledger.workbook import read_sheets
from duban.services.add_findings import NewFinding, add_findings
from tests.cli.ledger_copies import (
    DAY,
    FURTHER,
    HEAD,
    bring_in,
    check,
    counts,
    export,
    with_twelve,
)
from tests.command import duban
from tests.office import need_office
from tests.shared_data import shared
from tests.world import INSTALLED, World


@pytest.fixture
def twelve(world: World, folder: Path) -> World:
    return with_twelve(world, folder)


NASTY = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "＝1", "'1", "007", "_x0041_", "a_x000D_b", "a\nb",
         "a\r\nb", " x ", "#N/A", "TRUE", "\x01\x0b\ufffe", "1-3", "5" * 32_767, "长" * 40_000,
         "😀" * 20_000, "1e5", "2024/2/30"]  # fmt: skip
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def nasty_ledger(world: World) -> list[str]:
    """Findings whose texts and measures do harm to spreadsheets; their texts."""
    texts = json.loads(shared("nasty/blns/blns.json").read_text())
    texts = [one.replace("\x00", "") or "x" for one in (*texts, *NASTY)]
    world.unit("a", findings=0)
    with world.database.begin() as session:
        new = (
            NewFinding(f"k-{n}", "", 2, {
                "text": text, "measures": text, "code": f"N-{n}", "ledger_due": text[:100],
                "meeting_on": DAY if n % 2 else None,
            })
            for n, text in enumerate(texts)
        )  # fmt: skip
        add_findings(session, new, now=INSTALLED, batch_id=None)
    return texts


def test_nasty_texts_come_back_as_they_went(world: World, folder: Path, whole: bool) -> None:
    texts = nasty_ledger(world)
    path = export(folder / "out.xlsx")
    answer = check(path)
    assert (answer.code, counts(answer)) == (0, (0, 0, len(texts), 0)), answer.data["rows"]
    sheet = openpyxl.load_workbook(path).worksheets[0]
    kinds = {cell.data_type for row in sheet.iter_rows(min_row=2, max_col=13) for cell in row}
    assert kinds == {"s", "n"}
    place = [cell.value for cell in sheet[1]].index("Problem description")
    read = [str(row[place]) for row in read_sheets(path)[0][0].rows[1:]]
    assert [one for one in read if not one.endswith("…")] == [
        UNWRITABLE.sub("", one) for one in texts if len(one.encode("utf-16-le")) <= 2 * 32_767
    ]
    assert [len(one) for one in read if one.endswith("…")] == [32_001, 10_001]

    sheet.cell(sheet.max_row, place + 1).value = "改短了"
    cut = sheet.cell(texts.index("长" * 40_000) + 2, place + 1)
    cut.value = f"{cut.value}改"
    sheet.parent.save(folder / "back.xlsx")
    answer = check(folder / "back.xlsx")
    assert counts(answer) == (0, 1, len(texts) - 2, 1)
    assert [one["code"] for one in answer.data["rows"]] == ["cell-was-cut"]
    if whole:
        need_office()
        saved = saved_by_office(path, folder)
        answer = check(saved)
        assert (answer.code, counts(answer)) == (0, (0, 0, len(texts), 0)), answer.data["changes"]


def saved_by_office(path: Path, folder: Path) -> Path:
    """The same workbook after LibreOffice opened and saved it."""
    profile, kind = f"-env:UserInstallation=file://{folder}/profile", "xlsx:Calc MS Excel 2007 XML"
    line = [office_program() or "", profile, "--headless", "--convert-to", kind, "--outdir"]
    subprocess.run([*line, folder / "saved", path], check=True, capture_output=True)
    return folder / "saved" / path.name


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
    nowhere = duban("ledger", "export", "--to", folder / "no" / "out.xlsx", "--json")
    assert (nowhere.code, nowhere.problem["code"]) == (1, "validation")
    assert sorted(one.name for one in folder.glob("*.xlsx")) == ["first.xlsx", "out.xlsx"]
    of_one = export(folder / "a.xlsx", "--org", "a", "--state", "draft")
    assert openpyxl.load_workbook(of_one).worksheets[0].max_row == 7
    chinese = duban("ledger", "export", "--to", folder / "zh.xlsx", "--lang", "zh")
    assert chinese.code == 0
    assert openpyxl.load_workbook(folder / "zh.xlsx").worksheets[0]["I2"].value == "草稿"
