"""``duban run watch``: a missing check is told by mail, by exit code and by a ping that stays out."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from socket import create_server

import pytest

from config import clock as config_clock
from duban.services.rehearse import begin_rehearsal
from models.installation import Installation
from notifications import ping as pinging
from tests.command import Answer, duban
from tests.notifications.servers import Monitor, Postbox, free_port, listening, smtp_server
from tests.world import World, at

DUTY, SECOND = "duty@duban.example", "second@duban.example"
TOLD = Path("var/alarms.json")
DONE = "The nightly check of 2024-01-27 00:10 has been done."
MISSING = "The nightly check of 2024-01-27 00:10 has not been done."
MAIL = Path(__file__).parent / "golden" / "alarm.txt"
PING = ("/p?x=1", "duban", None)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The clock of the command line, to be set."""
    told = [at("2024-01-27T01:15")]
    monkeypatch.setattr(config_clock, "now", lambda: told[0])
    return told


@pytest.fixture
def monitor() -> Iterator[Monitor]:
    with listening(Monitor()) as opened:
        yield opened


@pytest.fixture
def box() -> Iterator[Postbox]:
    with smtp_server(Postbox()) as opened:
        yield opened


def settle(port: int, *to: str, ping: str | None = None, more: str = "") -> None:
    """Mail by SMTP at ``port``, and whom the watch tells."""
    url = f"ping_url = '{ping}'\n" if ping else ""
    Path("duban.toml").write_text(
        f"[mail]\ntransport = 'smtp'\nsecurity = 'none'\nport = {port}\n{more}"
        f"[watch]\nto = {json.dumps(to)}\n{url}"
    )


def mails(box: Postbox) -> list[EmailMessage]:
    contents = [envelope.content for envelope in box.envelopes]
    return [message_from_bytes(one, EmailMessage, policy=policy.default) for one in contents]


def text_of(mail: EmailMessage) -> str:
    return next(mail.iter_parts()).get_content()


def recipients(box: Postbox) -> list[str]:
    return [address for envelope in box.envelopes for address in envelope.rcpt_tos]


def seen(answer: Answer) -> tuple[int, list[str], list[str]]:
    return answer.code, answer.out.splitlines(), answer.err.splitlines()


def test_a_check_that_is_there_is_a_ping_and_no_mail(
    world: World, clock: list[datetime], box: Postbox, monitor: Monitor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    settle(box.port, DUTY, ping=monitor.url)
    world.night("2024-01-27")
    assert seen(duban("run", "watch")) == (0, [DONE, "The monitor was pinged."], [])
    assert duban("run", "watch", "--json").data == {
        "as_of": "2024-01-27T01:15:00+08:00", "missing": False, "grace_minutes": 60,
        "expected": "2024-01-27T00:10:00+08:00", "last_success": "2024-01-27T00:10:00+08:00",
        "pinged": True, "alarms": [], "told": [], "told_before": [], "would_tell": [], "not_told": [],
    }  # fmt: skip
    assert seen(duban("run", "watch", "--dry-run")) == (
        0, [DONE, "The monitor would be pinged; a dry run and a demo ping nobody."], [],
    )  # fmt: skip
    assert (monitor.heard, box.envelopes, TOLD.exists()) == ([PING, PING], [], False)
    unheard = "The monitor of “watch.ping_url” was not reached: "
    for status in (500, 302):
        monitor.status = status
        assert seen(duban("run", "watch")) == (0, [DONE], [f"{unheard}the answer was {status}"])
    assert len(monitor.heard) == 4
    monkeypatch.setattr(pinging, "LONGEST_WAIT", 0.2)
    with create_server(("127.0.0.1", 0)) as silent:
        for port, why in ((silent.getsockname()[1], "ReadTimeout"), (free_port(), "ConnectError")):
            settle(box.port, DUTY, ping=f"http://127.0.0.1:{port}/")
            code, said, (remark,) = seen(duban("run", "watch"))
            assert (code, said, remark.startswith(f"{unheard}{why}: ")) == (0, [DONE], True)


def test_a_missing_night_is_mailed_once_with_no_ping(
    world: World, clock: list[datetime], box: Postbox, monitor: Monitor
) -> None:
    settle(box.port, DUTY, ping=monitor.url)
    world.night("2024-01-26")
    clock[0] = at("2024-01-27T01:09")
    assert duban("run", "watch").code == 0
    assert (monitor.heard, box.envelopes) == ([PING], [])
    monitor.heard.clear()
    clock[0] = at("2024-01-27T01:10")
    assert seen(duban("run", "watch")) == (3, [MISSING, f"An alarm was mailed to {DUTY}."], [])
    (mail,) = mails(box)
    subject = "[异常] 2024-01-27 00:10的夜间检查未完成 / [Alarm] Nightly check of 2024-01-27 00:10 is missing"
    assert (mail["To"], mail["Subject"]) == (DUTY, subject)
    assert mail["From"] == "示例区纪委监委 <duban@duban.example>"
    text, html = (part.get_content() for part in mail.iter_parts())
    assert text.replace("\r\n", "\n") == MAIL.read_text(encoding="utf-8")
    pieces = ('<html lang="zh">', '<tr lang="en">', "<tr>")
    assert [html.count(piece) for piece in pieces] == [1, 5, 5]
    before = [MISSING, f"An alarm was mailed in the last 24 hours to {DUTY}."]
    for later in ("2024-01-27T01:25", "2024-01-28T01:09"):
        clock[0] = at(later)
        assert seen(duban("run", "watch")) == (3, before, [])
    settle(box.port, DUTY, SECOND, DUTY, ping=monitor.url)
    assert seen(duban("run", "watch")) == (
        3, [MISSING, f"An alarm was mailed to {SECOND}.", before[1]], [],
    )  # fmt: skip
    clock[0] = at("2024-01-28T01:10")
    answer = duban("run", "watch", "--json")
    assert (answer.code, answer.data["told"]) == (3, [DUTY, SECOND])
    about = [mail["Subject"].rpartition(" of ")[2] for mail in mails(box)]
    assert about == ["2024-01-27 00:10 is missing"] * 2 + ["2024-01-28 00:10 is missing"] * 2
    assert len({mail["Message-ID"] for mail in mails(box)}) == 4
    assert monitor.heard == []
    world.night("2024-01-28")
    assert (duban("run", "watch").code, monitor.heard) == (0, [PING])


def test_a_mail_that_did_not_leave_is_tried_again(world: World, clock: list[datetime]) -> None:
    settle(free_port(), DUTY)
    code, said, (remark,) = seen(duban("run", "watch"))
    assert (code, said) == (3, [MISSING])
    assert remark.startswith(f"No alarm reached {DUTY}: ConnectionRefusedError: ")
    assert remark.endswith("; it is tried again at the next call.")
    box = Postbox(rcpt="450 try later")
    with smtp_server(box):
        settle(box.port, DUTY)
        assert duban("run", "watch", "--json").data["not_told"] == [
            {"to": DUTY, "answer": "450 try later"}
        ]
        box.rcpt = "250 OK"
        assert duban("run", "watch", "--json").data["told"] == [DUTY]
        assert (duban("run", "watch").code, recipients(box)) == (3, [DUTY])


def test_what_came_of_the_night_is_in_the_mail(
    world: World, clock: list[datetime], box: Postbox
) -> None:
    settle(box.port, DUTY)
    world.night("2024-01-27")
    for state in ("stopped", "failed"):
        with world.database.begin() as session:
            session.connection().exec_driver_sql(f"UPDATE nightly_runs SET state = '{state}'")
        TOLD.unlink(missing_ok=True)
        assert duban("run", "watch").code == 3
    texts = [" ".join(text_of(mail).split()) for mail in mails(box)]
    english = [text.partition("The nightly check")[2] for text in texts]
    pieces = ("What came of it: stopped by the brake", "What came of it: failed",
              "No check has done all its work yet.", "duban run confirm", "duban up")  # fmt: skip
    assert [[piece in text for piece in pieces] for text in english] == [
        [True, False, True, True, False], [False, True, True, False, True],
    ]  # fmt: skip


def test_a_database_that_cannot_be_used_is_an_alarm(
    world: World, clock: list[datetime], box: Postbox, monitor: Monitor
) -> None:
    settle(box.port, DUTY, ping=monitor.url)
    world.night("2024-01-27")
    world.database.close()
    file = Path("var/duban.db")
    file.rename("var/away.db")
    why = "There is no database at var/duban.db; create it with “duban init”."
    told = f"{why} An alarm was mailed to {DUTY}."
    before = f"{why} An alarm was mailed in the last 24 hours to {DUTY}."
    assert seen(duban("run", "watch")) == (10, [], [told])
    (mail,) = mails(box)
    subject = "[异常] 督办数据库无法使用 / [Alarm] The database of Duban cannot be used"
    assert mail["Subject"] == subject
    assert "var" not in text_of(mail)
    answer = duban("run", "watch", "--json")
    assert (answer.code, answer.problem["told_before"]) == (10, [DUTY])
    clock[0] += timedelta(hours=23, minutes=59)
    assert seen(duban("run", "watch")) == (10, [], [before])
    clock[0] += timedelta(minutes=1)
    assert seen(duban("run", "watch")) == (10, [], [told])
    box.rcpt = "550 no such user"
    clock[0] += timedelta(hours=24)
    assert seen(duban("run", "watch")) == (
        10, [], [f"{why} No alarm reached {DUTY}: 550 no such user; it is tried again at the next call."],
    )  # fmt: skip
    assert "would be mailed" in duban("run", "watch", "--dry-run").err
    assert (len(box.envelopes), monitor.heard) == (2, [])
    Path("var/away.db").rename(file)
    clock[0] = at("2024-01-27T01:15")
    assert (duban("run", "watch").code, monitor.heard) == (0, [PING])


def test_nothing_leaves_in_a_dry_run_a_rehearsal_and_a_demo(
    world: World, clock: list[datetime], box: Postbox, monitor: Monitor
) -> None:
    settle(box.port, DUTY, SECOND, ping=monitor.url)
    held = (
        3,
        [MISSING, f"An alarm would be mailed to {DUTY}, {SECOND}; in a dry run, a rehearsal or a demo none leaves."],
        [],
    )  # fmt: skip
    assert seen(duban("run", "watch", "--dry-run")) == held
    with world.database.begin() as session:
        begin_rehearsal(session, by="admin", now=clock[0])
    assert seen(duban("run", "watch")) == held
    world.night("2024-01-27")
    assert (duban("run", "watch").code, monitor.heard) == (0, [PING])  # a ping is no mail
    with world.database.begin() as session:
        installation = session.get_one(Installation, 1)
        installation.demo, installation.demo_now = True, at("2024-01-28T09:00")
        session.add(installation)
    code, said, remarks = seen(duban("run", "watch"))
    assert (code, said[0], said[1:], remarks) == (3, MISSING.replace("27", "28"), held[1][1:], [])
    world.night("2024-01-28")
    assert duban("run", "watch", "--json").data["pinged"] is False
    assert (box.envelopes, len(monitor.heard), TOLD.exists()) == ([], 1, False)


def test_what_cannot_be_remembered_is_mailed_again(
    world: World, clock: list[datetime], box: Postbox
) -> None:
    settle(box.port, DUTY)
    told = [MISSING, f"An alarm was mailed to {DUTY}."]
    assert seen(duban("run", "watch")) == (3, told, [])
    for broken in ("", "{", "[]", '{"night 2024-01-27": {"duty@duban.example": "soon"}}',
                   '{"night 2024-01-27": {"duty@duban.example": "2034-01-27T01:00:00+08:00"}}'):  # fmt: skip
        TOLD.write_text(broken)
        assert seen(duban("run", "watch")) == (3, told, []), broken
    Path("file").write_text("")
    Path("duban.toml").write_text("data_dir = 'file'\n" + Path("duban.toml").read_text())
    assert seen(duban("run", "watch")) == (
        3, told, ["The folder “data_dir” cannot be written (File exists), so the next call mails again."],
    )  # fmt: skip
    assert len(box.envelopes) == 7


def test_a_set_up_by_which_no_alarm_could_leave_is_told_before_it_is_needed(
    world: World, clock: list[datetime], monitor: Monitor
) -> None:
    settle(25, "duty", ping=monitor.url)
    wrong = "“watch.to”: “duty” is not an e-mail address; write it like zhang@unit.example."
    reason = "“mail.user” is set, so “mail.password_file” must name the file of its password."
    assert seen(duban("config", "check")) == (9, [], [wrong])
    world.night("2024-01-27")
    assert seen(duban("run", "watch")) == (9, [], [wrong])
    settle(25, DUTY, ping=monitor.url, more="user = 'duban'\n")
    assert seen(duban("run", "watch")) == (9, [], [reason])
    assert monitor.heard == []
    clock[0] = at("2024-01-28T09:00")
    assert seen(duban("run", "watch")) == (
        3, [MISSING.replace("27", "28")],
        [f"No alarm reached {DUTY}: {reason[:-1]}; it is tried again at the next call."],
    )  # fmt: skip


def test_exit_code_mail_and_silence_stand_alone(
    world: World, clock: list[datetime], box: Postbox, monitor: Monitor
) -> None:
    """The banner and the 503 do too: ``tests/web/test_health.py`` sets neither mail nor ping."""
    clock[0] = at("2023-12-02T01:00")
    assert seen(duban("run", "watch")) == (0, ["The first nightly check is still to come."], [])
    clock[0] = at("2024-01-27T09:00")
    assert seen(duban("run", "watch")) == (
        3, [MISSING], ["Nobody is mailed: “watch.to” names no address."],
    )  # fmt: skip
    assert duban("status", "--check").code == 3
    settle(box.port, DUTY)
    assert (duban("run", "watch").code, recipients(box)) == (3, [DUTY])
    settle(free_port(), ping=monitor.url)
    assert (duban("run", "watch").code, monitor.heard) == (3, [])
    world.night("2024-01-27")
    assert (duban("run", "watch").code, monitor.heard) == (0, [PING])
