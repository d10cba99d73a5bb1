"""The demo month: its diary, and the same end whatever happened to the nights."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from config.settings import MailSettings, Settings
from duban.demo.diary import Entry
from duban.demo.walk import LAST_NIGHT, RunNight, nights, set_up, walk
from duban.services.catch_up import catch_up
from duban.services.nightly import run_night
from duban.services.record_run import NightReport
from models.calendar import civil_date
from models.database import Database, open_database
from models.escalation import Escalation, Notice
from models.finding import Finding
from models.message import Message
from models.transition_log import TransitionRecord
from tests.mail.threads import threads
from tests.places import Places

DIARY = [
    ("2023-12-26", "issued", {"letters": 10, "findings": 24}),
    ("2023-12-29", "receipt", {"findings": 5, "organizations": 2}),
    ("2024-01-03", "receipt", {"findings": 3, "organizations": 1}),
    ("2024-01-19", "reminder", {"findings": 10, "organizations": 4}),
    ("2024-01-22", "granted", {"unit": "liulin", "until": "2024-02-08"}),
    ("2024-01-23", "reminder", {"findings": 7, "organizations": 3}),
    ("2024-01-25", "reminder", {"findings": 5, "organizations": 2}),
    ("2024-01-27", "overdue", {"findings": 5, "organizations": 2}),
    ("2024-01-30", "review", {"findings": 2, "organizations": 1}),
    ("2024-01-30", "late-report", {"unit": "slj", "findings": 2}),
    ("2024-02-01", "reminder", {"findings": 3, "organizations": 1}),
    ("2024-02-02", "proposal", {"rung": "circular", "findings": 5, "organizations": 2}),
    ("2024-02-05", "reminder", {"findings": 3, "organizations": 1}),
    ("2024-02-08", "proposal", {"rung": "summons", "findings": 5, "organizations": 2}),
]
SKIPPED = [date(2023, 12, 29), date(2024, 1, 3), date(2024, 1, 19), date(2024, 1, 20),
           date(2024, 1, 25), date(2024, 1, 27), date(2024, 1, 28), date(2024, 1, 30),
           date(2024, 2, 2), date(2024, 2, 5)]  # fmt: skip


class Month:
    """The demo month lived through in one database."""

    def __init__(self, database: Database, mails: Path) -> None:
        self.database = database
        self.mails = mails
        self.settings = Settings(mail=MailSettings(folder=mails))
        self.diary = [set_up(database, self.settings)]

    def walk(self, run: RunNight) -> None:
        self.diary += walk(self.database, self.settings, run=run)

    def check(self, due_at: datetime) -> NightReport | None:
        return catch_up(self.database, as_of=due_at, settings=self.settings, via="demo")

    def check_once_more(self, due_at: datetime) -> NightReport | None:
        first = self.check(due_at)
        run_night(self.database, as_of=due_at, business_date=civil_date(due_at), via="demo",
                  settings=self.settings)  # fmt: skip
        return first

    def check_on(self, chosen: Collection[date]) -> RunNight:
        return lambda due_at: self.check(due_at) if due_at.date() in chosen else None

    def end(self) -> dict[str, Any]:
        """Everything that lasts; reminders aside, of which missed ones collapse."""
        with self.database.read() as session:
            return {
                "findings": [_finding(f) for f in _all(session, Finding, Finding.key)],
                "history": sorted(
                    (r.finding_id, r.version, r.event, r.source, r.target, r.effective_at, r.actor)
                    for r in _all(session, TransitionRecord, TransitionRecord.id)
                ),
                "proposals": sorted(
                    (p.finding_id, p.due_on, p.rung, p.effective_on, p.state)
                    for p in _all(session, Escalation, Escalation.id)
                ),
                "urged": sorted(
                    (n.finding_id, n.due_on, n.rung, n.effective_on)
                    for n in _all(session, Notice, Notice.id)
                    if n.rung == "urge"
                ),
                "told": sorted(
                    (m.template, m.to, m.subject)
                    for m in _all(session, Message, Message.id)
                    if m.run_id is None and m.template != "brief"
                ),
            }


def _finding(finding: Finding) -> tuple[Any, ...]:
    values = finding.model_dump(exclude={"id", "created_at", "settled_at"})
    return tuple(values[name] for name in sorted(values))


def _all(session: Session, table: type[Any], order: Any) -> list[Any]:
    return list(session.exec(select(table).order_by(col(order))))


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory, places: Places) -> Iterator[Month]:
    """The month with every night run once."""
    home = tmp_path_factory.mktemp("month")
    with places.migrated(home) as url, open_database(url) as database:
        month = Month(database, home)
        month.walk(month.check)
        yield month


@pytest.fixture
def month(database: Database, folder: Path) -> Month:
    return Month(database, folder)


def test_the_diary(lived: Month) -> None:
    assert [(str(e.day), e.what, e.facts) for e in lived.diary] == DIARY
    assert lived.diary[0] == Entry(date(2023, 12, 26), "issued", {"letters": 10, "findings": 24})
    assert len(nights()) == 44


def test_where_everything_stands_in_the_end(lived: Month) -> None:
    with lived.database.read() as session:
        found = _all(session, Finding, Finding.key)
        assert [(f.key, f.state, f.on_time_original, f.on_time, f.returns) for f in found] == [
            *((f"demo-jtj-{n}", "rectified", True, True, 0) for n in (1, 2)),
            *((f"demo-jy-{n}", "rectified", True, True, 0) for n in (1, 2, 3)),
            *((f"demo-liulin-{n}", "rectified", False, True, 0) for n in (1, 2, 3)),
            *((f"demo-nyncj-{n}", "rectified", True, True, 0) for n in (1, 2)),
            *((f"demo-qinghe-{n}", "rectified", True, True, 0) for n in (1, 2, 3)),
            *((f"demo-scjg-{n}", "rectified", True, True, 0) for n in (1, 2)),
            *((f"demo-slj-{n}", "rectified", False, False, 1) for n in (1, 2)),
            *((f"demo-wjj-{n}", "rectified", True, True, 0) for n in (1, 2)),
            *((f"demo-wlj-{n}", "overdue", None, None, 0) for n in (1, 2)),
            *((f"demo-zjj-{n}", "overdue", None, None, 0) for n in (1, 2, 3)),
        ]


def test_the_end_is_the_same_when_ten_nights_are_skipped(lived: Month, month: Month) -> None:
    month.walk(month.check_on([night for night in nights() if night not in SKIPPED]))
    assert month.end() == lived.end()


def test_the_end_is_the_same_when_every_night_is_run_twice(lived: Month, month: Month) -> None:
    month.walk(month.check_once_more)
    assert month.end() == lived.end()
    with month.database.read() as session, lived.database.read() as other:
        twice, once = (len(_all(s, Message, Message.id)) for s in (session, other))
    assert twice == once


def test_the_end_is_the_same_when_all_is_run_in_one_go(lived: Month, month: Month) -> None:
    month.walk(month.check_on([LAST_NIGHT]))
    assert month.end() == lived.end()


def test_the_mails_are_files_and_hold_no_finding_text(lived: Month) -> None:
    with lived.database.read() as session:
        texts = [finding.text for finding in _all(session, Finding, Finding.key)]
        mails = _all(session, Message, Message.id)
        session.expunge_all()
    sent = {mail.id for mail in mails if mail.state == "accepted"}
    assert {path.stem for path in (lived.mails / "demo").iterdir()} == sent
    assert len(sent) > len(nights())
    assert [m.id for m in mails for text in texts if text in m.text + m.html + m.subject] == []


def test_in_each_mailbox_a_letter_is_one_conversation(lived: Month) -> None:
    """As programs for mail see it; what is about no letter is in no letter's conversation."""
    with lived.database.read() as session:
        letters = {m.id: m.letter_id for m in _all(session, Message, Message.id)}
    boxes: defaultdict[str, list[EmailMessage]] = defaultdict(list)
    for path in sorted((lived.mails / "demo").iterdir()):
        mail = message_from_bytes(path.read_bytes(), EmailMessage, policy=policy.default)
        boxes[mail["To"].addresses[0].addr_spec].append(mail)
    longest = 0
    for box, mails in boxes.items():
        found = [[letters[str(m["Message-ID"])[1:33]] for m in one] for one in threads(mails)]
        assert [one for one in found if len({*one}) > 1] == [], box
        told = [one[0] for one in found if one[0] is not None]
        assert len(told) == len({*told}), box
        longest = max(longest, *(len(one) for one in found if one[0] is not None), 0)
    assert longest >= 4
