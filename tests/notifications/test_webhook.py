"""SendGrid's events: who signed them, and what they tell, however they are written."""

import hmac
import json
from base64 import b64decode, b64encode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any

import pytest

from config.errors import ConfigurationInvalid
from models.delivery_event import DeliveryEvent, Heard
from models.errors import BadInput
from notifications.webhook import SIGNATURE, check_key, is_signed, read_events
from tests.notifications.signing import private_key, public_text, signed
from tests.shared_data import shared

NOW = datetime(2024, 1, 27, 0, 30, tzinfo=UTC)
THEN = datetime(2017, 12, 15, 0, 59, 29, tzinfo=UTC)
BODY = b'[{"event":"delivered","oid":"a1"}]\r\n'


def told(*events: Any) -> list[DeliveryEvent]:
    return read_events(json.dumps(events).encode(), NOW)


def test_the_published_signatures_are_judged_as_published() -> None:
    vectors = json.loads(shared("sendgrid/eventwebhook-signature-vectors.json").read_text())
    found = {}
    for vector in vectors["vectors"]:
        try:
            found[vector["name"]] = is_signed(
                vector["public_key_b64_der"], vector["signature_header"],
                vector["timestamp_header"], b64decode(vector["body_b64"]),
            )  # fmt: skip
        except ConfigurationInvalid:
            found[vector["name"]] = False
    assert found == {vector["name"]: vector["expect_valid"] for vector in vectors["vectors"]}
    assert sorted(found.values()) == [False] * 7 + [True] * 2


def test_only_these_bytes_by_this_key_are_signed() -> None:
    key, headers = public_text(private_key()), signed(BODY)
    right, time = headers[SIGNATURE], "1600112502"
    assert is_signed(key, right, time, BODY)
    by_hmac = b64encode(hmac.digest(key.encode(), time.encode() + BODY, "sha256")).decode()
    der = b64decode(right)
    wrong = [
        "", "x", by_hmac, right[:-1], right[:-4], right + "=", right + "\n", f" {right}",
        f"{right[:10]} {right[10:]}", urlsafe_b64encode(der + b"\xff\xfe").decode(),
        b64encode(der + b"\0").decode(), b64encode(der[:-1]).decode(), der.hex(), "签名",
        signed(BODY, key=private_key("another"))[SIGNATURE],
    ]  # fmt: skip
    assert [one for one in wrong if is_signed(key, one, time, BODY)] == []
    bodies = [
        b"", BODY.strip(), BODY + b" ", BODY.replace(b"\r\n", b"\n"), BODY.replace(b":", b": "),
        json.dumps(json.loads(BODY)).encode(), BODY.decode().encode("utf-16"), BODY[:-5],
    ]  # fmt: skip
    assert [one for one in bodies if is_signed(key, right, time, one)] == []
    times = ["", "1600112503", "1600112502 ", "１６００１１２５０２", "160011250"]
    assert [one for one in times if is_signed(key, right, one, BODY)] == []


def test_a_key_is_what_sendgrid_shows_or_is_named() -> None:
    text = public_text(private_key())
    assert check_key(text) is check_key(text)
    for wrong in ("", "x", text[:-2], f"{text}\n", "SG.key", b64encode(b"no key").decode()):
        with pytest.raises(ConfigurationInvalid, match=r"mail\.webhook_key"):
            check_key(wrong)


def test_every_published_event_is_read() -> None:
    published = json.loads(shared("sendgrid/eventwebhook-sample-events.json").read_text())
    found = read_events(published["batch_all_docs_events_as_posted"].encode(), NOW)
    assert [(one.heard, one.at, one.provider_id, one.address, one.reason) for one in found] == [
        (Heard.PROCESSED, THEN, "14c5d75ce93", "example@test.com", None),
        (Heard.DROPPED, THEN, "14c5d75ce93", "example@test.com", "5.0.0 Bounced Address"),
        (Heard.DELIVERED, THEN, "14c5d75ce93", "example@test.com", "250 OK"),
        (Heard.DEFERRED, THEN, "14c5d75ce93", "example@test.com", "400 try again later"),
        (Heard.BOUNCED, THEN, "14c5d75ce93", "example@test.com", "5.0.0 500 unknown recipient"),
    ]
    (old,) = told(published["extra"]["event"])
    assert (old.heard, old.at.year, old.message_id) == (Heard.DELIVERED, 2016, None)
    ours = published["extra"]["event"] | {"smtp-id": "<0123456789abcdef@duban.example>"}
    assert [one.message_id for one in told(ours)] == ["0123456789abcdef"]


def test_the_same_told_again_has_the_same_key() -> None:
    event = {"event": "delivered", "oid": "a1", "email": "x@a.example", "timestamp": 1513299569}
    same = [
        event, event | {"sg_event_id": "2"}, event | {"timestamp": "1513299569"},
        event | {"timestamp": 1513299569.0, "category": ["a"], "tls": 1}, event | {"email": "X@A.example"},
    ]  # fmt: skip
    assert len({one.key for one in told(*same)}) == 1
    number = event | {"sg_message_id": "abc.filter0001.1.0"}
    assert len({one.key for one in told(number, number | {"sg_message_id": "abc.recvd-2"})}) == 1
    others = [event | {"oid": "a2"}, event | {"event": "bounce"}, event | {"timestamp": 1},
              event | {"email": "archive@a.example"}, number]  # fmt: skip
    assert len({one.key for one in told(event, *others)}) == 6


def test_a_broken_event_does_not_lose_the_others() -> None:
    good = {"event": "bounce", "oid": "a1", "email": "x@a.example", "timestamp": 1513299569}
    strange: list[Any] = [
        None, 7, [], "bounce", {}, {"event": ["bounce"]}, {"event": "open"}, {"event": "new-kind"},
        {"event": "click", "url": "http://a.example"}, {"event": "spamreport"},
    ]  # fmt: skip
    assert [one.message_id for one in told(*strange, *[good] * 118)] == ["a1"] * 118
    deep = b'{"event":"bounce","x":' + b"[" * 20_000 + b"]" * 20_000 + b"}"
    digits = b'{"event":"bounce","oid":"long","timestamp":' + b"9" * 5_000 + b"}"
    quoted = b'{"event":"bounce","oid":"q","reason":"],[{\\"\\\\"}'
    parts = [json.dumps(good).encode(), deep, digits, b"{nonsense}", quoted]
    found = read_events(b"[" + b",".join(parts) + b"]", NOW)
    assert [one.message_id for one in found] == ["a1", "long", "q"]


def test_times_and_texts_that_cannot_be_are_kept_as_far_as_they_can() -> None:
    times: list[Any] = [None, True, "soon", "", [], {}, -1, 0, 1e400, "nan", 10**30, 1706402000000]
    for time in times:
        (found,) = told({"event": "bounce", "oid": "a1", "timestamp": time})
        assert found.at == NOW, time
    (found,) = told(
        {"event": "bounce", "oid": "a\0b", "email": "x\ud800@a.example\r\n", "timestamp": 1513299569.5,
         "reason": "no\0 such\n user " + "长" * 600, "type": "blocked"}
    )  # fmt: skip
    assert (found.message_id, found.address, found.at.microsecond) == (None, "x?@a.example", 500000)
    assert found.reason == ("blocked no such user " + "长" * 600)[:500]
    assert [one.message_id for one in told({"event": "bounce", "oid": "f" * 33})] == [None]


def test_what_is_no_list_is_refused() -> None:
    for body in (b"", b"{}", b"null", b'{"event":"bounce"}', b"[", b"[}", b"[]]", b"x[]", b"\xff\xfe[",
                 b'["\\"' + b'\\"' * 500_000):  # fmt: skip
        with pytest.raises(BadInput):
            read_events(body, NOW)
    assert read_events(b"[]", NOW) == []
