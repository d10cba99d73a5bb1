"""Importing a ledger by the command: checked first, all or nothing, never twice."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from models.finding import Finding
from tests.command import Answer, duban
from tests.ledger.tables import Rows, write
from tests.ledger.workbooks import TRAP_GOOD_ROWS, TRAP_REFUSALS, make_trap_ledger
from tests.shared_data import shared
from tests.world import World, at

HEAD = ["编号", "责任单位", "存在问题", "问题类别", "点评时间", "整改措施"]
DAY = date(2023, 12, 26)
ROWS: Rows = [
    HEAD,
    ["T-1", "单位a", "警示教育开展不够经常", "主体责任", DAY, "每季一次"],
    ["T-2", "单位a", "谈话提醒不够及时", "主体责任", DAY, None],
    ["T-3", "单位b", "人员管理不够严格", "班子队伍", DAY, None],
]


@pytest.fixture
def units(world: World) -> World:
    for code in ("a", "b"):
        world.unit(code, findings=0)
    return world


def check(path: Path, *options: str) -> Answer:
    return duban("import", "ledger", "check", path, *options, "--json")


def apply(path: Path, *options: str) -> Answer:
    return duban("import", "ledger", "apply", path, *options, "--yes", "--by", "clerk", "--json")


def counts(answer: Answer) -> tuple[int, int, int, int]:
    data = answer.data
    return data["new"], data["changed"], data["same"], data["refused"]


def stored(world: World) -> list[tuple[str | None, str]]:
    with world.database.read() as session:
        rows = session.exec(select(Finding.code, Finding.text).order_by(Finding.id)).all()  # type: ignore[arg-type]  # a column, not an int
        return [(code, text) for code, text in rows]


def with_row(number: int, **changes: Any) -> Rows:
    rows = [list(row) for row in ROWS]
    for name, value in changes.items():
        rows[number][["code", "unit", "text", "category", "day", "measures"].index(name)] = value
    return rows


def test_check_writes_nothing_and_apply_writes_once(units: World, folder: Path) -> None:
    path = write(folder / "t.xlsx", ROWS)
    checked = check(path)
    assert (checked.code, counts(checked), checked.data["rows"]) == (0, (3, 0, 0, 0), [])
    assert stored(units) == []
    applied = apply(path)
    assert (applied.code, counts(applied), applied.data["import"]) == (0, (3, 0, 0, 0), 1)
    assert stored(units) == [(row[0], row[2]) for row in ROWS[1:]]
    again = apply(path)
    assert (again.code, counts(again), again.data["import"]) == (0, (0, 0, 3, 0), None)
    assert len(stored(units)) == 3


def test_the_same_findings_in_another_format_are_the_same(units: World, folder: Path) -> None:
    apply(write(folder / "t.xlsx", ROWS))
    text = [[str(cell) if isinstance(cell, date) else cell for cell in row] for row in ROWS]
    assert counts(check(write(folder / "t.csv", text, encoding="gb18030"))) == (0, 0, 3, 0)


def test_a_changed_cell_is_shown_before_and_after(units: World, folder: Path) -> None:
    apply(write(folder / "t.xlsx", ROWS))
    path = write(folder / "later.xlsx", with_row(1, measures="每月一次"))
    answer = check(path)
    assert counts(answer) == (0, 1, 2, 0)
    assert answer.data["changes"] == [
        {"sheet": "台账", "row": 2, "finding": 1,
         "columns": [{"column": "measures", "before": "每季一次", "after": "每月一次"}]}
    ]  # fmt: skip
    assert counts(apply(path)) == (0, 1, 2, 0)
    assert counts(check(path)) == (0, 0, 3, 0)


def test_what_stands_in_a_letter_cannot_change(units: World, folder: Path) -> None:
    apply(write(folder / "t.xlsx", ROWS))
    units.issue()
    answer = check(write(folder / "later.xlsx", with_row(1, text="警示教育开展得很好")))
    assert (answer.code, counts(answer)) == (3, (0, 0, 2, 1))
    (refusal,) = answer.data["rows"]
    assert (refusal["row"], refusal["code"]) == (2, "already-issued")


def test_all_or_nothing_unless_refused_rows_are_skipped(units: World, folder: Path) -> None:
    path = write(folder / "t.xlsx", with_row(2, day="2024/2/30"))
    answer = check(path)
    assert (answer.code, counts(answer)) == (3, (2, 0, 0, 1))
    assert [(r["sheet"], r["row"], r["column"], r["value"]) for r in answer.data["rows"]] == [
        ("台账", 3, "E", "2024/2/30")
    ]
    refused = apply(path)
    assert (refused.code, refused.problem["code"], stored(units)) == (7, "refused", [])
    assert counts(apply(path, "--skip-refused")) == (2, 0, 0, 1)
    assert [code for code, _text in stored(units)] == ["T-1", "T-3"]


def test_apply_stops_when_its_check_differs_from_the_one_seen(units: World, folder: Path) -> None:
    path = write(folder / "t.xlsx", ROWS)
    mark = check(path).data["checked"]
    apply(write(folder / "other.xlsx", ROWS[:2]))
    late = apply(path, "--checked", mark)
    assert (late.code, late.problem["code"]) == (5, "stale-version")
    assert len(stored(units)) == 1
    fresh = check(path).data["checked"]
    assert counts(apply(path, "--checked", fresh)) == (2, 0, 1, 0)


def test_an_unknown_organization_is_refused_with_the_nearest_or_created(
    units: World, folder: Path
) -> None:
    path = write(folder / "t.xlsx", with_row(3, unit="单位bb"))
    answer = check(path)
    (refusal,) = answer.data["rows"]
    assert (refusal["code"], refusal["value"], "单位b" in refusal["remedy"]) == (
        "organization-unknown", "单位bb", True,
    )  # fmt: skip
    created = apply(path, "--create-organizations")
    assert (counts(created), created.data["new_organizations"]) == ((3, 0, 0, 0), ["单位bb"])
    names = [o["name"] for o in duban("org", "list", "--json").data["organizations"]]
    assert "单位bb" in names


def test_an_import_can_be_undone_until_its_letters_are_issued(units: World, folder: Path) -> None:
    apply(write(folder / "t.xlsx", ROWS))
    undone = duban("import", "ledger", "undo", "1", "--json")
    assert (undone.data, stored(units)) == ({"import": 1, "removed": 3, "restored": 0}, [])
    apply(write(folder / "t.xlsx", ROWS))
    units.issue()
    assert duban("import", "ledger", "undo", "1", "--json").problem["code"] == "refused"


def test_a_ledger_with_every_trap(units: World, folder: Path) -> None:
    answer = check(make_trap_ledger(folder / "trap.xlsx"), "--create-organizations")
    assert counts(answer) == (TRAP_GOOD_ROWS, 0, 0, len(TRAP_REFUSALS))
    assert [(r["row"], r["column"], r["code"]) for r in answer.data["rows"]] == TRAP_REFUSALS


def test_the_shared_ledger_of_305_findings(units: World) -> None:
    answer = check(
        shared("ledgers/audit-findings-147110.xlsx"),
        "--map", "text=Type(s) of Compliance Requirement(s)",
        "--map", "organization=Award Reference", "--create-organizations",
    )  # fmt: skip
    assert counts(answer) == (305, 0, 0, 0)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("missing.xlsx", None),
        ("empty.xlsx", b""),
        ("broken.xlsx", b"PK\x03\x04"),
        ("t.pdf", b"%PDF"),
    ],
)
def test_a_file_that_cannot_be_read(
    units: World, folder: Path, name: str, content: bytes | None
) -> None:
    if content is not None:
        (folder / name).write_bytes(content)
    answer = check(folder / name)
    assert (answer.code, answer.problem["code"], name in answer.problem["detail"]) == (
        1, "validation", True,
    )  # fmt: skip


def test_a_later_meeting_may_raise_a_closed_finding_again(units: World, folder: Path) -> None:
    head = ["序号", "责任单位", "存在问题"]
    path = write(folder / "t.xlsx", [head, [1, "单位a", "会议过多"]])
    assert counts(apply(path, "--meeting", "2023-12-26")) == (1, 0, 0, 0)
    units.issue()
    assert counts(check(path, "--meeting", "2023-12-26")) == (0, 0, 1, 0)
    units.submit(1, at("2024-01-10T10:00"))
    units.accept(1, at("2024-01-11T10:00"))
    unnamed = check(path)
    assert (counts(unnamed), unnamed.data["closed_again"]) == ((0, 0, 1, 0), 1)
    assert counts(apply(path, "--meeting", "2024-12-25")) == (1, 0, 0, 0)
    assert counts(apply(path, "--meeting", "2024-12-25")) == (0, 0, 1, 0)
    assert counts(check(path, "--meeting", "2023-12-26")) == (0, 0, 1, 0)


def test_a_row_put_on_top_moves_nobody_elses_number(units: World, folder: Path) -> None:
    head = ["序号", "责任单位", "存在问题"]
    texts = ["警示教育开展不够经常", "警示教育覆盖不够广泛", "警示教育形式不够多样"]
    before = [head, *([str(n), "单位a", text] for n, text in enumerate(texts, start=1))]
    apply(write(folder / "t.xlsx", before))
    units.issue()
    longer = ["警示教育内容不够新颖", *texts]
    after = [head, *([str(n), "单位a", text] for n, text in enumerate(longer, start=1))]
    assert counts(check(write(folder / "t.xlsx", after))) == (1, 0, 3, 0)


def test_an_organization_to_be_added_is_one_however_it_is_written(
    units: World, folder: Path
) -> None:
    rows = [
        ["责任单位", "存在问题"],
        ["甲局（党组）", "一"],
        ["甲局(党组)（盖章）", "二"],
        ["单位 a", "三"],
    ]
    answer = apply(write(folder / "t.xlsx", rows), "--create-organizations")
    assert (counts(answer), answer.data["new_organizations"]) == ((3, 0, 0, 0), ["甲局（党组）"])


def test_rows_that_are_no_findings_are_named(units: World, folder: Path) -> None:
    rows = [["责任单位", "存在问题"], ["单位a", "一"], ["合计", "1个"], [None, "（以下空白）"]]
    said = duban("import", "ledger", "check", write(folder / "t.xlsx", rows)).out.splitlines()
    assert said[:3] == [
        "Sheet “台账”: 1 rows; A 责任单位→organization, B 存在问题→text",
        "  row 3 is no finding (a total): 合计 1个", "  row 4 is no finding (a note): （以下空白）",
    ]  # fmt: skip


def test_another_finding_under_the_same_serial_number_is_new(units: World, folder: Path) -> None:
    head = ["序号", "责任单位", "存在问题"]
    apply(write(folder / "t.xlsx", [head, ["1", "单位a", "党委书记履行第一责任人责任不到位"]]))
    other = [head, ["1", "单位a", "党委副书记履行直接责任人责任不到位"]]
    assert counts(check(write(folder / "u.xlsx", other))) == (1, 0, 0, 0)
    corrected = [head, ["7", "单位a", "党委书记履行第一责任人责任不够到位。"]]
    assert counts(check(write(folder / "v.xlsx", corrected))) == (0, 1, 0, 0)


def test_width_and_line_breaks_change_nothing_even_after_the_letter(
    units: World, folder: Path
) -> None:
    head = ["编号", "责任单位", "存在问题"]
    apply(write(folder / "t.xlsx", [head, ["T-1", "单位a", "会议过多（精简不够）"]]))
    units.issue()
    again = [head, ["T-1", "单位a", "会议过多(精简\n不够)。"]]
    assert counts(check(write(folder / "u.xlsx", again))) == (0, 0, 1, 0)


def test_what_the_check_finds_out_names_its_cell(units: World, folder: Path) -> None:
    rows = [["序号", "责任单位", "存在问题"], [1, "单位", "会议过多"]]
    (refusal,) = check(write(folder / "t.xlsx", rows)).data["rows"]
    assert (refusal["column"], refusal["heading"], refusal["value"]) == ("B", "责任单位", "单位")
