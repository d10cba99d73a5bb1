"""What a clerk can rely on (docs/forty-points.md, part C)."""

import io
import re
from html import unescape

import openpyxl

from duban.ledger.mark_workbook import COLOUR
from tests.web.seen import set_clock
from tests.web.site import Person, Site
from tests.world import World, at

HEAD = ["问题编号", "责任单位", "存在问题", "点评时间"]
FAULTS = [
    (3, "2024/2/30"), (2, ""), (1, ""), (3, "2024年13月1日"), (1, "不存在的单位"), (3, "很快"),
]  # fmt: skip
"""Which cell of a row is wrong, and what stands in it."""


def faulty_ledger() -> tuple[bytes, list[tuple[str, int, str, str]]]:
    """Two sheets of rows, each second one with a fault; and the faulty cells with their values."""
    book = openpyxl.Workbook()
    wanted = []
    for number, name in enumerate(("区直", "镇街")):
        sheet = book.worksheets[0] if number == 0 else book.create_sheet()
        sheet.title = name
        sheet.append(HEAD)
        for n in range(15):
            column, value = FAULTS[n % len(FAULTS)]
            for broken in (False, True):
                code = f"K{number}-{n}-{broken}"
                row = [code, "单位a", f"学习不够{code}", "2024-01-12"]
                if broken:
                    row[column] = value
                    wanted.append((name, 2 * n + 3, "ABCD"[column], value))
                sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue(), wanted


def test_each_of_thirty_faulty_cells_is_named_and_marked(site: Site, world: World) -> None:
    world.unit("a", findings=0)
    clerk = site.person("li", "clerk")
    data, wanted = faulty_ledger()
    clerk.get("/imports/new")
    clerk.post("/imports", files={"file": ("台账.xlsx", data)})
    cells = [
        [
            " ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split())
            for cell in re.findall(r"<td.*?</td>", row, re.S)
        ]
        for row in re.findall(r"<tr>(.*?)</tr>", clerk.page.text, re.S)
        if "refused-cell" in row
    ]
    assert [(one[0], int(one[1]), one[2][:1], one[3]) for one in cells] == wanted
    assert len(wanted) == 30
    assert all(why and remedy for *_place, why, remedy in cells)
    answer = clerk.client.get(f"{clerk.page.url.path}/marked.xlsx")
    marked = [
        (sheet.title, cell.row, cell.column_letter)
        for sheet in openpyxl.load_workbook(io.BytesIO(answer.content))
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment is not None and cell.fill.start_color.rgb == COLOUR
    ]
    assert marked == [(sheet, row, column) for sheet, row, column, _value in wanted]


def press(person: Person, action: str, **more: str) -> int:
    """Send the form of the open page that goes there, every box ticked; the status."""
    (form,) = re.findall(rf'<form[^>]*action="{action}"[^>]*>(.*?)</form>', person.page.text, re.S)
    fields: dict[str, list[str]] = {}
    for tag in re.findall(r'<input type="(?:hidden|checkbox)"[^>]*>', form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value:
            fields.setdefault(name[1], []).append(unescape(value[1]))
    return person.post(action, {**fields, **more}).status_code


def told(person: Person) -> tuple[int, int, int]:
    """Letters, organizations and mails, as the page says them beside its button."""
    found = re.findall(r"(\d+) letters? · (\d+) organizations? · (\d+) mails?", person.words)
    letters, organizations, mails = map(int, found[-1])
    return letters, organizations, mails


def test_a_button_that_cannot_be_undone_says_how_far_it_reaches(site: Site, world: World) -> None:
    """Five such pages: issue, urge, approve steps, reopen, withdraw."""
    world.unit("a", findings=2)
    world.unit("b")
    world.unit("c", roles=("leader-in-charge",))
    li, sun = site.person("li", "clerk"), site.person("sun", "supervisor")
    seen = {}

    def go(person: Person, page: str, action: str, **more: str) -> None:
        """What the page says, and how many mails pressing its button then made."""
        person.get(page)
        said, before = told(person), len(world.messages())
        assert press(person, action, **more) == 200, person.words
        seen[page] = (said, len(world.messages()) - before)

    set_clock(world, "2023-12-26T17:30")
    go(li, "/letters/new", "/letters")
    set_clock(world, "2024-01-27T09:00")
    go(li, "/ledger/urge?finding=1&finding=2&finding=3&finding=4", "/ledger/urge")
    world.nights("2024-01-27", "2024-02-02")
    set_clock(world, "2024-02-02T09:00")
    go(sun, "/escalations", "/escalations", decision="approve")
    world.submit(1, at("2024-02-02T10:00"))
    world.accept(1, at("2024-02-02T11:00"))
    set_clock(world, "2024-02-05T09:00")
    go(sun, "/findings/2023-1-1/reopen", "/findings/2023-1-1/reopen", reason="empty")
    go(sun, "/findings/2023-2-1/withdraw", "/findings/2023-2-1/withdraw", reason="wrong")
    assert seen == {
        "/letters/new": ((3, 3, 5), 5),
        "/ledger/urge?finding=1&finding=2&finding=3&finding=4": ((3, 3, 5), 5),
        "/escalations": ((3, 3, 3), 3),
        "/findings/2023-1-1/reopen": ((1, 1, 2), 2),
        "/findings/2023-2-1/withdraw": ((1, 1, 2), 2),
    }
