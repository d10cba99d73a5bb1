"""Two organizations with everything that addresses lead to, and the names of it; for access."""

import re
from dataclasses import dataclass

from sqlmodel import col, select

from duban.services.propose_change import CALENDAR, propose
from models.escalation import Escalation
from models.extension import ExtensionRequest
from models.finding import Finding
from models.letter import Letter
from models.message import Message
from models.organization import Contact, Organization
from models.tables import metadata
from tests.web.one_of_each import amended
from tests.world import World, at

OWN, OTHER = "north", "south"
LETTER_OF = {"C": "clerk", "V": "verifier", "S": "supervisor", "O": "organization",
             "A": "administrator", "L": "auditor"}  # fmt: skip
"""The roles of accounts by their letters in the tables."""
SMALL = ("subtree", "unit")
"""Visitors who see the first organization and nothing of the second."""


@dataclass(frozen=True)
class Names:
    """What a path's places are filled with to mean one organization's things."""

    letter: str
    finding: str
    code: str
    number: int
    contact: int
    message: str
    proposal: int
    run: int
    year: int
    change: int = 1
    upload: str = "0" * 32
    view: int = 999_999

    def fill(self, path: str) -> str:
        """The address that ``path`` means."""
        letters = path.startswith("/letters/{reference}")
        for place, value in (
            ("{reference}", self.letter if letters else self.finding),
            ("{code}", self.code),
            ("/contacts/{number}", f"/contacts/{self.contact}"),
            ("/changes/{number}", f"/changes/{self.change}"),
            ("/tokens/{number}", "/tokens/999999"),
            ("/escalations/{number}", f"/escalations/{self.proposal}"),
            ("/messages/{number}", f"/messages/{self.message}"),
            ("/imports/{number}", f"/imports/{self.upload}"),
            ("/views/{number}", f"/views/{self.view}"),
            ("/runs/{number}", f"/runs/{self.run}"),
            ("/nights/{number}", f"/nights/{self.run}"),
            ("{number:int}", str(self.contact)),
            ("{number}", str(self.number)),
            ("{message_id}", self.message),
            ("{version}", "2"),
            ("{year}", str(self.year)),
        ):
            path = path.replace(place, value)
        return re.sub(r"\{\w+\}", "nothing", path)

    def hidden_in(self, text: str, path: str) -> str:
        """``text`` without the names that ``path`` was filled with."""
        asked = self.fill(path).split("/")
        for place, name in zip(path.split("/"), asked, strict=True):
            if "{" in place:
                text = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", "…", text)
        return text


NOTHING = Names("2031-9", "2031-9-9", "nowhere", 999_999, 999_999, "0" * 32, 999_999, 999_999, 2099,
                change=999_999)  # fmt: skip


def live(world: World) -> None:
    """Receipts, reports, requests, proposals and mails of two; a draft of a third one."""
    for code in (OWN, OTHER):
        first, second, _silent = world.unit(code, findings=3)
        world.issue(at("2024-01-02T09:00"))
        world.acknowledge(first, at("2024-01-03T09:00"))
        world.ask(first, "5wd", at("2024-01-20T09:00"))
        world.submit(second, at("2024-01-20T09:00"))
    world.unit("east")
    with world.database.begin() as session:
        now, rules = at("2024-02-19T09:00"), world.rules(session)
        propose(session, CALENDAR, amended(), by="clerk", now=now, rules=rules)
    world.night("2024-02-20")


def names_of(world: World, code: str) -> Names:
    """The names of one organization's things."""
    with world.database.read() as session:
        organization = session.exec(select(Organization).where(Organization.code == code)).one()
        letter = session.exec(select(Letter).where(Letter.organization_id == organization.id)).one()
        finding = session.exec(
            select(Finding).where(Finding.organization_id == organization.id, Finding.item == 1)
        ).one()
        request = session.exec(
            select(ExtensionRequest).where(ExtensionRequest.finding_id == finding.id)
        ).one()
        contact = session.exec(
            select(Contact).where(Contact.organization_id == organization.id)
        ).first()
        message = session.exec(
            select(Message).where(Message.organization_id == organization.id)
        ).first()
        proposal = session.exec(
            select(Escalation)
            .join(Finding, col(Finding.id) == col(Escalation.finding_id))
            .where(Finding.organization_id == organization.id)
        ).first()
        assert contact is not None and message is not None and proposal is not None
        return Names(
            f"{letter.year}-{letter.sequence}", f"{letter.year}-{letter.sequence}-1", code,
            request.id or 0, contact.id or 0, message.id, proposal.id or 0, 1, 2024,
        )  # fmt: skip


def rows_of(world: World) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but those that remember who came."""
    coming = {"sign_ins", "account_events", "sign_in_delays"}
    with world.database.read() as session:
        return {
            table.name: sorted(map(tuple, session.connection().execute(table.select())), key=repr)
            for table in metadata.sorted_tables
            if table.name not in coming
        }
