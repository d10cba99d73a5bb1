"""A ledger that came in and goes out, and what people do with the copy."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet
from sqlmodel import Session, col, select

from models.cell_change import CellChange
from models.finding import Finding
from tests.command import Answer, duban
from tests.ledger.tables import write
from tests.world import World

HEAD = ["存在问题", "责任单位", "问题编号", "点评时间", "整改措施", "责任人"]
FURTHER = ["Letter reference", "Item of the letter", "Current state", "Final day", "Overdue days",
           "Struck off on"]  # fmt: skip
DAY = date(2023, 12, 26)
COLUMNS = ("code", "text", "measures", "owner", "meeting_on", "remark")


def with_twelve(world: World, folder: Path) -> World:
    """Twelve findings of two organizations, out of a ledger with an order of its own."""
    for code in ("a", "b"):
        world.unit(code, findings=0)
    rows = [
        [f"第{n}项工作开展不够经常", f"单位{'ab'[n % 2]}", f"T-{n}", DAY, f"措施{n}", None]
        for n in range(1, 13)
    ]
    answer = bring_in(write(folder / "first.xlsx", [HEAD, *rows]))
    assert (answer.code, counts(answer)) == (0, (12, 0, 0, 0))
    return world


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
