"""``duban run watch`` on mail and calendars: each cause once a day, by another process than mail's."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from config import clock as config_clock
from models.calendar import shipped_calendar
from models.delivery_event import DeliveryEvent, EventSource, Heard
from models.message import Message, MessageState
from tests.cli.test_watch import DUTY, mails, settle, text_of
from tests.command import duban
from tests.notifications.servers import Monitor, Postbox, free_port, listening, smtp_server
from tests.world import World, at

NINE = at("2024-01-29T09:00")
"""A working day; its night is done in every test."""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The clock of the command line, to be set."""
    told = [NINE]
    monkeypatch.setattr(config_clock, "now", lambda: told[0])
    return told


@pytest.fixture
def box() -> Iterator[Postbox]:
    with smtp_server(Postbox()) as opened:
        yield opened


def put(world: World, state: str, n: int = 1, **more: Any) -> None:
    """``n`` mails in a state, attempted an hour and a minute before nine."""
    when = more.pop("when", NINE - timedelta(minutes=61))
    template = more.pop("template", "issued")
    with world.database.begin() as session:
        known = len(session.exec(select(Message.id)).all())
        for number in range(known, known + n):
            session.add(
                Message(
                    id=f"{number:032}", step_key=f"test:{number}", template=template,
                    organization_id=world.commission_id, to="x@unit.example", to_name="X",
                    language="en", queued_at=when, next_attempt_at=when, attempted_at=when,
                    attempts=1, state=MessageState(state), **more,
                )
            )  # fmt: skip


def alarms(*more: str) -> list[tuple[str, str]]:
    """What stands, and since when, by the local minute; nobody is mailed."""
    found = duban("run", "watch", "--json", "--dry-run", *more).data["alarms"]
    return [(one["about"], str(datetime.fromisoformat(one["since"]).astimezone())) for one in found]


def about() -> list[str]:
    return [name for name, _since in alarms()]


def test_mail_that_could_have_left_for_half_an_hour(
    world: World, clock: list[datetime], box: Postbox
) -> None:
    """Queued on Friday a quarter before the day's mail ends; nights and days of rest do not count."""
    with listening(Monitor()) as monitor:
        settle(box.port, DUTY, ping=monitor.url)
        world.unit("a", roles=("contact",))
        world.issue(at("2023-12-29T17:15"))
        world.night("2024-01-02")
        seen = {}
        for now in ("2023-12-29T17:45", "2024-01-01T12:00", "2024-01-02T08:45", "2024-01-02T08:46"):
            clock[0] = at(now)
            seen[now] = about()
        assert list(seen.values()) == [[], [], [], ["mail-queued"]]
        answer = duban("run", "watch")
        assert (answer.code, answer.out.splitlines(), answer.err) == (3, [
            "The nightly check of 2024-01-02 00:10 has been done.",
            "1 mail could have left more than half an hour ago and has not.",
            f"An alarm was mailed to {DUTY}.", "The monitor was pinged.",
        ], "")  # fmt: skip
        (mail,) = mails(box)
        said = " ".join(text_of(mail).split())
        assert said.rpartition(" Open: ")[0].rpartition("1 mail could")[2] == (
            " have left more than half an hour ago and has not. Since 2023-12-29 17:15. On the "
            "machine that runs Duban see whether duban serve, duban up or the Prefect worker is "
            "running. Then: duban mail send. It says why mails do not leave. If nothing is done, "
            "organizations are not told of letters and last days while their periods run."
        )
        assert mail["Subject"].endswith(" / [Alarm] Mail does not leave")
        assert "a-contact" not in mail.as_string()
        clock[0] += timedelta(hours=3)
        assert "in the last 24 hours" in duban("run", "watch").out
        clock[0] += timedelta(hours=21)
        world.night("2024-01-03")
        assert f"An alarm was mailed to {DUTY}." in duban("run", "watch").out
        assert len(box.envelopes) == 2
        monitor.heard.clear()
        Path("var/alarms.json").unlink()
        settle(free_port(), DUTY, ping=monitor.url)
        assert (duban("run", "watch").code, monitor.heard) == (3, [])  # nobody else can be told
        assert duban("mail", "send").code == 1
        clock[0] += timedelta(hours=2)
        assert about() == ["mail-queued"]  # put off after a failure, and still not gone


def test_doubt_what_is_held_and_what_comes_back(
    world: World, clock: list[datetime], box: Postbox
) -> None:
    settle(box.port, DUTY)
    world.night("2024-01-29")
    put(world, "in-doubt", when=NINE - timedelta(minutes=59))
    put(world, "accepted", 18)
    put(world, "bounced")
    assert about() == []  # of 19 mails none is told
    put(world, "refused", when=NINE - timedelta(hours=25))
    assert about() == []
    put(world, "delivered")
    assert about() == []  # one in twenty is not more than that
    put(world, "refused")
    assert alarms() == [("mail-bounces", str((NINE - timedelta(days=1)).astimezone()))]
    put(world, "sending", template="digest")
    put(world, "held", when=NINE - timedelta(minutes=5))
    hour = str((NINE - timedelta(minutes=61)).astimezone())
    assert alarms() == [
        ("mail-in-doubt", hour),
        ("mail-held", str((NINE - timedelta(minutes=5)).astimezone())),
        ("mail-bounces", str((NINE - timedelta(days=1)).astimezone())),
    ]
    answer = duban("run", "watch", "--json")
    assert [(one["says"], one["told"]) for one in answer.data["alarms"]] == [
        ("Of 1 mail nobody knows whether the mail server took it, and no proof has come.", [DUTY]),
        ("1 mail may have arrived or not; no proof was found, and it leaves no more by itself.",
         [DUTY]),
        ("Of the 21 mails of the last 24 hours 2 were refused or came back.", [DUTY]),
    ]  # fmt: skip
    assert (answer.code, answer.data["told"], answer.data["pinged"]) == (3, [DUTY], False)
    assert len({mail["Subject"] for mail in mails(box)}) == 3
    with world.database.begin() as session:
        for mail in session.exec(
            select(Message).where(col(Message.state).in_(("held", "sending")))
        ):
            mail.state = MessageState.ACCEPTED
    clock[0] += timedelta(minutes=1)
    assert about() == ["mail-in-doubt", "mail-bounces"]


def test_a_provider_that_falls_silent(world: World, clock: list[datetime]) -> None:
    world.night("2024-01-29")
    hooked = "[mail]\ntransport = 'sendgrid'\nwebhook_key = 'MFkw'\n"
    taken = NINE - timedelta(minutes=60)
    put(world, "accepted", accepted_at=taken, when=taken)
    Path("duban.toml").write_text(hooked.replace("webhook_key", "reply_to"))
    assert about() == []
    Path("duban.toml").write_text(hooked)
    assert alarms() == [("mail-events-silent", str(taken.astimezone()))]
    clock[0] -= timedelta(minutes=1)
    assert about() == []
    clock[0] = NINE
    with world.database.begin() as session:
        session.add(
            DeliveryEvent(key="k", message_id="0" * 32, heard=Heard.PROCESSED, at=taken,
                          source=EventSource.WEBHOOK, received_at=taken + timedelta(seconds=1))
        )  # fmt: skip
    assert about() == []


def test_a_night_that_broke_is_told_before_its_grace_and_a_calendar_that_is_missing(
    world: World, clock: list[datetime], box: Postbox
) -> None:
    settle(box.port, DUTY)
    world.night("2024-01-28")
    world.night("2024-01-29")
    clock[0] = at("2024-01-29T00:30")
    for state in ("failed", "stopped"):
        with world.database.begin() as session:
            session.connection().exec_driver_sql(
                f"UPDATE nightly_runs SET state = '{state}' WHERE business_date = '2024-01-29'"
            )
        answer = duban("run", "watch")
        assert answer.out.splitlines()[:2] == [
            "The nightly check of 2024-01-28 00:10 has been done.",
            "The nightly check of 2024-01-29 00:10 has not been done. What came of it: "
            + {"failed": "failed", "stopped": "stopped by the brake"}[state],
        ]
        assert answer.code == 3
    assert len(box.envelopes) == 1  # one night is one cause
    with world.database.begin() as session:
        session.connection().exec_driver_sql("UPDATE nightly_runs SET confirmed_by = 'wang'")
    assert about() == []
    last = max(shipped_calendar().covered_years)
    for day, found in ((f"{last}-11-30T09:00", []), (f"{last}-12-01T09:00", [last + 1])):
        world.night(day[:10])
        clock[0] = at(day)
        assert about() == [f"calendar-missing-{year}" for year in found]
