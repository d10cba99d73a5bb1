"""SendGrid calls: what is signed is kept, what is not changes nothing, and order does not matter."""

import hmac
import json
import random
from base64 import b64encode
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from typing import Any

import httpx
import pytest
from sqlalchemy import func
from sqlmodel import Session, col, select

from config.settings import MailSettings, Settings
from models.database import Database, open_database
from models.delivery_event import DeliveryEvent
from models.message import Message, MessageState
from notifications.webhook import SIGNATURE, TIMESTAMP
from tests.notifications.signing import private_key, public_text, signed
from tests.services.outbox_rows import LEFT, mail, put
from tests.web.conftest import Rented
from tests.web.site import Site
from tests.world import ISSUED, World

HOOK = "/hooks/sendgrid"
KEY = public_text(private_key())
KINDS = ("processed", "deferred", "delivered", "bounce", "dropped")
SEED = 20240127


@pytest.fixture
def world(database: Database) -> World:
    """A commission that SendGrid tells what became of mails."""
    return World(database, Settings(mail=MailSettings(webhook_key=KEY)))


@pytest.fixture
def caller(site: Site) -> Iterator[httpx.Client]:
    """A program that has no session and came from no page of ours."""
    with httpx.Client(base_url=site.address, timeout=30) as client:
        yield client


def event(number: str, kind: str, seconds: int = 60) -> dict[str, Any]:
    return {
        "event": kind, "oid": number, "email": "x@a.example", "sg_event_id": random.random(),
        "timestamp": int(LEFT.timestamp()) + seconds, "sg_message_id": f"{number}.recvd.0",
        "reason": f"{kind} {seconds}",
    }  # fmt: skip


def post(caller: httpx.Client, *events: Any, **headers: str) -> int:
    body = json.dumps(events).encode()
    return caller.post(HOOK, content=body, headers=signed(body) | headers).status_code


def rows(world: World) -> int:
    with world.database.read() as session:
        return session.exec(select(func.count()).select_from(DeliveryEvent)).one()


def test_what_is_signed_is_kept_whenever_it_comes(caller: httpx.Client, world: World) -> None:
    put(world, "a1", MessageState.IN_DOUBT)
    put(world, "c1", MessageState.CANCELLED)
    elsewhere = {"sec-fetch-site": "cross-site", "origin": "https://elsewhere.example"}
    batch = [event("a1", "delivered"), event("a1", "open"), event("c1", "bounce"), None,
             event("f" * 40, "bounce"), event("a1", "click")]  # fmt: skip
    assert post(caller, *batch, **elsewhere) == 204
    assert (mail(world, "a1").state, mail(world, "c1").state) == ("delivered", "cancelled")
    assert rows(world) == 3
    # Told 46 times, a day late, each time with another event id; then what came before it.
    again = [event("a1", "delivered") for _ in range(46)]
    assert post(caller, *again, event("a1", "processed", 1)) == 204
    assert (mail(world, "a1").state, rows(world)) == ("delivered", 4)
    large = event("a1", "deferred") | {"reason": "x" * 16_000}
    assert post(caller, *[large | {"timestamp": n} for n in range(128)]) == 204
    assert rows(world) == 4 + 128


def test_what_is_refused(
    caller: httpx.Client, world: World, rented: tuple[Rented, str], folder: Any
) -> None:
    put(world, "a1", MessageState.ACCEPTED)

    def answer(body: bytes, **headers: str) -> tuple[int, str]:
        found = caller.post(HOOK, content=body, headers=signed(body) | headers)
        assert found.headers["content-type"] == "application/problem+json"
        assert found.headers["cache-control"] == "no-store"
        return found.status_code, found.json()["code"]

    good = json.dumps([event("a1", "bounce")]).encode()
    assert answer(b'{"event":"bounce","oid":"a1"}') == (400, "validation")
    assert answer(b"no JSON") == (400, "validation")
    assert answer(b"[" + b" " * 2 * 1024 * 1024 + b"]") == (413, "too-large")
    assert answer(good, **{"content-encoding": "gzip"}) == (415, "validation")
    assert caller.get(HOOK).status_code == 405
    twice = [*signed(good).items(), (SIGNATURE, signed(good)[SIGNATURE])]
    assert caller.post(HOOK, content=good, headers=twice).status_code == 403
    house, _address = rented
    for key, wanted in ((None, (404, "not-found")), ("MFkw", (503, "unavailable"))):
        mail_settings = MailSettings(webhook_key=key)
        house.move_in(world.settings.model_copy(update={"mail": mail_settings}), world.database)
        assert answer(good) == wanted
    with open_database(Settings().database_url, busy_seconds=0.05) as impatient:
        house.move_in(world.settings, impatient)
        with world.database.begin() as session:
            # Somebody else writes for longer than it can wait.
            session.connection().exec_driver_sql("UPDATE messages SET attempts = attempts")
            assert answer(good) == (503, "unavailable")
        assert (mail(world, "a1").state, rows(world)) == ("accepted", 0)
        assert post(caller, *json.loads(good)) == 204
    assert (mail(world, "a1").state, rows(world)) == ("bounced", 1)


def forgeries(body: bytes) -> Iterator[dict[str, str]]:
    """Headers that no owner of the key made for this body."""
    right, other = signed(body), signed(body, key=private_key("another"))
    by_hmac = hmac.digest(KEY.encode(), b"1600112502" + body, "sha256")
    yield {}
    yield {SIGNATURE: right[SIGNATURE]}
    yield {TIMESTAMP: right[TIMESTAMP]}
    yield other
    yield right | {SIGNATURE: b64encode(by_hmac).decode()}
    yield right | {TIMESTAMP: "1600112503"}
    yield right | {SIGNATURE: right[SIGNATURE][:-4]}
    yield right | {SIGNATURE: "anything"}
    yield signed(body.replace(b", ", b","))
    yield signed(json.dumps(json.loads(body), indent=1).encode())
    yield signed(body + b"\n")


def test_what_is_forged_changes_nothing(caller: httpx.Client, world: World, whole: bool) -> None:
    put(world, "a1", MessageState.IN_DOUBT)
    body = json.dumps([event("a1", "bounce"), event("a1", "delivered")]).encode()
    wrong = list(islice(cycle(forgeries(body)), 1_000 if whole else 110))
    answers = [caller.post(HOOK, content=body, headers=one).status_code for one in wrong]
    assert answers == [403] * len(wrong)
    assert (mail(world, "a1").state, rows(world)) == ("in-doubt", 0)
    assert caller.post(HOOK, content=body, headers=signed(body)).status_code == 204


def test_ten_thousand_events_in_any_order(caller: httpx.Client, world: World, whole: bool) -> None:
    """Told in order once, and repeated and shuffled: the same end."""
    count, times = (10_000, 50) if whole else (500, 3)
    order = random.Random(SEED)
    stories = [order.sample(KINDS, order.randint(1, 5)) for _ in range(count // 2)]
    every = [
        (n, kind, 60 + place) for n, story in enumerate(stories) for place, kind in enumerate(story)
    ]
    told = every[:count]
    assert len(told) == count
    for story in ("told", "shuffled"):
        stock(world, story, len(stories))
    send(caller, [event(f"told-{n}", kind, seconds) for n, kind, seconds in told])
    for _turn in range(times):
        order.shuffle(told)
        send(caller, [event(f"shuffled-{n}", kind, seconds) for n, kind, seconds in told])
    with world.database.read() as session:
        first, second = (ends(session, story) for story in ("told", "shuffled"))
    assert first == second, f"seed {SEED}"
    assert {end[0] for end in first} == {"in-doubt", "accepted", "delivered", "bounced"}
    assert rows(world) == 2 * count


def stock(world: World, story: str, count: int) -> None:
    """So many mails in doubt."""
    with world.database.begin() as session:
        session.add_all(
            Message(
                id=f"{story}-{n}", step_key=f"{story}:{n}", template="reset", organization_id=1,
                to="x@a.example", to_name="x", language="en", state=MessageState.IN_DOUBT,
                queued_at=ISSUED, next_attempt_at=ISSUED, attempts=1, attempted_at=LEFT,
            )
            for n in range(count)
        )  # fmt: skip


def send(caller: httpx.Client, events: Sequence[dict[str, Any]]) -> None:
    """In batches as large as SendGrid's are."""
    for start in range(0, len(events), 128):
        assert post(caller, *events[start : start + 128]) == 204


def ends(session: Session, story: str) -> list[tuple[Any, ...]]:
    """Everything that what is told can change, mail by mail."""
    query = select(
        Message.state, Message.answer, Message.accepted_at, Message.delivered_at,
        Message.bounced_at, Message.attempts,
    )  # type: ignore[call-overload]  # six columns; it knows four  # fmt: skip
    found = session.exec(query.where(col(Message.id).startswith(story)).order_by(Message.id))
    return [tuple(row) for row in found]
