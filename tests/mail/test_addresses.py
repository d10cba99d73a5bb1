"""Addresses and headers from outside: one plain recipient, and no header that is not ours."""

import json
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from models.errors import BadInput
from notifications.mail import as_bytes, check_address
from tests.notifications.samples import mail
from tests.notifications.samples_of_nights import WHEN
from tests.shared_data import shared

STRICTER = {
    "email@[127.0.0.1]", "email@[2001:dB8::1]", "email@[2001:dB8:0:0:0:0:0:1]",
    "email@[::fffF:127.0.0.1]", "email@localhost", '"test@test"@example.com', '"\\\t"@here.com',
}  # fmt: skip
"""Valid by the letter; no office has such an address, and each hides another one somewhere."""

SMUGGLED = {
    "subject": "A 💩 subject=?UTF-8?Q?=0A?=Bcc: injected@example.com",
    "to_name": "=?utf-8?q?a=0d=0aBcc=3a_x=40a.example?=",
    "sender_name": "=?utf-8?b?DQpCY2M6IHhAYS5leGFtcGxl?=",
}
"""Encoded words that hide a line break (CVE-2024-6923), by where outside text can stand."""
BREAKS = ("\r\n", "\n", "\r", "\v", "\f", "\x00", "\x85", "\u2028", "\u2029", "\x1b")


def taken(address: object) -> bool:
    try:
        return bool(check_address(str(address or "")))
    except BadInput:
        return False


def test_addresses_as_others_judge_them() -> None:
    cases = json.loads(shared("nasty/django-email-cases.json").read_text())["cases"]
    assert len(cases) >= 60
    wrong = {case["address"] for case in cases if taken(case["address"]) is not case["valid"]}
    assert wrong == STRICTER


@pytest.mark.parametrize(
    "address",
    [
        # Two in one, or one that parsers cut at different places.
        "a@b.example,c@d.example", "a@b.example;c@d.example", "<a@b.example>,c@d.example",
        "alice@a.example)bob@b.example", "alice@a.example]@b.example", '"a b"@c.example',
        "a(comment)@b.example", "Group: a@b.example;", "a@[127.0.0.1]", "a@b@c.example",
        f"{'l' * 65}@a.example", f"a@{'d' * 60}.{'e' * 60}.{'f' * 60}.{'g' * 60}.{'h' * 60}.example",
        # Letters that other systems cannot write, and what a mail program would obey.
        "张@a.example", "@b.example:a@c.example", "|command", "-oQ/tmp@", "a@b.example ",
        "a@b.example\n", "a\r\nBcc: x@y.example@b.example",
    ],
)  # fmt: skip
def test_one_address_or_none(address: str) -> None:
    with pytest.raises(BadInput):
        check_address(address)


@pytest.mark.parametrize(
    ("address", "stored"),
    [
        ("a@漢字.example", "a@xn--p8s937b.example"),
        ("a@xn--p8s937b.example", "a@xn--p8s937b.example"),
        ("a@аррӏе.example", "a@xn--80ak6aa92e.example"),  # the look-alike is the case
        ("A.Zhang@A.EXAMPLE", "A.Zhang@a.example"),
        ("zhang+duban@a.example", "zhang+duban@a.example"),
        ("a%b.example@c.example", "a%b.example@c.example"),
        ("postmaster@a.example", "postmaster@a.example"),
    ],
)
def test_an_address_is_kept_as_it_is_sent_to(address: str, stored: str) -> None:
    assert check_address(address) == stored


@pytest.mark.parametrize("field", ["subject", "to_name", "sender_name"])
def test_no_header_takes_a_line_break(field: str) -> None:
    for hostile in (SMUGGLED[field], *(f"a{one}Bcc: x@a.example" for one in BREAKS)):
        with pytest.raises(BadInput):
            as_bytes(mail(**{field: hostile}), WHEN)


@pytest.mark.parametrize("field", ["to", "sender", "reply_to"])
def test_no_address_takes_a_line_break(field: str) -> None:
    for hostile in (SMUGGLED["to_name"], *(f"a@b.example{one}Bcc: x@a.example" for one in BREAKS)):
        with pytest.raises(BadInput):
            as_bytes(mail(**{field: hostile}), WHEN)


@pytest.mark.parametrize("name", ["In-Reply-To", "References"])
def test_no_thread_takes_a_line_break(name: str) -> None:
    for hostile in (*SMUGGLED.values(), *(f"<a@b>{one}Bcc: x@a.example" for one in BREAKS)):
        with pytest.raises(BadInput):
            as_bytes(mail(headers={name: hostile}), WHEN)


@pytest.mark.parametrize(
    "text", ["示纪函〔2023〕12号 💩", "x" * 900, "a: b\tc".replace("\t", " "), "“”" * 60]
)
def test_what_is_only_odd_arrives_whole(text: str) -> None:
    sent = mail(subject=text, to_name=text[:40])
    parsed = message_from_bytes(as_bytes(sent, WHEN), EmailMessage, policy=policy.default)
    assert parsed["Subject"] == text
    assert parsed["To"].addresses[0].display_name == text[:40]
    assert parsed["To"].addresses[0].addr_spec == sent.to
    assert parsed["Bcc"] is None
