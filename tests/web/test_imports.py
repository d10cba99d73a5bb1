"""Bringing a ledger in through the pages: nothing before the button, nothing but what was seen."""

import io
import re
import threading
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlmodel import SQLModel, select

from duban.ledger.mark_workbook import COLOUR
from duban.services.import_ledger import undo_import
from models.finding import Finding
from models.queries.whole_tables import batches_of
from models.uploaded_ledger import UploadedLedger
from tests.ledger.workbooks import TRAP_GOOD_ROWS, TRAP_REFUSALS, make_trap_ledger
from tests.web.site import Person, Site
from tests.world import World

HEAD = "编号,责任单位,存在问题,点评时间\n"
GOOD = HEAD + "K-1,单位a,学习不够,2024-01-12\nK-2,单位b,谈话不够,2024-01-12\n"


def upload(person: Person, content: bytes | str, name: str = "台账.csv", **fields: str) -> str:
    """Send a file as the page would; the address of its check."""
    data = content.encode() if isinstance(content, str) else content
    person.get("/imports/new")
    person.post("/imports", fields, files={"file": (name, data)})
    return person.page.url.path


def bring_in(person: Person, **changes: str) -> None:
    """Press the button of the check that is on the screen."""
    fields = dict(
        re.findall(r'<input type="hidden" name="(\w[\w-]*)" value="([^"]*)"', person.page.text)
    )
    path = person.page.url.path.removesuffix("/apply")
    person.post(f"{path}/apply", {**fields, **changes})


def all_rows(world: World) -> dict[str, list[Any]]:
    """Everything that is stored but who came in and what was uploaded."""
    doors = {"accounts", "account_events", "sign_ins", "uploaded_ledgers"}
    with world.database.read() as session:
        return {
            table.name: [dict(row) for batch in batches_of(session, table) for row in batch]
            for table in SQLModel.metadata.sorted_tables
            if table.name not in doors
        }


def findings(world: World) -> list[tuple[str | None, str]]:
    with world.database.read() as session:
        return [(one.code, one.text) for one in session.exec(select(Finding).order_by(Finding.id))]  # type: ignore[arg-type]  # a column


def kept(world: World) -> list[Path]:
    return sorted((world.settings.data_dir / "uploads").iterdir())


@pytest.fixture
def clerk(site: Site, world: World) -> Person:
    for code in ("a", "b"):
        world.unit(code, findings=0)
    return site.person("li", "clerk")


def test_nothing_is_written_before_the_button_and_the_same_file_is_nothing_new(
    clerk: Person, world: World
) -> None:
    before = all_rows(world)
    path = upload(clerk, GOOD)
    assert all_rows(world) == before
    assert "2 new 0 changed 0 the same 0 cannot be taken" in clerk.words
    assert "Bring in 2 rows" in clerk.words
    assert [oct(file.stat().st_mode & 0o777) for file in kept(world)] == ["0o600"]

    bring_in(clerk)
    assert findings(world) == [("K-1", "学习不够"), ("K-2", "谈话不够")]
    assert "2 rows are brought in." in clerk.words
    assert clerk.page.url.path == path
    assert kept(world) == []

    stored = all_rows(world)
    upload(clerk, GOOD, "again.csv")
    assert "0 new 0 changed 2 the same 0 cannot be taken" in clerk.words
    assert "Nothing to import: all 2 rows are here already." in clerk.words
    assert "Bring in" not in clerk.words
    assert all_rows(world) == stored


def test_each_refusal_names_its_place_and_its_remedy_and_its_cell_is_marked(
    clerk: Person, world: World, folder: Path
) -> None:
    data = make_trap_ledger(folder / "trap.xlsx").read_bytes()
    path = upload(clerk, data, "trap.xlsx", create_organizations="1")
    assert clerk.page.status_code == 200
    cells = [
        [
            re.sub(r"<[^>]+>|\s+", " ", cell).strip()
            for cell in re.findall(r"<td.*?</td>", row, re.S)
        ]
        for row in re.findall(r"<tr>(.*?)</tr>", clerk.page.text, re.S)
        if "refused-cell" in row
    ]
    assert [(int(row[1]), row[2][:1] or None) for row in cells] == [
        (row, column) for row, column, _code in TRAP_REFUSALS
    ]
    assert all(row[0] == "问题整改台账" and row[4] and row[5] for row in cells)
    assert cells[2][3] == "2024/2/30"
    assert not re.search(r"--[a-z]", clerk.words)
    assert f"{TRAP_GOOD_ROWS} new" in clerk.words

    answer = clerk.client.get(f"{path}/marked.xlsx", params={"create_organizations": "1"})
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    marks = {
        (sheet.title, cell.row, cell.column_letter)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment is not None or cell.fill.start_color.rgb == COLOUR
    }
    # The organization of row 14 is missing under the merged heading; its own cell is not merged.
    assert marks == {("问题整改台账", row, column or "A") for row, column, _code in TRAP_REFUSALS}
    comment = book["问题整改台账"]["H15"].comment
    assert comment is not None and "Remedy: " in comment.text
    assert book["问题整改台账"]["D23"].value == "公务用车登记不完整之15"


def test_other_formats_are_marked_in_a_fresh_workbook_without_formulas(
    clerk: Person, world: World
) -> None:
    path = upload(clerk, HEAD + "K-1,单位a,=1+1 是公式,2024-01-12\nK-2,单位c,谈话,2024-01-12\n")
    answer = clerk.client.get(f"{path}/marked.xlsx")
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    (sheet,) = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets
    assert [(c.coordinate, c.data_type) for row in sheet for c in row if c.comment] == [("B3", "s")]
    assert (sheet["C2"].value, sheet["C2"].data_type) == ("=1+1 是公式", "s")


def test_refused_rows_stop_the_import_unless_they_are_left_out(clerk: Person, world: World) -> None:
    bad = GOOD + "K-3,单位c,没有这个单位,2024-01-12\n"
    upload(clerk, bad)
    assert "add unknown organizations" not in clerk.words
    before = all_rows(world)
    bring_in(clerk, skip_refused="")
    assert clerk.page.status_code == 409
    assert all_rows(world) == before
    bring_in(clerk)
    assert [code for code, _text in findings(world)] == ["K-1", "K-2"]
    assert "2 rows are brought in." in clerk.words


def test_unknown_organizations_are_added_where_that_was_chosen(clerk: Person, world: World) -> None:
    path = upload(clerk, HEAD + "K-1,示例区新局党组,学习不够,2024-01-12\n")
    assert "0 new 0 changed 0 the same 1 cannot be taken" in clerk.words
    clerk.get(f"{path}?create_organizations=1")
    assert "Organizations that would be added 示例区新局党组" in clerk.words
    bring_in(clerk)
    assert findings(world) == [("K-1", "学习不够")]


def test_columns_can_be_named(clerk: Person, world: World) -> None:
    path = upload(clerk, "甲,乙\n单位a,学习不够\n")
    assert clerk.page.status_code == 422
    assert "Name the columns with “Columns” if it should." in clerk.words
    clerk.get(f"{path}?column-organization=A&column-text=B&header_row=1")
    assert "1 new" in clerk.words
    bring_in(clerk)
    assert findings(world) == [(None, "学习不够")]


def test_what_was_not_seen_is_not_written(clerk: Person, world: World) -> None:
    upload(clerk, GOOD)
    world.unit("a2", findings=1)
    with world.database.begin() as session:
        finding = session.exec(select(Finding)).one()
        finding.text = "changed"
        session.add(finding)
    seen = clerk.page
    other = Person(clerk.client, clerk.csrf)
    upload(other, HEAD + "K-1,单位a,学习不够,2024-01-12\n")
    bring_in(other)
    before = all_rows(world)
    clerk.page = seen
    bring_in(clerk)
    assert clerk.page.status_code == 409
    assert "The check now gives another result than you saw" in clerk.words
    assert "1 new 0 changed 1 the same 0 cannot be taken" in clerk.words
    assert all_rows(world) == before
    bring_in(clerk)
    assert "1 row is brought in." in clerk.words


def test_of_two_clerks_at_once_one_brings_it_in(clerk: Person, site: Site, world: World) -> None:
    people = [clerk, site.person("wang", "clerk"), clerk]
    pages = []
    for person in people[:2]:
        upload(person, GOOD)
        pages.append(person.page)
    again = Person(clerk.client, clerk.csrf, clerk.page)
    people[2] = again
    gate, statuses = threading.Barrier(3), []

    def press(person: Person) -> None:
        gate.wait(timeout=10)
        bring_in(person)
        statuses.append(person.page.status_code)

    threads = [threading.Thread(target=press, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(statuses) == [200, 409, 409]
    assert len(findings(world)) == 2


def test_a_file_is_its_clerks_alone(clerk: Person, site: Site, world: World) -> None:
    path = upload(clerk, GOOD)
    answers = []
    for person in (site.person("wang", "clerk"), site.person("zhao", "verifier")):
        for address in (path, f"{path}/marked.xlsx", "/imports/" + "0" * 32):
            answers.append((person.get(address).status_code, person.words.count("upload")))
        person.post(f"{path}/apply", {"checked": "x"})
        answers.append((person.page.status_code, person.words.count("upload")))
    assert [status for status, _n in answers] == [404] * 8
    assert findings(world) == []


BAD_FILES = [
    ("a.txt", b"x", "a.txt is not a ledger file; save it as .xlsx, .xls, .ods or .csv."),
    ("a.csv", b" \n", "The file a.csv is empty."),
    ("a.xlsx", b"hello", "a.xlsx is not a spreadsheet, whatever its ending says; save it as .xlsx."),
    ("a.xls", b"<html><table>", "a.xls is a web page with a spreadsheet's ending; save it as .xlsx first."),
    ("a.csv", b"PK\x03\x04zip", "a.csv is a workbook with the ending .csv; rename it to .xlsx or .xls."),
    ("a.xlsx", b"PK\x03\x04zip", "The file a.xlsx is damaged (File is not a zip file); save it again as .xlsx."),
    ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
     "The file a.xlsx is protected by a password; remove it and try again."),
    ("../../etc/a.csv", b"\n", "The file a.csv is empty."),
]  # fmt: skip


def test_what_is_wrong_with_a_file(clerk: Person, world: World) -> None:
    for name, content, sentence in BAD_FILES:
        upload(clerk, content, name)
        assert (clerk.page.status_code, sentence in clerk.words) == (422, True), sentence
        assert kept(world) == []


def test_no_file_too_large_a_file_and_a_wrong_option(
    clerk: Person, world: World, site: Site
) -> None:
    clerk.get("/imports/new")
    clerk.post("/imports", {"sheet": "清单"}, files={"file": ("", b"")})
    assert (clerk.page.status_code, "Select a file." in clerk.words) == (422, True)
    assert 'value="清单"' in clerk.page.text
    large = b"x" * (site.settings.web.upload_megabytes * 1024 * 1024 + 1)
    upload(clerk, large)
    assert (clerk.page.status_code, "At most 20 MB are taken here." in clerk.words) == (413, True)
    upload(clerk, GOOD, header_row="zero")
    assert "“zero” is not a whole number from 1 to 100000." in clerk.words
    with world.database.read() as session:
        assert session.exec(select(UploadedLedger)).all() == []


def test_the_template_is_a_ledger(clerk: Person, world: World) -> None:
    answer = clerk.client.get("/imports/template.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book.worksheets[0]
    sheet["B2"], sheet["C2"], sheet["L2"] = "单位a", "学习不够", "2024-01-12"
    assert [cell.value for cell in book.worksheets[1]["A"]] == ["单位a", "单位b"]
    stream = io.BytesIO()
    book.save(stream)
    upload(clerk, stream.getvalue(), "template.xlsx")
    assert "1 new 0 changed 0 the same 0 cannot be taken" in clerk.words
    assert "not used" not in clerk.words.lower()


def test_an_import_that_is_undone_leaves_no_upload(clerk: Person, world: World) -> None:
    path = upload(clerk, GOOD)
    bring_in(clerk)
    with world.database.begin() as session:
        upload_row = session.exec(select(UploadedLedger)).one()
        assert undo_import(session, upload_row.batch_id or 0) == (2, 0)
    assert clerk.get(path).status_code == 404
