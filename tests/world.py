"""A commission, its organizations and their findings, acted on through the services."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlmodel import Session, col, select

from config.settings import Settings
from duban.services.acknowledge import acknowledge_letter
from duban.services.add_findings import add_finding
from duban.services.extend import grant_extension, request_extension
from duban.services.install import install
from duban.services.issue_letters import Terms, issue_letters
from duban.services.nightly import run_night
from duban.services.organizations import add_contact, add_organization
from duban.services.record_run import NightReport
from duban.services.review import accept, send_back
from duban.services.rules import Rules, load_rules
from duban.services.submit import submit
from duban.services.transition import Actor
from models.calendar import SHANGHAI
from models.database import Database
from models.deadlines import Rule
from models.escalation import Escalation, Notice
from models.finding import Finding
from models.letter import Letter
from models.message import Message
from models.organization import Contact, ContactRole, Organization
from models.periods import Period
from models.queries.submissions import notices_of
from models.transition_log import TransitionRecord
from models.transitions import Role

CLERK = Actor("clerk", Role.CLERK)
UNIT = Actor("unit", Role.ORGANIZATION)
VERIFIER = Actor("verifier", Role.VERIFIER)
SUPERVISOR = Actor("supervisor", Role.SUPERVISOR)
INSTALLED = datetime(2023, 12, 1, 9, tzinfo=SHANGHAI)
ISSUED = datetime(2023, 12, 26, 17, 30, tzinfo=SHANGHAI)


def at(text: str) -> datetime:
    """A local instant: ``2024-01-27`` is 00:10 of that night, ``2024-01-27T09:00`` as it says."""
    if "T" in text:
        return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
    return datetime.combine(date.fromisoformat(text), time(0, 10), SHANGHAI)


class World:
    """What tests do with one installation; every method is one committed act."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database, self.settings = database, settings
        with database.begin() as session:
            commission = install(session, now=INSTALLED, settings=settings)
            self.commission_id = commission.id or 0
            for role in (ContactRole.CLERK, ContactRole.SUPERVISOR):
                add_contact(session, commission, name=f"commission-{role.value}", role=role,
                            email=f"{role.value}@commission.example", language="en")  # fmt: skip

    def rules(self, session: Session) -> Rules:
        return load_rules(session, self.settings)

    def unit(
        self, code: str, *, findings: int = 1, roles: Sequence[str] = ("contact", "head"),
        language: str = "en",
    ) -> list[int]:  # fmt: skip
        """An organization with people and drafts; the ids of its findings."""
        with self.database.begin() as session:
            organization = add_organization(
                session, code=code, name=f"单位{code}", name_en=f"Unit {code}", now=INSTALLED,
                parent=session.get_one(Organization, self.commission_id),
            )  # fmt: skip
            for role in roles:
                add_contact(session, organization, name=f"{code}-{role}", role=ContactRole(role),
                            email=f"{role}@{code}.example", language=language)  # fmt: skip
            made = []
            for n in range(1, findings + 1):
                made.append(
                    add_finding(
                        session, key=f"{code}-{n}", fingerprint="", now=INSTALLED,
                        organization_id=organization.id or 0,
                        values={"text": f"finding text {code} {n}"},
                    )
                )  # fmt: skip
            session.flush()
            return [finding.id or 0 for finding in made]

    def without_office(self) -> None:
        """Nobody of the commission gets mail, neither a brief nor of late reviews."""
        with self.database.begin() as session:
            query = select(Contact).where(Contact.organization_id == self.commission_id)
            for contact in session.exec(query):
                contact.active = False
                session.add(contact)

    def issue(self, when: datetime = ISSUED, **terms: Any) -> list[str]:
        """Letters for all drafts; their numbers."""
        chosen = {"window": Period.parse, "report_window": Period.parse, "rule": Rule}
        typed = Terms(**{k: chosen[k](v) if k in chosen else v for k, v in terms.items()})
        with self.database.begin() as session:
            letters = issue_letters(
                session, now=when, actor=CLERK, rules=self.rules(session), terms=typed
            )
            return [letter.number for letter in letters]

    def acknowledge(self, finding_id: int, when: datetime) -> None:
        with self.database.begin() as session:
            finding = session.get_one(Finding, finding_id)
            letter = session.get_one(Letter, finding.letter_id)
            acknowledge_letter(session, letter, now=when, actor=UNIT, rules=self.rules(session))

    def submit(self, finding_id: int, when: datetime) -> None:
        with self.database.begin() as session:
            submit(session, [session.get_one(Finding, finding_id)], report="report text", now=when,
                   actor=UNIT, rules=self.rules(session))  # fmt: skip

    def accept(self, finding_id: int, when: datetime) -> None:
        with self.database.begin() as session:
            accept(session, [session.get_one(Finding, finding_id)], now=when, actor=VERIFIER,
                   rules=self.rules(session))  # fmt: skip

    def send_back(self, finding_id: int, when: datetime) -> None:
        with self.database.begin() as session:
            send_back(session, [session.get_one(Finding, finding_id)], reason="incomplete",
                      now=when, actor=VERIFIER, rules=self.rules(session))  # fmt: skip

    def ask(self, finding_id: int, period: str, when: datetime) -> int:
        """Ask for more time; the request's id."""
        with self.database.begin() as session:
            (request,) = request_extension(
                session, [session.get_one(Finding, finding_id)], Period.parse(period),
                reason="needs longer", now=when, by="unit", rules=self.rules(session),
            )  # fmt: skip
            return request.id or 0

    def grant(self, request_id: int, when: datetime) -> None:
        from models.extension import ExtensionRequest

        with self.database.begin() as session:
            grant_extension(session, [session.get_one(ExtensionRequest, request_id)], now=when,
                            actor=SUPERVISOR, rules=self.rules(session))  # fmt: skip

    def night(self, day: str) -> NightReport:
        """The check of one night at 00:10."""
        return run_night(
            self.database, as_of=at(day), business_date=date.fromisoformat(day), via="test",
            settings=self.settings,
        )  # fmt: skip

    def nights(self, first: str, last: str) -> list[NightReport]:
        day, end = date.fromisoformat(first), date.fromisoformat(last)
        span = (end - day).days + 1
        return [self.night(str(day + timedelta(days=n))) for n in range(span)]

    def finding(self, finding_id: int) -> Finding:
        with self.database.read() as session:
            found = session.get_one(Finding, finding_id)
            session.expunge(found)
            return found

    def history(self, finding_id: int) -> list[tuple[str, str, str]]:
        """(event, target, effective local minute) of a finding, in order."""
        with self.database.read() as session:
            query = select(TransitionRecord).where(TransitionRecord.finding_id == finding_id)
            return [
                (row.event.value, row.target.value, minute(row.effective_at))
                for row in session.exec(query.order_by(col(TransitionRecord.version)))
            ]

    def notices(self) -> list[tuple[int, str, str, str]]:
        """(finding, due date, rung, person) of every notice, sorted."""
        with self.database.read() as session:
            ids = sorted({notice.finding_id for notice in session.exec(select(Notice))})
            return sorted(
                (notice.finding_id, str(notice.due_on), notice.rung, mail.to_name)
                for finding_id in ids
                for notice, mail in notices_of(session, finding_id)
            )

    def proposals(self) -> list[tuple[int, str, str, str]]:
        """(finding, due date, rung, effective date) of every proposal, sorted."""
        with self.database.read() as session:
            return sorted(
                (row.finding_id, str(row.due_on), row.rung, str(row.effective_on))
                for row in session.exec(select(Escalation))
            )

    def messages(self, template: str | None = None) -> list[Message]:
        with self.database.read() as session:
            query = select(Message).order_by(col(Message.queued_at), col(Message.to))
            found = [m for m in session.exec(query) if template in (None, m.template)]
            for message in found:
                session.expunge(message)
            return found


def minute(instant: datetime) -> str:
    """An instant in local time, to the minute."""
    return instant.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")
