"""Evidence that is not as it should be: two kinds in one file, hidden scripts, floods, slow lines.

Kinds, names and sizes that are refused by a look are in ``test_evidence.py``; what each case is
answered stands in ``docs/bad-input.md``.
"""

import socket
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from time import sleep
from urllib.parse import urlsplit

import pytest

from duban.services import check_pdf
from duban.web import hang_up, patience
from tests.web.api import Program, program
from tests.web.evidence_files import PDF, package
from tests.web.seen import set_clock
from tests.web.site import Person, Site, running
from tests.web.test_evidence import LOCKED, MACROS, NOT_WHAT, SAVED, kept, stored
from tests.web.unit import hand_in, hidden, refusal, send, write
from tests.world import World, at

ONE = "/findings/2023-1-1"
PAGE, OPERATION = f"{ONE}/report", f"/api/v1{ONE}/evidence"
KINDS = ("is of a kind that is not taken; these are: pdf, ofd, docx, xlsx, doc, xls, wps, et, "
         "jpg, jpeg, png, txt.")  # fmt: skip
MANY = 20_000
FORM = {"content-type": "multipart/form-data; boundary=cut"}


@pytest.fixture
def writer(site: Site, world: World) -> Person:
    """Somebody who writes the report on finding 2023-1-1 in January."""
    world.unit("a", findings=2)
    world.issue()
    set_clock(world, "2024-01-15T10:00")
    return site.person("zhang", "organization", "a")


@pytest.fixture
def sender(writer: Person, site: Site) -> Program:
    """A program of the same organization."""
    return program(site, "program", "organization", "a")


def objects(body: bytes, dictionary: bytes = b"/Filter /FlateDecode") -> bytes:
    """A PDF with one stream of objects."""
    head = b"5 0 obj\n<</Type /ObjStm /N 1 /First 4 " + dictionary + b">>\nstream\r\n"
    return b"%PDF-1.5\n" + head + body + b"\nendstream\nendobj\n%%EOF\n"


SCRIPT = b"1 0 <</S /JavaScript /JS (app.alert(1))>>"
BOTH = PDF + b"<html><script>alert(1)</script></html>" + package()
BAD = {
    "both.docx": (BOTH, NOT_WHAT),
    "both.html": (BOTH, KINDS),
    "drawing.svg": (b"<svg><script/></svg>", KINDS),
    "hidden.pdf": (objects(zlib.compress(SCRIPT)), MACROS),
    "hidden start.pdf": (objects(zlib.compress(b"1 0 <</S /Launch>>")), MACROS),
    "spelt.pdf": (PDF + b"<</S /J#61vaScript>>", MACROS),
    "hidden and spelt.pdf": (objects(zlib.compress(b"/#4aavaScript"), b"/F#69lter/FlateDecode"),
                             MACROS),
    "late.pdf": (objects(zlib.compress(b" " * 1_048_570 + SCRIPT)), MACROS),
    "cut short.pdf": (objects(zlib.compress(b"1 0 <<>>" * 9)[:9]), NOT_WHAT),
    "no zlib.pdf": (objects(b"xx"), NOT_WHAT),
    "twice.pdf": (objects(b"xx", b"/Filter [/ASCII85Decode /FlateDecode]"), NOT_WHAT),
    "predicted.pdf": (objects(zlib.compress(SCRIPT), b"/Filter /FlateDecode /DecodeParms 7 0 R"),
                      NOT_WHAT),
    "bomb.pdf": (objects(zlib.compress(b"\0" * 3_000_000)), NOT_WHAT),
    "locked.pdf": (PDF + b"trailer <</Encrypt 5 0 R>>", LOCKED),
}  # fmt: skip
GOOD = {
    "both.pdf": BOTH,
    "objects.pdf": objects(zlib.compress(b"1 0 <</S /GoTo>>")),
    "open objects.pdf": objects(b"1 0 <</S /GoTo>>", b""),
    "words.pdf": PDF + b"/JavaScripts /EncryptMetadata",
}


def test_two_kinds_in_one_and_what_a_pdf_hides(
    writer: Person, site: Site, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_pdf, "MOST_INFLATED", 2_500_000)
    said = {}
    for name, (data, _words) in BAD.items():
        write(writer, "2023-1-1", "text", (name, data))
        said[name] = refusal(writer)
    assert said == {name: f"“{name}” {words}{SAVED}" for name, (_data, words) in BAD.items()}
    assert (kept(world), stored(site)) == ([], [])
    write(writer, "2023-1-1", "text", *GOOD.items())
    assert [one.name for one in kept(world)] == list(GOOD)
    answer = writer.get("/evidence/1")
    assert (answer.content, answer.headers["content-type"]) == (BOTH, "application/octet-stream")
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"


def test_names_as_browsers_send_them(writer: Person, world: World) -> None:
    names = {
        "..\\..\\x.txt": "x.txt", "x.txt": "x (2).txt", "con.txt": "_con.txt",
        "a\u202eb.txt": "ab.txt", 'a"b.txt': "a%22b.txt", "a\r\nb.txt": "a%0D%0Ab.txt",
        "🏗.txt": "🏗.txt", "dot.txt.": "dot.txt", "长" * 300 + ".txt": "长" * 196 + ".txt",
    }  # fmt: skip
    files = [(given, f"{n}".encode()) for n, given in enumerate(names)]
    write(writer, "2023-1-1", "text", *files)
    assert [one.name for one in kept(world)] == list(names.values())


def many(field: str) -> bytes:
    """A form of very many small files."""
    parts = (
        f'--cut\r\nContent-Disposition: form-data; name="{field}"; filename="{n}.txt"\r\n\r\n{n}\r\n'
        for n in range(MANY)
    )
    return ("".join(parts) + "--cut--\r\n").encode()


def test_too_many_files(writer: Person, sender: Program, site: Site, world: World) -> None:
    writer.get(PAGE)
    answer = writer.client.post(PAGE, content=many("files"), headers=FORM)
    assert "At most 100 files can be sent at once; nothing of this form was taken." in answer.text
    assert answer.status_code == 422
    answer = sender.act(f"{ONE}/evidence", content=many("file"), headers=FORM | {"if-match": '"1"'})
    assert (answer.status_code, answer.json()["code"]) == (400, "validation")
    assert (kept(world), stored(site)) == ([], [])
    files = [(f"{n}.txt", f"{n}".encode()) for n in range(60)]
    write(writer, "2023-1-1", "typed", *files)
    assert refusal(writer) == (
        f"40 more files were not looked at: one report has at most 20 files.{SAVED}"
    )
    assert "typed</textarea>" in writer.get(PAGE).text
    assert (len(kept(world)), len(stored(site))) == (20, 20)


def head(who: Person | Program, path: str, *lines: str) -> bytes:
    """The head of an upload, with what follows in ``lines``."""
    client = who.client
    place = urlsplit(str(client.base_url)).netloc
    token = f"Authorization: {client.headers.get('authorization', 'none')}"
    cookie = f"Cookie: duban={client.cookies.get('duban', '')}"
    own = (f"POST {path} HTTP/1.1", f"Host: {place}", token, cookie, "Accept-Language: en",
           "Sec-Fetch-Site: same-origin", "Idempotency-Key: k", 'If-Match: "1"',
           "Content-Type: multipart/form-data; boundary=cut", *lines)  # fmt: skip
    return "\r\n".join((*own, "", "")).encode()


def start(writer: Person, name: str) -> bytes:
    """A body as far as into its file."""
    fields = {"csrf": writer.csrf, "seen": hidden(writer, "seen"), "text": "typed"}
    parts = [
        f'--cut\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in fields.items()
    ]
    file = f'--cut\r\nContent-Disposition: form-data; name="{name}"; filename="a.txt"\r\n\r\nab'
    return "".join([*(parts if name == "files" else []), file]).encode()


@contextmanager
def line(who: Person | Program) -> Iterator[socket.socket]:
    """A bare connection to the service."""
    place = urlsplit(str(who.client.base_url))
    with socket.create_connection((place.hostname, place.port), timeout=10) as opened:
        yield opened


def heard(opened: socket.socket) -> bytes:
    """Everything that the service says until it hangs up."""
    came = b""
    while more := opened.recv(65_536):
        came += more
    return came


def test_four_gigabytes(writer: Person, sender: Program, site: Site, world: World) -> None:
    """What says how long it is is refused unread; what does not is cut off at the limit."""
    for who, path in ((writer, PAGE), (sender, OPERATION)):
        with line(who) as opened:
            opened.sendall(head(who, path, f"Content-Length: {4 * 1024**3}"))
            answer = heard(opened)
            assert answer.startswith(b"HTTP/1.1 413 ")
            assert (b"<h1" in answer) is (who is writer)
    web = site.settings.web.model_copy(update={"upload_megabytes": 1})
    with running(world.database, site.settings.model_copy(update={"web": web})) as small:
        someone = small.signed_in("zhang")
        someone.get(PAGE)
        chunks = (start(someone, "files"), *[b"x" * 65_536] * 60)
        answer = someone.client.post(PAGE, content=iter(chunks), headers=FORM)
    assert (answer.status_code, "At most 3 MB are taken here." in answer.text) == (413, True)
    assert (kept(world), stored(site)) == ([], [])


def test_a_line_that_breaks(
    writer: Person, sender: Program, site: Site, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    writer.get(PAGE)
    for who, path, name in ((writer, PAGE, "files"), (sender, OPERATION, "file")):
        with line(who) as opened:
            opened.sendall(head(who, path, "Content-Length: 90000") + start(writer, name))
    assert writer.get("/todo").status_code == 200
    assert (kept(world), stored(site)) == ([], [])
    assert [one.message for one in caplog.records if one.levelname == "ERROR"] == []


def drop_by_drop(opened: socket.socket) -> None:
    """Send a byte now and then, until nobody listens."""
    for _ in range(500):
        sleep(0.02)
        opened.sendall(b"x")


def test_a_head_that_does_not_end(writer: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever says nothing, or never comes to the end of a head, is hung up on."""
    monkeypatch.setattr(hang_up, "HEAD_SECONDS", 0.3)
    for said in (b"", b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nX: "):
        with line(writer) as opened:
            opened.sendall(said)
            assert heard(opened) == b""


def test_a_sender_who_is_too_slow(
    writer: Person, sender: Program, site: Site, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One who stops is told so; one who goes on by drops is hung up on; one in time is heard."""
    writer.get(PAGE)
    monkeypatch.setattr(patience, "GRACE", 0.2)
    for who, path, name, status in (
        (writer, PAGE, "files", b"HTTP/1.1 422 "),
        (sender, OPERATION, "file", b"HTTP/1.1 408 "),
    ):
        sent = head(who, path, "Content-Length: 90000") + start(writer, name)
        with line(who) as opened:
            opened.sendall(sent)
            answer = heard(opened)
            assert answer.startswith(status)
            assert b"came too slowly and was broken off" in answer
        with line(who) as opened, pytest.raises(ConnectionError):
            opened.sendall(sent)
            drop_by_drop(opened)
    assert (kept(world), stored(site)) == ([], [])
    with line(writer) as opened:
        body = start(writer, "files") + b"x" * 6_000 + b"\r\n--cut--\r\n"
        opened.sendall(head(writer, PAGE, f"Content-Length: {len(body)}", "Connection: close"))
        for place in range(0, len(body), 2_000):
            opened.sendall(body[place : place + 2_000])
            sleep(0.1)
        assert heard(opened).startswith(b"HTTP/1.1 303")
    assert [one.size for one in kept(world)] == [6_002]


def test_it_goes_on_after_the_finding_was_closed(
    writer: Person, sender: Program, site: Site, world: World
) -> None:
    writer.get(PAGE)
    late = Person(writer.client, writer.csrf, writer.page)
    tag = {"if-match": sender.get(ONE).headers["etag"]}
    write(writer, "2023-1-1", "done")
    hand_in(writer, "2023-1")
    for closed in (False, True):
        if closed:
            world.accept(1, at("2024-01-16T09:00"))
            tag = {"if-match": sender.get(ONE).headers["etag"]}
        send(late, "2023-1-1", "more", ("a.pdf", PDF))
        assert late.page.status_code == 409
        answer = sender.act(f"{ONE}/evidence", files={"file": ("a.pdf", PDF)}, headers=tag)
        wanted = (409, "illegal-transition") if closed else (412, "stale-version")
        assert (answer.status_code, answer.json()["code"]) == wanted
    assert (kept(world), stored(site)) == ([], [])


def test_a_kept_file_whose_digest_is_another(writer: Person, site: Site) -> None:
    write(writer, "2023-1-1", "text", ("a.pdf", PDF))
    assert writer.get("/evidence/1").content == PDF
    (path,) = stored(site)
    path.write_bytes(PDF.replace(b"1.4", b"1.5"))
    assert writer.get("/evidence/1").status_code == 404
    assert "The file “a.pdf” is missing or damaged;" in writer.words
