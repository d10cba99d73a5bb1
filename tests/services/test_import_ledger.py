"""Importing many rows at once: what is stored, counted, changed and taken back."""

import random
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from duban.ledger.ledger import Ledger
from duban.ledger.read import read_ledger
from duban.services.change_findings import change_findings
from duban.services.compare_ledger import compare
from duban.services.comparison import Comparison, Verdict
from duban.services.import_ledger import import_ledger, undo_import
from duban.services.organizations import add_organizations
from models.errors import BadInput, NotFound, RefusedByRule, StaleVersion
from models.finding import Finding
from models.installation import ImportBatch
from models.organization import Organization, OrganizationKind
from models.queries.organizations import commission
from tests.ledger.tables import write
from tests.services.counts import stored, true_counts
from tests.world import INSTALLED, World

HEAD = ["序号", "责任单位", "存在问题", "整改措施"]
WORDS = (
    "警示教育",
    "谈话提醒",
    "开展不够经常",
    "不够及时",
    "流于形式",
    "记录雷同",
    "会议过多",
    "职责不清",
)


def ledger(folder: Path, rows: Sequence[Sequence[Any]], head: Sequence[str] = HEAD) -> Ledger:
    return read_ledger(write(folder / "t.csv", [list(head), *map(list, rows)]))


def imported(world: World, found: Ledger, **options: Any) -> tuple[Comparison, int]:
    with world.database.begin() as session:
        comparison, batch = import_ledger(
            session, found, now=INSTALLED, by="clerk", checked=None, create_organizations=True,
            **options,
        )  # fmt: skip
        return comparison, (batch.id or 0) if batch else 0


def findings(session: Session) -> list[tuple[str | None, str, str | None, int]]:
    rows = session.exec(select(Finding).order_by(col(Finding.id)))
    return [(one.code, one.text, one.measures, one.version) for one in rows]


def test_many_rows_are_stored_in_their_order_and_counted(world: World, folder: Path) -> None:
    rows = [(n, f"单位{n % 7}", f"第{n}个问题", "a") for n in range(1, 4501)]
    told: list[tuple[int, int]] = []
    comparison, _batch = imported(
        world, ledger(folder, rows), written=lambda *far: told.append(far)
    )
    assert comparison.counts == {"new": 4500, "changed": 0, "same": 0, "refused": 0}
    assert told == [(1000, 4500), (2000, 4500), (3000, 4500), (4000, 4500), (4500, 4500)]
    with world.database.read() as session:
        assert findings(session) == [(str(n), text, "a", 0) for n, _unit, text, _a in rows]
        assert stored(session) == true_counts(session)
        units = session.exec(select(Organization).order_by(col(Organization.id))).all()[1:]
        root = commission(session)
        assert [(one.code, one.name, one.path, one.parent_id, one.kind) for one in units] == [
            (
                f"org-{n:03}",
                f"单位{n % 7}",
                f"{root.path}{one.id}/",
                root.id,
                OrganizationKind.OTHER,
            )
            for n, one in enumerate(units, start=1)
        ]


def test_an_undone_import_leaves_nothing_and_no_count(world: World, folder: Path) -> None:
    _first, _batch = imported(world, ledger(folder, [(1, "单位a", "会议过多", "a")]))
    _second, batch = imported(world, ledger(folder, [(1, "单位a", "文件过多", "a")]))
    with world.database.begin() as session:
        assert undo_import(session, batch) == (1, 0)
    with world.database.read() as session:
        assert [text for _code, text, _measures, _version in findings(session)] == ["会议过多"]
        assert stored(session) == true_counts(session)
    with pytest.raises(NotFound), world.database.begin() as session:
        undo_import(session, batch)


def test_an_import_before_replaced_cells_were_kept_stays(world: World) -> None:
    with world.database.begin() as session:
        old = ImportBatch(file_name="old.csv", sha256="", applied_at=INSTALLED, applied_by="clerk",
                          counts={"new": 0, "changed": 1, "same": 0, "refused": 0})  # fmt: skip
        session.add(old)
        session.flush()
        number = old.id or 0
    with (
        pytest.raises(RefusedByRule, match="before replaced cells were kept"),
        world.database.begin() as session,
    ):
        undo_import(session, number)


def test_changed_rows_of_several_kinds_are_written_together(world: World, folder: Path) -> None:
    imported(world, ledger(folder, [(n, "单位a", f"第{n}个问题", "a") for n in (1, 2, 3)]))
    later = [
        (1, "单位a", "第1个问题", "b"),
        (2, "单位a", "第2个问题", None),
        (3, "单位a", "第3个问题", "a"),
    ]
    comparison, batch = imported(world, ledger(folder, later))
    assert [item.verdict for item in comparison.rows] == ["changed", "changed", "same"]
    with world.database.read() as session:
        assert findings(session) == [
            ("1", "第1个问题", "b", 1), ("2", "第2个问题", None, 1), ("3", "第3个问题", "a", 0),
        ]  # fmt: skip
    with world.database.begin() as session:
        assert undo_import(session, batch) == (0, 2)
    with world.database.read() as session:
        assert findings(session) == [(str(n), f"第{n}个问题", "a", 2 * (n < 3)) for n in (1, 2, 3)]


def test_a_draft_moves_to_the_organization_that_its_name_means_now(
    world: World, folder: Path
) -> None:
    imported(world, ledger(folder, [(1, "单位a", "会议过多", "a")]))
    with world.database.begin() as session:
        old = session.exec(select(Organization).where(Organization.name == "单位a")).one()
        old.name = "旧单位"
        session.add(old)
    _comparison, batch = imported(world, ledger(folder, [(1, "单位a", "会议过多", "b")]))
    for name in ("单位a", "旧单位"):
        with world.database.read() as session:
            (finding,) = session.exec(select(Finding)).all()
            assert session.get_one(Organization, finding.organization_id).name == name
            assert stored(session) == true_counts(session)
        if name == "单位a":
            with world.database.begin() as session:
                assert undo_import(session, batch) == (0, 1)


def test_a_finding_that_somebody_else_changed_meanwhile_is_named(
    world: World, folder: Path
) -> None:
    imported(world, ledger(folder, [(n, "单位a", f"第{n}个问题", "a") for n in (1, 2)]))
    later = ledger(folder, [(n, "单位a", f"第{n}个问题", "b") for n in (1, 2)])
    with world.database.read() as session:
        rows = compare(session, later).rows
    with world.database.begin() as session:
        changed = session.get_one(Finding, 2)
        changed.version += 1
        session.add(changed)
    with pytest.raises(StaleVersion, match="#2 "), world.database.begin() as session:
        change_findings(session, rows, {}, batch_id=1)
    with world.database.read() as session:
        assert [measures for _code, _text, measures, _version in findings(session)] == ["a", "a"]


def test_many_organizations_get_the_codes_that_are_free(world: World) -> None:
    world.unit("org-002", findings=0)
    with world.database.begin() as session:
        root = commission(session)
        ids = add_organizations(session, ["甲局党组", " 乙镇党委"], parent=root, now=INSTALLED)
        kinds = {name: session.get_one(Organization, one) for name, one in ids.items()}
        assert {name: (one.code, one.kind) for name, one in kinds.items()} == {
            "甲局党组": ("org-003", OrganizationKind.GROUP),
            " 乙镇党委": ("org-004", OrganizationKind.COMMITTEE),
        }
    for names in (["甲局党组"], ["丙局", "丙局"], [" "], ["丁" * 201]):
        with pytest.raises(BadInput), world.database.begin() as session:
            add_organizations(session, names, parent=commission(session), now=INSTALLED)


@pytest.mark.parametrize("seed", range(4))
def test_a_reworded_row_is_the_first_finding_whose_text_is_as_like(
    world: World, folder: Path, seed: int
) -> None:
    draw = random.Random(seed)
    said = [_text(draw) for _n in range(40)]
    texts = list(dict.fromkeys(said))
    imported(world, ledger(folder, [(n, "单位a", text, "a") for n, text in enumerate(texts, 1)]))
    now = list(dict.fromkeys(_reworded(draw, text) for text in texts))
    with world.database.read() as session:
        found = compare(session, ledger(folder, [(1, "单位a", text, "a") for text in now]))
    taken = {texts.index(text) + 1 for text in now if text in texts}
    expected = []
    for text in now:
        number = texts.index(text) + 1 if text in texts else _first_like(text, texts, taken)
        taken.add(number or 0)
        expected.append((text, number))
    assert [(one.row.text, one.finding.id if one.finding else None) for one in found.rows] == (
        expected
    )
    assert {one.verdict for one in found.rows} > {Verdict.CHANGED}


def _first_like(text: str, texts: Sequence[str], taken: set[int]) -> int | None:
    for number, before in enumerate(texts, start=1):
        like = SequenceMatcher(None, text, before, autojunk=False).ratio()
        if number not in taken and like >= 0.9:
            return number
    return None


def _text(draw: random.Random) -> str:
    return "，".join(draw.choices(WORDS, k=draw.randint(2, 7)))


def _reworded(draw: random.Random, text: str) -> str:
    characters = list(text)
    for _n in range(draw.randint(0, 4)):
        characters.insert(draw.randrange(len(characters)), draw.choice("的了较很也"))
    return "".join(characters)
