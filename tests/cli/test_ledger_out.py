"""The ledger out as a spreadsheet and back: exact where nobody touched it, cell by cell where."""

import json
import shutil
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
        ["soffice", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir",
         folder / "saved", path], check=True, capture_output=True,
    )  # fmt: skip
    saved = check(folder / "saved" / "out.xlsx")
    assert (saved.code, counts(saved)) == (0, (0, 0, len(nasty), 0)), saved.data["changes"]
    assert "cell-was-cut" not in str(saved.data)
