"""What the gate refuses and what it puts on every answer."""

import socket

import pytest

from tests.web.site import Site

SAFE = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}


def test_every_answer_bears_the_headers(site: Site) -> None:
    for path in ("/sign-in", "/nowhere", "/me"):
        answer = site.nobody().client.get(path)
        assert {name: answer.headers[name] for name in SAFE} == SAFE
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert "server" not in answer.headers


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "[::2]", "", "127.0.0.1."]
)
def test_another_name_is_refused(site: Site, host: str) -> None:
    answer = site.nobody().client.get("/sign-in", headers={"host": host})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


def test_a_forwarded_name_changes_nothing(site: Site) -> None:
    forwarded = {"x-forwarded-host": "evil.example", "x-forwarded-proto": "https",
                 "x-forwarded-for": "10.1.1.1"}  # fmt: skip
    answer = site.nobody().client.get("/", headers=forwarded)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("TRACE / HTTP/1.1\r\nHost: {host}\r\n\r\n", 405),
        ("GET / HTTP/1.1\r\nHost: {host}\r\nHost: evil.example\r\n\r\n", 400),
        ("POST /sign-in HTTP/1.1\r\nHost: {host}\r\nContent-Length: 104857600\r\n\r\n", 413),
        ("POST /sign-in HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5\r\n"
         "Content-Encoding: gzip\r\n\r\nhello", 415),
        ("POST /sign-in HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5\r\nContent-Length: 6\r\n"
         "\r\nhello", 400),
        ("GET / HTTP/1.1\r\nHost: {host}\r\nCookie: a=" + "x" * 40_000 + "\r\n\r\n", 431),
    ],
)  # fmt: skip
def test_bytes_that_no_browser_sends(site: Site, head: str, status: int) -> None:
    host = site.address.removeprefix("http://")
    name, _colon, port = host.partition(":")
    with socket.create_connection((name, int(port)), timeout=10) as opened:
        opened.sendall(head.format(host=host).encode())
        assert opened.recv(64).split()[1] == str(status).encode()


def test_a_body_without_an_end_is_cut_off(site: Site) -> None:
    def much() -> object:
        for _ in range(40):
            yield b"login=" + b"x" * 65_536

    form = {"content-type": "application/x-www-form-urlencoded"}
    answer = site.nobody().client.post("/sign-in", headers=form, content=much())  # type: ignore[arg-type]  # a generator of bytes
    assert answer.status_code == 413
