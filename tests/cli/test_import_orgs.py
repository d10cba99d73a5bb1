"""Organizations and people from a spreadsheet: checked, all or nothing, changed and never doubled."""

from pathlib import Path

from tests.command import Answer, duban
from tests.ledger.tables import Rows, merged
from tests.world import World

HEAD = ["单位联络员名单", None, None, None, None, None]
COLUMNS = ["序号", "单位名称", "姓名", "角色", "邮箱", "联系电话"]
ROWS: Rows = [
    HEAD,
    COLUMNS,
    [1, "甲局党组", "张", "主要负责人", "zhang@jia.example", None],
    [2, None, "李", "联络员", "li@jia.example", "0000-1"],
    [3, "乙镇党委", "王", "联络员", None, None],
]
MERGES = "A1:F1 B3:B4"


def counts(answer: Answer) -> tuple[int, int, int, int]:
    data = answer.data
    return data["new"], data["changed"], data["same"], data["refused"]


def people(code: str) -> list[tuple[str, str, str | None, str | None]]:
    shown = duban("org", "show", code, "--json").data
    return [(p["name"], p["role"], p["email"], p["phone"]) for p in shown["contacts"]]


def test_check_writes_nothing_and_apply_takes_all_over(world: World, folder: Path) -> None:
    path = merged(folder / "t.xlsx", ROWS, MERGES)
    assert counts(duban("import", "orgs", "check", path, "--json")) == (3, 0, 0, 0)
    assert [o["code"] for o in duban("org", "list", "--json").data["organizations"]] == [
        "commission"
    ]
    assert counts(duban("import", "orgs", "apply", path, "--yes", "--json")) == (3, 0, 0, 0)
    found = duban("org", "list", "--json").data["organizations"]
    assert [(o["name"], o["kind"]) for o in found[1:]] == [
        ("甲局党组", "group"),
        ("乙镇党委", "committee"),
    ]
    assert people("甲局党组") == [
        ("张", "head", "zhang@jia.example", None), ("李", "contact", "li@jia.example", "0000-1"),
    ]  # fmt: skip
    assert counts(duban("import", "orgs", "apply", path, "--yes", "--json")) == (0, 0, 3, 0)


def test_what_differs_is_changed_and_nobody_is_doubled(world: World, folder: Path) -> None:
    duban("import", "orgs", "apply", merged(folder / "t.xlsx", ROWS, MERGES), "--yes")
    rows = [
        COLUMNS,
        [1, "甲局（党组）", "李", "联络员", "li@new.example", None],
        [2, "乙镇党委", "赵", "分管领导", None, None],
    ]
    rows[1][1] = "甲局党组"
    answer = duban("import", "orgs", "apply", merged(folder / "u.xlsx", rows), "--yes", "--json")
    assert (counts(answer), answer.data["changes"]) == (
        (1, 1, 0, 0),
        [{"row": 2, "organization": "甲局党组", "name": "李",
          "columns": [{"column": "email", "before": "li@jia.example", "after": "li@new.example"}]}],
    )  # fmt: skip
    assert people("甲局党组")[1] == ("李", "contact", "li@new.example", "0000-1")
    assert [name for name, *_rest in people("乙镇党委")] == ["王", "赵"]


def test_faults_are_named_and_nothing_is_written(world: World, folder: Path) -> None:
    rows = [COLUMNS, [1, "甲局", "张", "门卫", None, None], [2, None, "李", "联络员", None, None],
            [3, "乙局", "王", "联络员", "no address", None], [4, "丙局", "赵", "联络员", None, None]]  # fmt: skip
    path = merged(folder / "t.xlsx", rows)
    checked = duban("import", "orgs", "check", path, "--json")
    assert (checked.code, counts(checked)) == (3, (1, 0, 0, 3))
    assert [(r["row"], r["column"], r["value"], r["code"]) for r in checked.data["rows"]] == [
        (2, "D", "门卫", "role-unknown"), (3, "B", "", "organization-missing"),
        (4, None, "no address", "address"),
    ]  # fmt: skip
    applied = duban("import", "orgs", "apply", path, "--yes", "--json")
    assert (applied.code, applied.problem["code"]) == (7, "refused")
    assert len(duban("org", "list", "--json").data["organizations"]) == 1


def test_a_file_without_organizations_says_so(world: World, folder: Path) -> None:
    answer = duban(
        "import", "orgs", "check", merged(folder / "t.xlsx", [["天气", "温度"], ["晴", 20]])
    )
    assert (answer.code, "lists no organizations" in answer.err) == (1, True)


def test_a_superior_is_known_or_stands_above(world: World, folder: Path) -> None:
    columns = ["编码", "单位名称", "上级单位", "姓名"]
    rows: Rows = [columns, ["x1", "甲局党组", "丁局党组", "张"], ["x2", "乙局党组", None, "李"],
                  ["x3", "丙中心党组", "x2", "王"]]  # fmt: skip
    checked = duban("import", "orgs", "check", merged(folder / "t.xlsx", rows), "--json")
    assert (checked.code, counts(checked)) == (3, (2, 0, 0, 1))
    assert [(r["row"], r["value"], r["code"]) for r in checked.data["rows"]] == [
        (2, "丁局党组", "superior-unknown")
    ]
    rows[1][2] = None
    assert duban("import", "orgs", "apply", merged(folder / "t.xlsx", rows), "--yes").code == 0
    shown = duban("org", "list", "--json").data["organizations"]
    assert [(o["code"], o["path"]) for o in shown] == [
        ("commission", "/1/"), ("x1", "/1/2/"), ("x2", "/1/3/"), ("x3", "/1/3/4/"),
    ]  # fmt: skip


def test_headings_over_nothing_are_no_silent_import(world: World, folder: Path) -> None:
    answer = duban("import", "orgs", "check", merged(folder / "t.xlsx", [COLUMNS]))
    assert (answer.code, "no row is filled" in answer.err) == (1, True)
