"""Evidence files: what is taken, what is refused in which words, how they leave again."""

import os
import socket
import stat
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import xlwt
from sqlmodel import select

from duban.services.evidence_names import display_name, unlike
from models.submission import Evidence
from tests.web.evidence_files import (
    EICAR,
    PDF,
    compound,
    jpeg,
    package,
    png,
    relation,
    with_password,
)
from tests.web.seen import set_clock
from tests.web.site import Person, Site
from tests.web.unit import hand_in, hidden, refusal, send, write
from tests.world import World

SAVED = " Everything else is saved."
NOT_WHAT = "is not what its name says, or is damaged; save it anew in its own program."
MACROS = "contains macros or scripts; save it without them, or as PDF."
REMOTE = "fetches a template or content from elsewhere; save it as PDF instead."
LOCKED = "is encrypted; remove its password first."


@pytest.fixture
def writer(site: Site, world: World) -> Person:
    """Somebody who writes the report on finding 2023-1-1 in January."""
    world.unit("a", findings=2)
    world.issue()
    set_clock(world, "2024-01-15T10:00")
    return site.person("zhang", "organization", "a")


def kept(world: World) -> list[Evidence]:
    with world.database.read() as session:
        found = list(session.exec(select(Evidence).order_by(Evidence.id)))  # type: ignore[arg-type]  # a column
        for one in found:
            session.expunge(one)
        return found


def stored(site: Site) -> list[Path]:
    folder = site.settings.data_dir / "evidence"
    return sorted(path for path in folder.rglob("*") if path.is_file())


BAD = {
    "kind.exe": (b"MZ", "is of a kind that is not taken; these are: pdf, ofd, docx, xlsx, doc, "
                        "xls, wps, et, jpg, jpeg, png, txt."),
    "a.pdf.exe": (PDF, "is of a kind that is not taken; these are: pdf, ofd, docx, xlsx, doc, "
                       "xls, wps, et, jpg, jpeg, png, txt."),
    "empty.pdf": (b"", "is empty; choose the right file."),
    "html.pdf": (b"<html>%PDF-</html>", NOT_WHAT),
    "program.docx": (b"MZ\x90\0", NOT_WHAT),
    "zip.docx": (package(part="a.txt"), NOT_WHAT),
    "cut.docx": (package()[:-30], NOT_WHAT),
    "many.docx": (package(*((f"{n}", "") for n in range(10_001))), NOT_WHAT),
    "picture.png": (jpeg(9, 9), NOT_WHAT),
    "svg.png": (b"<svg><script/></svg>", NOT_WHAT),
    "svg.txt": (b"<svg><script/></svg>", NOT_WHAT),
    "binary.txt": (b"a\0b", NOT_WHAT),
    "other.xls": (compound("WordDocument"), NOT_WHAT),
    "macro.docx": (package(("word/vbaProject.bin", "x")), MACROS),
    "macro.xlsx": (package(("xl/vbaProject.bin", "x"), part="xl/workbook.xml"), MACROS),
    "macro.doc": (compound("WordDocument", "_VBA_PROJECT"), MACROS),
    "script.pdf": (PDF + b"/S /JavaScript", MACROS),
    "start.pdf": (PDF + b"/S /Launch", MACROS),
    "remote.docx": (package(relation("attachedTemplate", "https://evil.example/t.dotm")), REMOTE),
    "share.docx": (package(relation("attachedTemplate", "file:///\\\\evil\\t.dotm")), REMOTE),
    "locked.docx": (compound("EncryptedPackage"), LOCKED),
    "locked.xlsx": (with_password(package(part="xl/workbook.xml")), LOCKED),
    "huge.png": (png(50_000, 50_000), "has 50000 × 50000 pixels; make the image smaller."),
    "huge.jpg": (jpeg(50_000, 50_000), "has 50000 × 50000 pixels; make the image smaller."),
    "large.pdf": (PDF + b"\0" * 20 * 1024 * 1024, "is larger than 20 MB; make it smaller or split it."),
    "virus.txt": (EICAR, "is taken for harmful software and was not kept."),
}  # fmt: skip


def test_what_is_refused_and_in_which_words(writer: Person, site: Site, world: World) -> None:
    said = {}
    for name, (data, _words) in BAD.items():
        write(writer, "2023-1-1", "text", (name, data))
        assert writer.page.status_code == 422, name
        said[name] = refusal(writer)
    assert said == {name: f"“{name}” {words}{SAVED}" for name, (_data, words) in BAD.items()}
    assert len({words for _data, words in BAD.values()}) == 9
    assert (kept(world), stored(site)) == ([], [])
    assert "text</textarea>" in writer.get("/findings/2023-1-1/report").text


def test_no_file_the_same_file_and_too_many(writer: Person, world: World) -> None:
    write(writer, "2023-1-1", "text", act="upload")
    assert refusal(writer) == "Choose a file first."
    write(writer, "2023-1-1", "text", ("a.pdf", PDF), ("b.pdf", PDF))
    assert refusal(writer) == f"“b.pdf” is there already, as “a.pdf”.{SAVED}"
    files = [(f"{n}.txt", f"{n}".encode()) for n in range(20)]
    write(writer, "2023-1-1", "text", *files)
    assert refusal(writer) == f"“19.txt” was not taken: one report has at most 20 files.{SAVED}"
    assert len(kept(world)) == 20


GOOD = {
    "a.pdf": PDF,
    "a.ofd": package(part="OFD.xml"),
    "a.docx": package(relation("hyperlink", "https://unit.example/")),
    "own.docx": package(relation("attachedTemplate", "file:///C:\\own\\letter.dotx")),
    "a.xlsx": package(part="xl/workbook.xml"),
    "a.doc": compound("WordDocument"),
    "old.wps": compound("WordDocument", ""),
    "new.wps": package(("more", "")),
    "a.et": compound("Workbook"),
    "a.png": png(4_000, 3_000),
    "a.jpg": jpeg(4_000, 3_000),
    "utf.txt": "会议记录\n".encode(),
    "gbk.txt": "会议记录\r\n".encode("gb18030"),
    "wide.txt": "会议记录".encode("utf-16"),
}


def test_what_is_taken(writer: Person, world: World, tmp_path: Path) -> None:
    book = xlwt.Workbook()
    book.add_sheet("台账").write(0, 0, "整改")
    book.save(tmp_path / "book.xls")
    files = GOOD | {"a.xls": (tmp_path / "book.xls").read_bytes()}
    write(writer, "2023-1-1", "text", *files.items())
    assert refusal(writer) == ""
    assert {one.name: one.sha256 for one in kept(world)} == {
        name: sha256(data).hexdigest() for name, data in files.items()
    }


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("整改报告.pdf", "整改报告.pdf"),
        ("..\\..\\x.pdf", "x.pdf"),
        ("../../etc/x.pdf", "x.pdf"),
        ("C:\\Users\\a\\b.pdf", "b.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("com1.tar.pdf", "_com1.tar.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("a\r\nb\0\x7f.pdf", "ab.pdf"),
        ('a"<b>|?*:.pdf', "a__b_____.pdf"),
        ("a%0d%0ab.pdf", "a%0d%0ab.pdf"),
        ("a.pdf. . ", "a.pdf"),
        ("🏗 工地.png", "🏗 工地.png"),
        ("长" * 300 + ".pdf", "长" * 196 + ".pdf"),
        ("x" * 300, "x" * 200),
        ("/", "file"),
        ("\u202e", "file"),
    ],
)
def test_names_are_shown_and_never_obeyed(given: str, shown: str) -> None:
    assert display_name(given) == shown
    assert len(shown) <= 200


def test_a_second_file_of_one_name_is_numbered() -> None:
    assert unlike("a.pdf", ["b.pdf"]) == "a.pdf"
    assert unlike("A.pdf", ["a.pdf", "a (2).pdf"]) == "A (3).pdf"
    assert unlike("x" * 196 + ".pdf", ["x" * 196 + ".pdf"]) == "x" * 192 + " (2).pdf"


def test_a_file_lies_under_a_random_name_and_is_nobody_elses(
    writer: Person, site: Site, world: World
) -> None:
    write(writer, "2023-1-1", "text", ("../../整改.pdf", PDF))
    (one,), (path,) = kept(world), stored(site)
    assert one.place is not None
    assert path == site.settings.data_dir / "evidence" / one.place[:2] / one.place
    assert len(one.place) == 32
    assert path.read_bytes() == PDF
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_file_leaves_as_a_file(writer: Person, site: Site, world: World) -> None:
    write(writer, "2023-1-1", "text", ("整 改.pdf", PDF))
    (one,) = kept(world)
    clerk = site.person("li", "clerk")
    assert clerk.get(f"/evidence/{one.id}").status_code == 404
    hand_in(writer, "2023-1")
    answer = clerk.get(f"/evidence/{one.id}")
    assert answer.content == PDF
    names = ("content-type", "content-disposition", "x-content-type-options",
             "content-security-policy", "cache-control")  # fmt: skip
    assert {name: answer.headers[name] for name in names} == {
        "content-type": "application/octet-stream",
        "content-disposition": "attachment; filename*=utf-8''%E6%95%B4%20%E6%94%B9.pdf",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
        "cache-control": "no-store",
    }


def test_a_foreign_file_is_an_absent_file(writer: Person, site: Site, world: World) -> None:
    write(writer, "2023-1-1", "text", ("a.pdf", PDF))
    hand_in(writer, "2023-1")
    world.unit("b")
    foreign = site.person("wang", "organization", "b")
    pages = {
        foreign.get(f"/evidence/{number}").text.replace(f"/evidence/{number}", "")
        for number in ("1", "99", "x", "9" * 30)
    }
    assert len(pages) == 1
    assert foreign.page.status_code == 404


def test_a_file_that_is_gone_says_so(writer: Person, site: Site, world: World) -> None:
    write(writer, "2023-1-1", "text", ("a.pdf", PDF))
    stored(site)[0].write_bytes(b"other")
    assert writer.get("/evidence/1").status_code == 404
    assert "The file “a.pdf” is missing or damaged;" in writer.words


def test_a_waiting_file_can_be_taken_back_and_the_text_stays(
    writer: Person, site: Site, world: World
) -> None:
    write(writer, "2023-1-1", "one", ("a.pdf", PDF), ("b.txt", b"b"))
    first, second = kept(world)
    write(writer, "2023-1-1", "two", remove=str(first.id))
    assert [one.name for one in kept(world)] == ["b.txt"]
    assert len(stored(site)) == 1
    assert "two</textarea>" in writer.page.text
    write(writer, "2023-1-2", "other", remove=str(second.id))
    assert writer.page.status_code == 404
    hand_in(writer, "2023-1")
    assert len(kept(world)) == 1


def test_an_upload_that_is_cut_off_leaves_nothing(writer: Person, site: Site, world: World) -> None:
    writer.get("/findings/2023-1-1/report")
    place = urlsplit(site.address)
    head = (
        f"POST /findings/2023-1-1/report HTTP/1.1\r\nHost: {place.netloc}\r\n"
        f"Cookie: duban={writer.client.cookies['duban']}\r\nSec-Fetch-Site: same-origin\r\n"
        "Content-Type: multipart/form-data; boundary=cut\r\nContent-Length: 9000\r\n\r\n"
        f'--cut\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{writer.csrf}\r\n'
        f'--cut\r\nContent-Disposition: form-data; name="seen"\r\n\r\n{hidden(writer, "seen")}\r\n'
        '--cut\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n%PDF-'
    )
    with socket.create_connection((place.hostname, place.port)) as client:
        client.sendall(head.encode())
    assert writer.get("/todo").status_code == 200
    assert (kept(world), stored(site)) == ([], [])


def test_what_a_rolled_back_transaction_leaves_is_out_of_reach(
    writer: Person, site: Site, world: World
) -> None:
    """Another text was saved meanwhile: neither the row nor the file stays."""
    writer.get("/findings/2023-1-1/report")
    stale = Person(writer.client, writer.csrf, writer.page)
    write(writer, "2023-1-1", "newer")
    send(stale, "2023-1-1", "older", ("a.pdf", PDF))
    assert stale.page.status_code == 409
    assert (kept(world), stored(site)) == ([], [])
    assert os.listdir(site.settings.data_dir / "evidence") == ["incoming"]  # noqa: PTH208  # names alone
