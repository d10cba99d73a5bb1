"""An exported ledger on the pages and over the API: out, changed, looked at, decided, taken."""

import io
import re

import openpyxl
import pytest
from sqlmodel import select

from models.finding import Finding
from models.transitions import State
from tests.web.api import program
from tests.web.site import Person, Site
from tests.web.test_imports import all_rows, bring_in, findings, upload
from tests.world import World

HEAD = "问题编号,存在问题,责任单位,整改措施,备注\n"
ROWS = "".join(f"K-{n},第{n}个问题,单位{'ab'[n % 2]},措施{n},内部{n}\n" for n in range(1, 5))


@pytest.fixture
def clerk(site: Site, world: World) -> Person:
    for code in ("a", "b"):
        world.unit(code, findings=0)
    person = site.person("li", "clerk")
    upload(person, HEAD + ROWS)
    bring_in(person)
    return person


def book_of(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def cells_of(page: str, caption: str) -> list[list[str]]:
    """The cells of the table with this caption, row by row."""
    table = next(one for one in re.findall(r"<table.*?</table>", page, re.S) if caption in one)
    rows = re.findall(r"<tr>(.*?)</tr>", table.split("<tbody>")[1], re.S)
    return [
        [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in re.findall("<td.*?</td>", row)]
        for row in (one.replace("\n", " ") for one in rows)
    ]


def test_out_changed_on_both_sides_decided_on_the_page(clerk: Person, world: World) -> None:
    clerk.get("/ledger?state=draft")
    assert "/ledger/export.xlsx?state=draft" in clerk.page.text
    answer = clerk.client.get("/ledger/export.xlsx?state=draft")
    assert answer.headers["content-disposition"].startswith("attachment; filename")
    book = book_of(answer.content)
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]][:5] == HEAD.strip().split(",")
    upload(clerk, answer.content, "out.xlsx")
    assert (
        "0 new 0 changed 4 the same 0 cannot be taken 0 cells changed on both sides" in clerk.words
    )
    assert "Bring in" not in clerk.words

    with world.database.begin() as session:
        first = session.exec(select(Finding).where(Finding.code == "K-1")).one()
        first.measures, first.version = "这边的措施", first.version + 1
    sheet["D2"], sheet["D3"] = "那边的措施", "新措施"
    sheet.delete_rows(5)
    sheet["A5"], sheet["B5"], sheet["C5"] = "K-9", "新问题", "单位a"
    before = all_rows(world)
    path = upload(clerk, saved(book), "back.xlsx")
    assert all_rows(world) == before
    assert (
        "1 new 2 changed 1 the same 0 cannot be taken 1 cells changed on both sides "
        "1 no longer in the file"
    ) in clerk.words
    assert cells_of(clerk.page.text, "Changed in the file and here") == [
        ["2", "K-1 单位b 第1个问题", "Measures", "措施1", "这边的措施", "那边的措施"]
    ]
    assert cells_of(clerk.page.text, "Cells that would change") == [
        ["3", "K-2 单位a 第2个问题", "Measures", "措施2", "新措施"]
    ]
    assert cells_of(clerk.page.text, "No longer in the file") == [["K-4", "单位a", "第4个问题"]]
    assert "Bring in 2 rows, keep 1 cells as they are here" in clerk.words
    assert "Bring in 3 rows, take 1 cells from the file" in clerk.words

    seen = clerk.page
    bring_in(clerk)
    assert (clerk.page.status_code, all_rows(world)) == (409, before)
    clerk.page = seen
    bring_in(clerk, conflicts="ours")
    assert (clerk.page.url.path, "2 rows are brought in." in clerk.words) == (path, True)
    assert findings(world)[4:] == [("K-9", "新问题")]
    with world.database.read() as session:
        measures = [one.measures for one in session.exec(select(Finding).order_by(Finding.id))]  # type: ignore[arg-type]  # a column
    assert measures == ["这边的措施", "新措施", "措施3", "措施4", None]


def test_each_gets_what_is_theirs_and_a_program_decides(
    clerk: Person, site: Site, world: World
) -> None:
    unit = program(site, "unit", "organization", "a")
    assert unit.get("/exports/ledger?state=draft").status_code == 404
    assert unit.get("/exports/ledger?org=b").status_code == 404
    world.issue()
    own = book_of(unit.get("/exports/ledger").content).worksheets[0]
    assert [cell.value for cell in own["A"]] == ["问题编号", "K-2", "K-4"]
    assert "备注" not in [cell.value for cell in own[1]]
    assert clerk.client.get("/ledger/export.xlsx?due_from=never").status_code == 422

    caller = program(site, "caller", "clerk")
    empty = caller.get("/exports/ledger?state=rectified")
    assert book_of(empty.content).worksheets[0].max_row == 1
    book = book_of(caller.get("/exports/ledger?sort=number").content)
    book.worksheets[0]["D2"] = "那边的措施"
    key = book.worksheets[0]["A2"].value
    with world.database.begin() as session:
        one = session.exec(select(Finding).where(Finding.code == key)).one()
        assert one.state is State.ISSUED
        one.measures, one.version = "这边的措施", one.version + 1
    made = caller.act("/imports", files={"file": ("back.xlsx", saved(book))}).json()
    assert (made["counts"]["changed"], made["conflicts"], made["missing"]) == (1, 1, 0)
    (row,) = caller.get(f"/imports/{made['id']}/rows?status=changed").json()["items"]
    (conflict,) = row["conflicts"]
    assert conflict == {
        "column": "measures", "base": f"措施{key[2:]}", "here": "这边的措施", "in_file": "那边的措施",
    }  # fmt: skip
    path = f"/imports/{made['id']}/apply"
    undecided = caller.act(path, {"checked": made["checked"]})
    assert (undecided.status_code, undecided.json()["code"]) == (409, "refused")
    assert "“conflicts”" in undecided.json()["detail"]
    done = caller.act(path, {"checked": made["checked"], "conflicts": "theirs"})
    assert (done.status_code, done.json()["counts"]["changed"]) == (200, 1)
    with world.database.read() as session:
        one = session.exec(select(Finding).where(Finding.code == key)).one()
        assert one.measures == "那边的措施"
