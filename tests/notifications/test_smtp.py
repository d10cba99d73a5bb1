"""Mail by a real SMTP server: accepted, refused, in doubt, and never with a smuggled header."""

from contextlib import closing
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from models.errors import BadInput
from notifications.transports import Failure, Receipt, SendFailed
from notifications.transports.smtp import SmtpTransport
from tests.notifications.certificates import self_signed
from tests.notifications.samples import WHEN, mail
from tests.notifications.servers import Postbox, free_port, smtp_server


def transport(port: int, **options: object) -> SmtpTransport:
    return SmtpTransport("127.0.0.1", port, **{"security": "none", **options})  # type: ignore[arg-type]  # a table of overrides


def send(port: int, **options: object) -> Receipt:
    with closing(transport(port, **options)) as sender:
        return sender.send(mail(), WHEN)


def parsed(box: Postbox) -> EmailMessage:
    (envelope,) = box.envelopes
    assert isinstance(envelope.content, bytes)
    return message_from_bytes(envelope.content, EmailMessage, policy=policy.default)


def test_a_message_is_accepted_whole() -> None:
    with smtp_server(Postbox()) as box:
        receipt = send(box.port)
    message = parsed(box)
    assert receipt.answer == "taken as 4711"
    assert (box.envelopes[0].mail_from, box.envelopes[0].rcpt_tos) == (
        "duban@duban.example", ["head@a.example"],
    )  # fmt: skip
    assert {name: str(message[name]) for name in message if name != "Content-Type"} == {
        "Message-ID": "<a1b2@duban.example>",
        "Date": "Sat, 27 Jan 2024 00:30:00 +0000",
        "From": "示例区纪委监委 <duban@duban.example>",
        "To": "单位负责人 <head@a.example>",
        "Subject": "[逾期1天] 示纪函〔2023〕12号",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "In-Reply-To": "<t.1.2@duban.example>",
        "References": "<t.1.2@duban.example>",
        "Reply-To": "office@duban.example",
        "MIME-Version": "1.0",
    }
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative", "text/plain", "text/html",
    ]  # fmt: skip
    text, html = (part.get_content().strip() for part in message.iter_parts())
    assert (text, html) == ("正文", "<p>正文</p>")


@pytest.mark.parametrize(
    ("answers", "failure"),
    [
        ({"sender": "550 sender not allowed"}, Failure.UNREACHABLE),
        ({"rcpt": "550 no such user"}, Failure.NO_SUCH_ADDRESS),
        ({"rcpt": "450 try later"}, Failure.TEMPORARY),
        ({"data": "554 refused"}, Failure.PERMANENT),
        ({"data": "452 no space"}, Failure.TEMPORARY),
    ],
)
def test_a_refusal_is_permanent_or_temporary(answers: dict[str, str], failure: Failure) -> None:
    box = Postbox(**answers)  # type: ignore[arg-type]  # only its texts
    with smtp_server(box), pytest.raises(SendFailed) as caught:
        send(box.port)
    assert (caught.value.failure, box.envelopes) == (failure, [])
    assert caught.value.message == next(iter(answers.values()))


def test_nobody_is_there() -> None:
    with pytest.raises(SendFailed) as caught:
        send(free_port())
    assert caught.value.failure is Failure.UNREACHABLE


def test_no_answer_after_the_text_is_in_doubt() -> None:
    with smtp_server(Postbox(delay=2)) as box, pytest.raises(SendFailed) as caught:
        send(box.port, answer_seconds=0.2)
    assert caught.value.failure is Failure.IN_DOUBT


def test_without_tls_nothing_is_sent_in_the_clear() -> None:
    with smtp_server(Postbox()) as box, pytest.raises(SendFailed) as caught:
        send(box.port, security="starttls")
    assert (caught.value.failure, box.envelopes) == (Failure.UNREACHABLE, [])


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # the test server's own, see below
@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize(
    ("trusted", "password"), [(True, "right"), (True, "wrong"), (False, "right")]
)
def test_tls_with_a_certificate_and_a_password(
    folder: Path, monkeypatch: pytest.MonkeyPatch, security: str, trusted: bool, password: str
) -> None:
    context = self_signed(folder / "server.pem")
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(folder / "server.pem"))
    # The server does not see that its whole socket is wrapped, so it is told to allow sign-in.
    options: dict[str, Any] = (
        {"ssl_context": context, "auth_require_tls": False}
        if security == "tls"
        else {"tls_context": context}
    )
    box = Postbox()
    with smtp_server(box, authenticator=signs_in, auth_required=True, **options):
        signed_in = {"security": security, "user": "duban", "password": password}
        if trusted and password == "right":
            send(box.port, **signed_in)
            assert len(box.envelopes) == 1
            return
        with pytest.raises(SendFailed) as caught:
            send(box.port, **signed_in)
    # Both are the installation's to mend; the mail itself is right and waits.
    assert (caught.value.failure, box.envelopes) == (Failure.UNREACHABLE, [])


def test_one_connection_carries_many_mails_and_outlives_refusals() -> None:
    with smtp_server(Postbox()) as box, closing(transport(box.port)) as sender:
        sender.send(mail(), WHEN)
        box.rcpt = "550 no such user"
        with pytest.raises(SendFailed):
            sender.send(mail(), WHEN)
        box.rcpt, box.data = "250 OK", "452 no space"
        with pytest.raises(SendFailed):
            sender.send(mail(), WHEN)
        box.data = "250 taken"
        sender.send(mail(), WHEN)
    assert (len(box.envelopes), box.connections) == (2, 1)


def test_a_connection_that_went_away_is_made_anew() -> None:
    with smtp_server(Postbox()) as box, closing(transport(box.port)) as sender:
        sender.send(mail(), WHEN)
        box.sender = "421 idle for too long"
        box.then_sender = "250 OK"
        sender.send(mail(), WHEN)
    assert (len(box.envelopes), box.connections) == (2, 2)


def test_the_archive_gets_a_copy_and_a_deaf_archive_harms_nothing() -> None:
    with smtp_server(Postbox()) as box:
        send(box.port, archive="archive@duban.example")
    (envelope,) = box.envelopes
    assert envelope.rcpt_tos == ["head@a.example", "archive@duban.example"]
    with smtp_server(Postbox(archive="550 no such user")) as box:
        send(box.port, archive="archive@duban.example")
    assert [one.rcpt_tos for one in box.envelopes] == [["head@a.example"]]


def test_the_same_mail_is_the_same_bytes() -> None:
    with smtp_server(Postbox()) as box:
        for _time in range(2):
            send(box.port)
    first, second = (one.content for one in box.envelopes)
    assert first == second


def signs_in(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    right = (data.login, data.password) == (b"duban", b"right")
    return AuthResult(success=right, handled=False)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject", "Subject\r\nBcc: everybody@a.example"),
        ("subject", "line\u2028separator"),
        ("subject", "=?utf-8?q?a=0d=0aBcc=3a_x=40a.example?="),
        ("to_name", "Head\nX-Evil: 1"),
        ("sender_name", "Office\rX-Evil: 1"),
        ("to", "head@a.example\nBcc: x@a.example"),
        ("to", "head@a.example, second@a.example"),
        ("to", "Head <head@a.example>"),
        ("reply_to", "x@a.example\r\nBcc: y@a.example"),
        ("headers", {"References": "<a@b>\r\nBcc: x@a.example"}),
    ],
)
def test_no_header_is_smuggled_in(field: str, value: object) -> None:
    with smtp_server(Postbox()) as box, pytest.raises(BadInput):
        transport(box.port).send(mail(**{field: value}), datetime(2024, 1, 1, tzinfo=UTC))
    assert box.envelopes == []
