"""What programs and broken lines send to the API, byte by byte: ``docs/bad-input.md`` lists it."""

import hashlib
import hmac
import json
import socket
from base64 import urlsafe_b64encode
from contextlib import suppress
from http.client import HTTPResponse
from io import BytesIO
from typing import Any

import pytest
from sqlmodel import delete, select

from models.finding import Finding
from models.message import Message
from models.submission import Submission
from models.tables import metadata
from tests.web.api import Program, program
from tests.web.site import Site
from tests.world import World

ONE, LETTER = "/findings/2023-1-1", "/letters/2023-1"
ACT = f"POST /api/v1{ONE}/submissions HTTP/1.1\r\n"
ASK = f"GET /api/v1{ONE} HTTP/1.1\r\n"
KEYED = 'Idempotency-Key: k\r\nIf-Match: "1"\r\nContent-Type: application/json\r\n'
NO_END = "Transfer-Encoding: chunked\r\n\r\n" + f"{65_536:x}\r\n{'x' * 65_536}\r\n" * 20
EXCHANGES: tuple[tuple[str, str, int], ...] = (
    # 23: bodies that do not fit into what is taken
    ("a body of 100 MB is refused before it comes",
     ACT + "{host}{token}" + KEYED + "Content-Length: 104857600\r\n\r\n", 413),
    ("a body without an end is cut off", ACT + "{host}{token}" + KEYED + NO_END, 413),
    ("a bomb that is compressed is not opened",
     ACT + "{host}{token}" + KEYED + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x08",
     415),
    # 24: requests that two servers read differently
    ("two lengths", ACT + "{host}{token}Content-Length: 2\r\nContent-Length: 5\r\n\r\n{{}}", 400),
    ("a length and pieces",
     ACT + "{host}{token}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ("a length that is no number", ACT + "{host}{token}Content-Length: +2\r\n\r\n{{}}", 400),
    ("a line break within a header", ASK + "{host}{token}X-One: a\r\n\x00b: c\r\n\r\n", 400),
    ("a header that goes on in the next line", ASK + "{host}{token}X-One: a\r\n b\r\n\r\n", 400),
    ("a blank before the colon", ASK + "{host}{token}X-One : a\r\n\r\n", 400),
    ("a cookie of 64 KB", ASK + "{host}{token}Cookie: a=" + "x" * 65_536 + "\r\n\r\n", 431),
    ("another method in a header",
     ASK + "{host}{token}X-HTTP-Method-Override: DELETE\r\nX-HTTP-Method: PUT\r\n\r\n", 200),
    ("HEAD where GET is answered", ASK.replace("GET", "HEAD") + "{host}{token}\r\n", 200),
    ("TRACE", ASK.replace("GET", "TRACE") + "{host}{token}\r\n", 405),
    ("PATCH of a list", "PATCH /api/v1/letters HTTP/1.1\r\n{host}{token}\r\n", 405),
    ("a method that HTTP does not know", ASK.replace("GET", "BREW") + "{host}{token}\r\n", 400),
    # 28: an address of 1 MB
    ("a search of 1 MB",
     "GET /api/v1/findings?text=" + "a" * 1_048_576 + " HTTP/1.1\r\n{host}{token}\r\n", 400),
    # 31: names of other hosts
    ("another host", ASK + "Host: evil.example\r\n{token}\r\n", 400),
    ("two hosts", ASK + "{host}Host: evil.example\r\n{token}\r\n", 400),
    ("no host", ASK + "{token}\r\n", 400),
    ("our name with a dot behind it", ASK + "Host: 127.0.0.1.\r\n{token}\r\n", 400),
    ("our name before another one", ASK + "Host: 127.0.0.1.evil.example\r\n{token}\r\n", 400),
    ("a host of IPv6 that is not ours", ASK + "Host: [2001:db8::1]:80\r\n{token}\r\n", 400),
    ("the loopback of IPv6", ASK + "Host: [::1]:80\r\n{token}\r\n", 200),
    ("another host in the request line",
     ASK.replace("/api", "http://evil.example/api", 1) + "Host: evil.example\r\n{token}\r\n", 400),
    ("our host in the request line, as proxies write it",
     ASK.replace("/api", "http://127.0.0.1/api", 1) + "{host}{token}\r\n", 200),
    ("two hosts, the other one in the request line",
     ASK.replace("/api", "http://evil.example/api", 1) + "{host}{token}\r\n", 200),
)  # fmt: skip
"""What is sent (``{host}`` and ``{token}`` are those that are right), and the answer's status."""


@pytest.fixture
def unit(site: Site, world: World) -> Program:
    """The organization, with two findings that were issued to it."""
    world.unit("a", findings=2)
    world.issue()
    return program(site, "unit", "organization", "a")


def code(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["code"]


def rows(world: World) -> dict[str, list[str]]:
    """Every row of every table, but when a token was last used."""
    with world.database.read() as session:
        return {
            table.name: sorted(map(repr, session.connection().execute(table.select())))
            for table in metadata.sorted_tables
            if table.name != "api_tokens"
        }


def test_what_is_sent_byte_by_byte(site: Site, world: World, unit: Program) -> None:
    before = rows(world)
    address = site.address.removeprefix("http://")
    right = {"host": f"Host: {address}\r\n", "token": f"Authorization: Bearer {unit.token}\r\n"}
    found = {name: _exchange(address, sent.format(**right)) for name, sent, _status in EXCHANGES}
    assert {name: answer.status for name, answer in found.items()} == {
        name: status for name, _sent, status in EXCHANGES
    }
    assert rows(world) == before


def _exchange(address: str, sent: str) -> HTTPResponse:
    """One connection with one request; the server may close it before it has read everything."""
    host, _colon, port = address.partition(":")
    came = b""
    with socket.create_connection((host, int(port)), timeout=10) as opened:
        with suppress(BrokenPipeError, ConnectionResetError):
            opened.sendall(sent.encode("latin-1"))
        while b"\r\n\r\n" not in came and (more := opened.recv(65_536)):
            came += more
    answer = HTTPResponse(_Bytes(came))  # type: ignore[arg-type]  # it only makes a file of it
    answer.begin()
    return answer


class _Bytes:
    """What came, as the socket that ``http.client`` reads."""

    def __init__(self, came: bytes) -> None:
        self.came = came

    def makefile(self, _mode: str) -> BytesIO:
        """A file of it, from its beginning."""
        return BytesIO(self.came)


def test_names_that_were_are_absent(site: Site, world: World, unit: Program) -> None:
    """21: what was deleted, and a known name written in another way."""
    (gone,) = world.unit("b")
    clerk = program(site, "clerk", "clerk")
    assert clerk.get(f"/findings/{gone}").status_code == 200
    with world.database.begin() as session:
        session.exec(delete(Finding).where(Finding.id == gone))  # type: ignore[arg-type]  # a column
        mail = session.exec(select(Message.id)).first()
    assert mail is not None
    assert clerk.get(f"/messages/{mail}").status_code == 200
    for path in (f"/findings/{gone}", "/findings/999", f"/messages/{mail.upper()}",
                 f"/messages/{mail}%00", f"/messages/..%2f{mail}", "/findings/../../etc/passwd",
                 "/findings/2023-1-1/../../../admin", "/findings//2023-1-1"):  # fmt: skip
        assert code(clerk.get(path)) == (404, "not-found"), path


def test_acts_out_of_their_order(site: Site, world: World, unit: Program) -> None:
    """26: what comes too late, too early, twice, or from those to whom it does not belong."""
    verifier = program(site, "verifier", "verifier")
    early = verifier.act(f"{ONE}/acceptances", seen=ONE)
    assert code(early) == (409, "illegal-transition")
    assert early.json()["allowed"] == ["acknowledge", "submit", "extend", "withdraw"]
    seen = {"if-match": unit.get(LETTER).headers["etag"]}
    first, second = (unit.act(f"{LETTER}/acknowledge", headers=seen) for _ in range(2))
    assert (first.status_code, first.json()["acknowledged"]) == (200, 2)
    assert code(second) == (412, "stale-version")
    old = {"if-match": unit.get(ONE).headers["etag"]}
    handed_in = unit.act(f"{ONE}/submissions", {"report": "done"}, key="report", headers=old)
    assert verifier.act(f"{ONE}/acceptances", seen=ONE).status_code == 201
    replayed = unit.act(f"{ONE}/submissions", {"report": "done"}, key="report", headers=old)
    assert (replayed.status_code, replayed.content) == (201, handed_in.content)
    assert code(unit.act(f"{ONE}/submissions", {"report": "done"}, headers=old)) == (
        412, "stale-version",
    )  # fmt: skip
    late = unit.act(f"{ONE}/submissions", {"report": "more"}, seen=ONE)
    assert code(late) == (409, "illegal-transition")
    again = unit.act(f"{LETTER}/acknowledge", seen=LETTER)
    assert (again.status_code, again.json()["acknowledged"]) == (200, 0)
    for path in ("/lapse", "/overdue", "/rectify"):
        assert code(unit.act(f"/findings/2023-1-2{path}")) == (404, "not-found")
    with world.database.read() as session:
        assert len(session.exec(select(Submission)).all()) == 1
    assert [[event for event, _state, _at in world.history(n)] for n in (1, 2)] == [
        ["issue", "lapse", "acknowledge", "submit", "accept"], ["issue", "lapse", "acknowledge"],
    ]  # fmt: skip


def test_lists_tell_nothing_that_is_hidden(site: Site, world: World, unit: Program) -> None:
    """27 and 28: a hidden column can neither be sorted by, nor counted through a filter."""
    with world.database.begin() as session:
        finding = session.get_one(Finding, 1)
        finding.remark, finding.text = "between us", "long meetings"
        session.add(finding)
    world.unit("b")
    for text, found in (("long", 1), ("between us", 0), ("finding text b", 0)):
        body = unit.get("/findings", params={"text": text, "state": "all"}).json()
        assert [item["remark"] for item in body["items"]] == [None] * found
    drafts = unit.get("/findings?state=draft").json()
    assert (drafts["items"], drafts["total_estimate"]) == ([], 0)
    for query in ("escalated=true", "remark=between", "sort=remark", "order_by=remark",
                  "text=" + "e" + "%CC%81" * 1_000):  # fmt: skip
        assert code(unit.get(f"/findings?{query}")) == (422, "validation"), query
    long = unit.get("/findings?text=" + "a" * 60_000)
    assert code(long) == (422, "validation")
    turned = unit.get("/findings", params={"text": "\u202egnol", "state": "all"})
    assert (turned.status_code, turned.json()["items"]) == (200, [])


def test_tokens_of_another_kind(site: Site, unit: Program) -> None:
    """29: what other systems make and sign is no token here, whatever it says of itself."""
    person = site.person("li", "clerk")
    claims = {"sub": "li", "aud": "duban", "exp": 4_102_444_800, "scope": "read"}
    made = [
        _signed({"alg": "none", "typ": "JWT"}, claims, b""),
        _signed({"alg": "HS256", "typ": "JWT"}, claims, b"secret"),
        _signed({"alg": "HS256", "kid": "../../dev/null"}, claims, b""),
        _signed({"alg": "HS256"}, claims | {"aud": "other"}, b"-----BEGIN PUBLIC KEY-----"),
        person.client.cookies["duban"], person.csrf, unit.token.upper(), f"{unit.token}, x",
    ]  # fmt: skip
    for token in made:
        answer = unit.client.get("/findings", headers={"authorization": f"Bearer {token}"})
        assert code(answer) == (401, "not-signed-in"), token
    twice = [("authorization", "Bearer x"), ("authorization", f"Bearer {unit.token}")]
    bare = unit.client.build_request("GET", "/findings", headers=twice)
    assert code(unit.client.send(bare)) == (401, "not-signed-in")


def _signed(head: dict[str, str], claims: dict[str, object], key: bytes) -> str:
    """A token of the kind that other systems use."""
    parts = [urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in (head, claims)]
    body = b".".join(parts)
    mark = hmac.new(key, body, hashlib.sha256).digest() if key else b""
    return (body + b"." + urlsafe_b64encode(mark).rstrip(b"=")).decode()


def test_requests_of_other_pages(site: Site, world: World, unit: Program) -> None:
    """30: a page elsewhere has the visitor's cookies at most, and the API takes none."""
    person = site.person("zhang", "organization", "a")
    path = f"{site.address}/api/v1{ONE}/submissions"
    for headers in (
        {"origin": "https://evil.example", "content-type": "text/plain"},
        {"sec-fetch-site": "cross-site", "content-type": "application/x-www-form-urlencoded"},
        {"origin": "null", "content-type": "application/json"},
        {},
    ):
        answer = person.client.post(path, content=b'{"report": "x"}', headers=headers)
        assert code(answer) == (401, "not-signed-in"), headers
        assert not [name for name in answer.headers if name.startswith("access-control")]
    plain = unit.client.post(
        f"{ONE}/submissions", content=b'{"report": "x"}',
        headers={"content-type": "text/plain", "idempotency-key": "k", "if-match": '"1"'},
    )  # fmt: skip
    assert code(plain) == (415, "validation")
    assert world.finding(1).version == 1


def test_names_that_a_proxy_would_send(unit: Program) -> None:
    """31: nobody is trusted to say for whom he asks; addresses are told without a host."""
    headers = {"x-forwarded-host": "evil.example", "x-forwarded-proto": "https",
               "x-forwarded-for": "203.0.113.9", "forwarded": "host=evil.example"}  # fmt: skip
    answer = unit.get("/findings?limit=1", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["link"].startswith("</api/v1/findings?limit=1&cursor=")
    assert "evil.example" not in answer.text + str(answer.headers)
