"""Mails that came back, as servers write them, and mails that only look like it."""

from datetime import UTC, datetime

import pytest

from models.blame import blames_address
from models.delivery_event import Heard
from models.errors import BadInput
from notifications.returned_mail import Returned, read_returned
from tests.notifications.returned import DATE, answer, bounce, original, read_receipt, report

AT = datetime(2024, 1, 27, 1, tzinfo=UTC)
TO = "x@a.example"


def the_one(content: bytes) -> Returned:
    (found,) = read_returned(content)
    return found


@pytest.mark.parametrize(
    ("action", "status", "said", "heard", "reason", "at_fault"),
    [
        ("failed", "5.1.1", "550 5.1.1 User unknown", Heard.BOUNCED, "550 5.1.1 User unknown", True),
        ("failed", "5.2.2", "552 Mailbox full", Heard.BOUNCED, "5.2.2 552 Mailbox full", False),
        ("failed", "4.4.7", "delivery time expired", Heard.BOUNCED, "4.4.7 delivery time expired", False),
        ("failed", "5.7.1", "554 refused as spam", Heard.BOUNCED, "5.7.1 554 refused as spam", False),
        ("failed", "5.1.1 (no such mailbox)", "550 用户不存在", Heard.BOUNCED, "5.1.1 550 用户不存在", True),
        ("Delayed", "4.2.1", "450 4.2.1 greylisted", Heard.DEFERRED, "450 4.2.1 greylisted", False),
        ("delivered", "2.0.0", "250 2.0.0 OK", Heard.DELIVERED, "250 2.0.0 OK", True),
        ("relayed", "2.0.0", "", Heard.PROCESSED, "2.0.0", True),
    ],
)  # fmt: skip
def test_a_report_tells_what_became_of_it(
    action: str, status: str, said: str, heard: Heard, reason: str, at_fault: bool
) -> None:
    found = the_one(report("a1", action, status, said, words="您的邮件未能送达。"))
    assert found == Returned(heard, ("a1",), (TO, TO), DATE, AT, reason)
    assert blames_address(reason) is at_fault


def test_our_number_stands_in_different_places() -> None:
    for content in (
        report("a1", "failed", "5.1.1", "no", returned="headers"),
        report("a1", "failed", "5.1.1", "no", envelope="a1", returned=""),
        report("b2", "failed", "5.1.1", "no", envelope="a+31", returned="")
        .replace(b"report-type", b"x-type").replace(b"multipart/report", b"multipart/mixed"),
    ):  # fmt: skip
        assert the_one(content).numbers == ("a1",)
    forwarded = the_one(report("a1", "failed", "5.1.1", "no", final="boss@elsewhere.example"))
    assert forwarded.addresses == (TO, "boss@elsewhere.example")
    assert read_returned(report("a1", "unheard-of", "5.0.0", "no")) == []
    international = report("a1", "failed", "5.1.1", "no").replace(
        b"message/delivery-status", b"message/global-delivery-status"
    )
    assert the_one(international).addresses == (TO, TO)


def test_bounces_in_nobodys_form() -> None:
    words = f"Hi.\nI was not able to deliver to <{TO}>:\n550 5.1.1 no such user\n"
    wanted = Returned(Heard.BOUNCED, ("a1",), (TO,), DATE, AT, "550 5.1.1 no such user")
    assert the_one(bounce("a1", words)) == wanted
    assert the_one(bounce("a1", words, attached=False)) == wanted
    assert the_one(bounce("a1", "See below.", X_Failed_Recipients=TO)).addresses == (TO,)
    chinese = f"很抱歉，您的邮件未能送达 {TO}。\n原因：550 收件人不存在。\n"
    found = the_one(bounce("a1", chinese, sender="PostMaster@mx.example", charset="gb18030"))
    assert (found.heard, found.addresses, found.reason) == (
        Heard.BOUNCED, (TO,), "原因：550 收件人不存在。"
    )  # fmt: skip
    late = bounce("a1", words, subject="Warning: message delayed 24 hours")
    assert the_one(late).heard is Heard.DEFERRED


def test_a_copy_is_known_by_its_own_number() -> None:
    found = the_one(original("a1"))
    sent = "Sat, 27 Jan 2024 00:30:00 +0000"
    assert found == Returned(
        Heard.SEEN, ("a1",), (TO,), sent, datetime(2024, 1, 27, 0, 30, tzinfo=UTC)
    )


def test_answers_of_people_name_no_mail_of_ours() -> None:
    quoted = f"> Message-ID: <a1@duban.example>\n> To: {TO}\n"
    for content in (
        answer("a1"), answer("a1", Auto_Submitted="auto-replied", Return_Path="<>"),
        answer("a1", quoted), bounce("a1", f"{TO} forwards this.", sender="y@a.example"),
        read_receipt("a1"),
    ):  # fmt: skip
        named = {number for one in read_returned(content) for number in one.numbers}
        assert "a1" not in named
    assert read_returned(read_receipt("a1")) == []


def test_what_is_no_mail_is_refused_and_what_is_broken_is_read_as_far_as_it_goes() -> None:
    for content in (b"", b"\0\0\0", b"no headers at all", b"\xff\xfe" * 50):
        with pytest.raises(BadInput):
            read_returned(content)
    whole = report("a1", "failed", "5.1.1", "550 no")
    for cut in range(0, len(whole), 197):
        for content in (whole[:cut], whole[:cut] + b"\xff\x00\xfe" + whole[cut:]):
            try:
                found = read_returned(content)
            except BadInput:
                continue
            assert {one.heard for one in found} <= {Heard.BOUNCED, Heard.SEEN}
    strange = whole.replace(b"Date: Sat, 27", b"Date: =?x?q?=00?= 99").replace(b"utf-8", b"no-such")
    assert the_one(strange).at is None
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(3000)
    )
    with pytest.raises(BadInput):
        read_returned(deep)
