"""Bad input to the API: every one is refused in a sentence, none is an error of ours."""

import json
import socket
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from config import clock
from duban.services.accounts import switch
from duban.services.tokens import make_token, revoke_token
from models.account import Account
from models.api_token import ApiToken
from models.finding import Finding
from models.queries.accounts import account_by_login
from models.rights import TokenScope
from models.submission import Submission
from tests.web.api import Program, program, token_of
from tests.web.site import Site
from tests.world import World

ONE = "/findings/2023-1-1"


@pytest.fixture
def unit(site: Site, world: World) -> Program:
    world.unit("a")
    world.issue()
    return program(site, "unit", "organization", "a")


def refused(answer: Any) -> tuple[int, str]:
    """Status and code; every refusal is a problem in JSON."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["type"] == f"/problems/{body['code']}"
    return answer.status_code, body["code"]


def test_odd_names_are_absent(unit: Program) -> None:
    for name in ("0", "-1", "2023-1-1%00", "%2e%2e%2f", "2023-1-01 ", "9" * 30, "٣", "%0A1",
                 "2023-1-1;x", "F" * 36, "%ff%fe"):  # fmt: skip
        for path in (f"/findings/{name}", f"/findings/{name}/why", f"/letters/{name}/findings",
                     f"/organizations/{name}", f"/extensions/{name}"):  # fmt: skip
            assert refused(unit.get(path)) == (404, "not-found"), path


def test_a_body_says_nothing_about_who_acts(unit: Program, world: World) -> None:
    for name, value in (("organization_id", 1), ("state", "rectified"), ("due_at", "2030-01-01"),
                        ("role", "clerk"), ("created_at", "x"), ("by", "somebody")):  # fmt: skip
        answer = unit.act(f"{ONE}/submissions", {"report": "done", name: value}, seen=ONE)
        assert refused(answer) == (422, "validation")
        assert answer.json()["errors"] == [
            {"pointer": f"/{name}", "code": "extra-forbidden",
             "detail": "There is no such field here."}
        ]  # fmt: skip
        assert refused(unit.act("/letters/2023-1/acknowledge", {name: value}))[0] == 422
    assert world.finding(1).version == 1


def test_a_body_reads_in_one_way_only(unit: Program, world: World) -> None:
    bodies = (
        b'{"report": "a", "report": "b"}', b'{"report": NaN}', b'{"report": 1e400}',
        b'{"report": -Infinity}', b'{"report": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        b"\xef\xbb\xbf" + b'{"report": "a"}', b'{"report": "\xff"}', b'{"report": "\\ud800"}',
        b'{"report": "a"} {}', b"[]", b"null", b'"report"', b"{", b"", b'{"report": "\\u0000"}',
        b'{"report": "  "}', b'{"report": 5}', b'{"report": ' + b"9" * 5_000 + b"}",
    )  # fmt: skip
    for body in bodies:
        answer = unit.client.post(
            f"{ONE}/submissions", content=body,
            headers={"idempotency-key": "k", "if-match": '"1"', "content-type": "application/json"},
        )  # fmt: skip
        assert refused(answer) == (422, "validation"), body[:40]
    with world.database.read() as session:
        assert session.exec(select(Submission)).all() == []


def test_a_body_is_what_it_says(unit: Program) -> None:
    good = b'{"report": "a"}'
    for kind, extra, body, status in (
        ("text/plain", {}, good, 415),
        ("application/x-www-form-urlencoded", {}, b"report=a", 415),
        ("application/json; charset=gbk", {}, good, 415),
        ("application/json", {"content-encoding": "gzip"}, good, 415),
        ("application/json", {}, b'{"report": "' + b"a" * 2_000_000 + b'"}', 413),
        ("application/json", {"cookie": "x" * 40_000}, good, 431),
    ):
        headers = {"idempotency-key": "k", "if-match": '"1"', "content-type": kind} | extra
        answer = unit.client.post(f"{ONE}/submissions", content=body, headers=headers)
        assert refused(answer)[0] == status, (kind, extra)


def test_every_parameter_is_known(unit: Program) -> None:
    for query, pointer in (
        ("limit=0", "?limit"), ("limit=-1", "?limit"), ("limit=1000000000", "?limit"),
        ("limit=x", "?limit"), ("sort=remark", "?sort"), ("organization_id=2", "?organization_id"),
        ("state=late", "?state"), ("due_from=2024-02-30", "?due_from"), ("rung=x", "?rung"),
        ("due_from=0001-01-01", "?due_from"), ("due_from=1704067200", "?due_from"), ("cursor=x", "?cursor"), ("text=" + "x" * 201, "?text"),
        ("fields=", "?fields"), ("due_from=2024-02-02&due_to=2024-02-01", "?due_from"),
        ("access_token=x", "?access_token"), ("text=a%00b", "?text"),
    ):  # fmt: skip
        answer = unit.get(f"/findings?{query}")
        assert refused(answer) == (422, "validation"), query
        assert [one["pointer"] for one in answer.json()["errors"]] == [pointer], query


def test_a_cursor_is_one_s_own(site: Site, world: World) -> None:
    world.unit("a", findings=3)
    world.issue()
    clerk, other = program(site, "clerk", "clerk"), program(site, "other", "clerk")
    cursor = clerk.get("/findings?limit=1").json()["next"]
    assert clerk.get("/findings", params={"cursor": cursor}).status_code == 200
    edited = cursor[:5] + ("A" if cursor[5] != "A" else "B") + cursor[6:]
    for who, path, text in (
        (other, "/findings", cursor), (clerk, "/findings", edited), (clerk, "/letters", cursor),
        (clerk, "/findings", cursor.partition(".")[0]), (clerk, "/findings", ""),
    ):  # fmt: skip
        assert refused(who.get(path, params={"cursor": text})) == (422, "validation")


def test_searches_mean_what_they_say(site: Site, world: World) -> None:
    world.unit("a", findings=2)
    with world.database.begin() as session:
        for finding in session.exec(select(Finding)):
            finding.text = "100%_a\\b'c\"" if finding.id == 1 else "plain (a+)+$"
            session.add(finding)
    clerk = program(site, "clerk", "clerk")
    for text, found in (
        ("%", 1), ("_", 1), ("\\", 1), ("'", 1), ('"', 1), ("(a+)+$", 1), ("\u202eabc", 0),
        ("😀", 0), ("e" + "\u0301" * 199, 0), ("' OR 1=1 --", 0), ("plain", 1),
    ):  # fmt: skip
        answer = clerk.get("/findings", params={"state": "draft", "text": text})
        assert len(answer.json()["items"]) == found, text


def test_only_a_token_that_is_valid_opens(site: Site, world: World) -> None:
    site.account("li", "clerk")
    good = token_of(site, "li")
    revoked, expired = token_of(site, "li"), token_of(site, "li", lasts=timedelta(microseconds=1))
    with world.database.begin() as session:
        account = account_by_login(session, "li")
        assert account is not None
        row = session.exec(select(ApiToken).order_by(ApiToken.id.desc()).offset(1)).first()  # type: ignore[union-attr]  # a column
        assert row is not None
        revoke_token(session, row, by="test", now=clock.now())
        other = Account(**account.model_dump(exclude={"id"}) | {"login": "b", "name": "b"})
        session.add(other)
        session.flush()
        _made, off = make_token(
            session, other, name="x", scopes=[TokenScope.READ], lasts=timedelta(days=1),
            now=clock.now(),
        )  # fmt: skip
        switch(session, other, False, by="test", now=clock.now())
    person = site.signed_in("li")
    cookie = person.client.cookies["duban"]
    address = site.address + "/api/v1/findings"
    none_algorithm = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJsaSJ9."
    for header in (
        None, "", "Bearer", f"Basic {good}", f"Bearer {good}x", f"Bearer {good[:-1]}",
        f"Bearer {revoked}", f"Bearer {expired}", f"Bearer {off}", f"Bearer {none_algorithm}",
        f"Bearer {cookie}", "Bearer " + "x" * 5_000,
    ):  # fmt: skip
        headers = {"cookie": f"duban={cookie}"} | (
            {} if header is None else {"authorization": header}
        )
        answer = person.client.get(address, headers=headers)
        assert refused(answer) == (401, "not-signed-in"), header
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert refused(person.client.get(address + f"?token={good}"))[0] == 401
    assert (
        person.client.get(address, headers={"authorization": f"bearer {good}"}).status_code == 200
    )
    # Who is not known learns nothing about the rest of the request.
    assert (
        person.client.post(address, content=b"{", headers={"host": "127.0.0.1"}).status_code == 405
    )


def test_a_foreign_page_gets_nothing(unit: Program) -> None:
    evil = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    preflight = unit.client.options(f"{ONE}/submissions", headers=evil)
    assert refused(preflight) == (405, "method-not-allowed")
    assert preflight.headers["allow"] == "GET, HEAD, POST"
    assert not [name for name in preflight.headers if name.startswith("access-control")]
    assert refused(unit.get("/findings", headers={"host": "evil.example"})) == (400, "validation")


def test_methods_are_what_they_are(unit: Program) -> None:
    for method in ("PUT", "DELETE", "TRACE"):
        answer = unit.client.request(method, ONE)
        assert refused(answer) == (405, "method-not-allowed")
        assert answer.headers["allow"] == "GET, HEAD, PATCH"
    override = {"x-http-method-override": "DELETE", "x-method-override": "PATCH"}
    assert unit.get(ONE, headers=override).status_code == 200


def test_requests_that_servers_read_differently(site: Site, unit: Program) -> None:
    host, port = site.address.removeprefix("http://").split(":")
    head = f"POST /api/v1{ONE}/submissions HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {unit.token}\r\n"
    for rest in (
        "Content-Length: 2\r\nContent-Length: 5\r\n\r\n{}",
        "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "X-Evil: a\r\n\x00b: c\r\n\r\n",
    ):
        with socket.create_connection((host, int(port)), timeout=10) as opened:
            opened.sendall((head + rest).encode())
            answer = opened.recv(65_536).decode()
        assert answer.startswith("HTTP/1.1 4"), answer[:60]


def test_an_error_of_ours_tells_nothing(
    unit: Program, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_arguments: object, **_named: object) -> None:
        raise RuntimeError("secret words")

    monkeypatch.setattr("duban.web.api.findings.history_of", fail)
    answer = unit.get(f"{ONE}/events")
    assert refused(answer) == (500, "unexpected")
    assert "secret words" not in answer.text
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert json.loads(answer.text)["request_id"] in caplog.text
