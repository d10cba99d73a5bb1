"""What people wrote about findings leaves in no mail, no log line and no metric.

Every field in which somebody may write has a word of its own, and so have the people whom the
ledger names; then everything happens that a mail is sent about.
"""

import logging
from email import message_from_bytes
from email.policy import default
from typing import Any

import httpx
import pytest
from sqlmodel import Session, col, select

from duban.services.annul_receipt import annul_receipt
from duban.services.decide_escalation import decide
from duban.services.explain_delay import explain
from duban.services.extend import decline_extension, grant_extension, request_extension
from duban.services.note_call import note_call
from duban.services.reinstate import reinstate
from duban.services.reopen import reopen
from duban.services.rescind import rescind
from duban.services.review import accept, send_back
from duban.services.revoke import revoke_extension
from duban.services.send_mail import send_due
from duban.services.submit import submit
from duban.services.urge import urge
from duban.services.withdraw import withdraw
from models.escalation import Escalation
from models.finding import Finding
from models.letter import Letter
from models.message import MessageState
from models.periods import Period
from models.queries.findings import row_by_reference
from tests.mail.threads import threads
from tests.notifications.servers import Postbox, smtp_server
from tests.services.test_send_mail import by_smtp
from tests.web.site import Site
from tests.world import CLERK, SUPERVISOR, UNIT, VERIFIER, World, at

FIELDS = ("text", "category", "source", "raised_by", "requirement", "measures", "owner", "lead",
          "co_organizations", "remark", "ledger_due")  # fmt: skip
WRITTEN = ("report", "return", "ask", "decline", "explain", "call", "spoken", "reopen", "withdraw",
           "escalate", "take-back")  # fmt: skip
CANARIES = [f"canary-{name}" for name in (*FIELDS, *WRITTEN)]


def canary(name: str) -> str:
    """A word that stands nowhere else."""
    assert f"canary-{name}" in CANARIES
    return f"canary-{name}"


def test_no_word_about_a_finding_leaves(
    world: World, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "duban")
    first, second, third = world.unit("a", findings=3)
    with world.database.begin() as session:
        for finding in session.exec(select(Finding)):
            for name in FIELDS:
                setattr(finding, name, canary(name))
            session.add(finding)
    with smtp_server(Postbox()) as box:
        sending = by_smtp(world, box.port)
        world.issue()
        world.acknowledge(first, at("2024-01-03T09:00"))
        _month(sending, first, second, third)
        mails = [message_from_bytes(one.original_content, policy=default)  # type: ignore[arg-type]  # bytes
                 for one in box.envelopes]  # fmt: skip
        raw = [bytes(one.original_content).decode() for one in box.envelopes]  # type: ignore[arg-type]  # bytes
    sent = [one for one in world.messages() if one.state is MessageState.ACCEPTED]
    assert ({one.template for one in sent}, len(sent)) == (TOLD, len(mails))
    # Everything that a month told of one letter is one conversation in each mailbox.
    inboxes = {box: [one for one in mails if box in one["To"]] for box in ("contact@a", "head@a")}
    found = [(len(inbox) > 10, len(threads(inbox)), len({one["References"] for one in inbox}))
             for inbox in inboxes.values()]  # fmt: skip
    assert found == [(True, 1, 1)] * 2
    said = [part.get_content() for mail in mails for part in mail.walk() if not part.is_multipart()]
    metrics = httpx.get(f"{site.address}/metrics").text
    everywhere = "\n".join([*raw, *said, *map(str, mails), metrics, caplog.text])
    assert "Letter 2023-1" in everywhere  # so the words of the mails are read
    assert [word for word in CANARIES if word in everywhere] == []


TOLD = {"issued", "acknowledged", "overdue", "reminder", "extension", "submitted", "returned", "brief",
        "closed", "reopened", "withdrawn", "urged", "escalated", "taken-back"}  # fmt: skip


def _month(world: World, first: int, second: int, third: int) -> None:
    """Everything that is told by mail, with a word wherever somebody may write one."""
    database = world.database

    def of(session: Session, *ids: int) -> list[Finding]:
        return [session.get_one(Finding, one) for one in ids]

    def when(session: Session, text: str) -> dict[str, Any]:
        return {"now": at(text), "rules": world.rules(session)}

    def night(day: str) -> None:
        world.night(day)
        send(f"{day}T08:30")

    def send(instant: str) -> None:
        send_due(database, now=at(instant), settings=world.settings)

    with database.begin() as session:
        for period in ("5wd", "10wd"):
            day = "2024-01-22" if period == "5wd" else "2024-01-24"
            asked = request_extension(session, of(session, first), Period.parse(period), by="unit",
                                      reason=canary("ask"), **when(session, f"{day}T09:00"))  # fmt: skip
            if period == "5wd":
                decline_extension(session, asked, reason=canary("decline"), actor=SUPERVISOR,
                                  **when(session, f"{day}T10:00"))  # fmt: skip
            else:
                grant_extension(session, asked, actor=SUPERVISOR, **when(session, f"{day}T10:00"))
        annul_receipt(session, session.get_one(Letter, 1), reason=canary("take-back"), actor=CLERK,
                      **when(session, "2024-01-24T11:00"))  # fmt: skip
        revoke_extension(session, asked, reason=canary("take-back"), actor=SUPERVISOR,
                         **when(session, "2024-01-24T11:00"))  # fmt: skip
        grant_extension(
            session,
            request_extension(session, of(session, first), Period.parse("10wd"), by="unit",
                              reason=canary("ask"), **when(session, "2024-01-24T12:00")),
            actor=SUPERVISOR, **when(session, "2024-01-24T12:00"),
        )  # fmt: skip
    night("2024-01-25")
    night("2024-01-27")
    with database.begin() as session:
        note_call(session, session.get_one(Letter, 1), spoken_with=canary("spoken"),
                  text=canary("call"), called_at=at("2024-01-29T09:00"),
                  now=at("2024-01-29T09:00"), by=CLERK.name)  # fmt: skip
        explain(session, session.get_one(Finding, second), canary("explain"), by="unit",
                now=at("2024-01-29T09:00"))  # fmt: skip
        urge(session, [row_by_reference(session, "2023-1-3", at("2024-01-30T09:00"))], actor=CLERK,
             **when(session, "2024-01-30T09:00"))  # fmt: skip
    night("2024-02-02")
    with database.begin() as session:
        waiting = [
            one.id or 0 for one in session.exec(select(Escalation).order_by(col(Escalation.id)))
        ]
        decide(session, waiting[:1], True, reason=canary("escalate"), actor=SUPERVISOR,
               **when(session, "2024-02-02T10:00"))  # fmt: skip
        decide(session, waiting[1:], False, reason=canary("escalate"), actor=SUPERVISOR,
               **when(session, "2024-02-02T10:00"))  # fmt: skip
    send("2024-02-02T10:30")
    with database.begin() as session:
        rescind(session, waiting[:1], reason=canary("take-back"), actor=SUPERVISOR,
                **when(session, "2024-02-02T11:00"))  # fmt: skip
        submit(session, of(session, first), report=canary("report"), actor=UNIT,
               **when(session, "2024-02-05T09:00"))  # fmt: skip
        send_back(session, of(session, first), reason=canary("return"), actor=VERIFIER,
                  **when(session, "2024-02-06T09:00"))  # fmt: skip
    send("2024-02-06T09:30")
    with database.begin() as session:
        submit(session, of(session, first, second), report=canary("report"), actor=UNIT,
               **when(session, "2024-02-07T09:00"))  # fmt: skip
    night("2024-02-19")
    with database.begin() as session:
        withdraw(session, of(session, third), reason=canary("withdraw"), actor=SUPERVISOR,
                 **when(session, "2024-02-19T10:00"))  # fmt: skip
        reinstate(session, of(session, third), reason=canary("take-back"), actor=SUPERVISOR,
                  **when(session, "2024-02-19T11:00"))  # fmt: skip
        withdraw(session, of(session, third), reason=canary("withdraw"), actor=SUPERVISOR,
                 **when(session, "2024-02-19T12:00"))  # fmt: skip
        accept(session, of(session, first, second), actor=VERIFIER,
               **when(session, "2024-02-20T09:00"))  # fmt: skip
    send("2024-02-20T10:00")
    with database.begin() as session:
        reopen(session, of(session, first), reason=canary("reopen"), actor=SUPERVISOR,
               **when(session, "2024-03-11T09:00"))  # fmt: skip
    send("2024-03-11T10:00")
