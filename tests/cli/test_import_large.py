"""Importing a large ledger by the command: bounded answers, and a bar for the person who waits."""

from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

from duban.cli.main import run
from tests.cli.test_import_ledger import ROWS, apply, check
from tests.command import duban
from tests.ledger.tables import Rows, write
from tests.world import World


def test_long_lists_are_cut_for_people_and_whole_as_data(world: World, folder: Path) -> None:
    rows: Rows = [["责任单位", "存在问题"], *([f"未知{n:03}", "会议过多"] for n in range(150))]
    path = write(folder / "t.csv", rows)
    refused = duban("import", "ledger", "check", path).out.splitlines()
    shown = [f"t.csv\t{n + 2}\tA 责任单位\t未知{n:03}" for n in range(100)]
    assert [line.rsplit("\t", 2)[0] for line in refused[4:104]] == shown
    assert refused[104:] == [
        "  and 50 more; --json lists all of them",
        "Nothing was written. Correct the rows, or apply with --skip-refused.",
    ]
    assert [row["row"] for row in check(path).data["rows"]] == list(range(2, 152))
    created = duban("import", "ledger", "check", path, "--create-organizations").out.splitlines()
    assert created[2:102] == [f"Would be added as an organization: 未知{n:03}" for n in range(100)]
    assert created[102] == "  and 50 more; --json lists all of them"
    whole = check(path, "--create-organizations").data["new_organizations"]
    assert whole == [f"未知{n:03}" for n in range(150)]
    apply(path, "--create-organizations")
    later: Rows = [[*row, "措施" if n else "整改措施"] for n, row in enumerate(rows)]
    changed = duban("import", "ledger", "check", write(folder / "t.csv", later)).out.splitlines()
    assert changed[-3:-1] == ["101\tmeasures\t\t措施", "  and 50 more; --json lists all of them"]


def test_a_person_who_waits_sees_a_bar_and_a_program_does_not(world: World, folder: Path) -> None:
    path = write(folder / "t.csv", ROWS)
    for code in ("a", "b"):
        world.unit(code, findings=0)
    for options, seen in (((), ["Reading", "Comparing"]), (("--json",), []), (("--quiet",), [])):
        with redirect_stdout(StringIO()), redirect_stderr(Terminal()) as shown:
            run(["import", "ledger", "check", str(path), *options])
        assert [word for word in ("Reading", "Comparing") if word in shown.getvalue()] == seen
    with redirect_stdout(StringIO()) as said, redirect_stderr(Terminal()) as shown:
        run(["import", "ledger", "apply", str(path), "--yes", "--by", "clerk"])
    assert "Writing" in shown.getvalue()
    assert said.getvalue().splitlines()[0].startswith("Import 1: 3 new")
    assert duban("import", "ledger", "check", path).err == ""


class Terminal(StringIO):
    """A stream at which a person looks."""

    def isatty(self) -> bool:
        return True
