"""Living through the demo month: every act, every night, and the diary of both."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from sqlmodel import Session

from config.settings import Settings
from duban.demo.diary import Entry, entries_of_run
from duban.demo.district import MEETING_ON, UNITS
from duban.demo.people import CLERK, add_people
from duban.demo.perform import perform
from duban.demo.script import ACTS, ISSUED_AT, Act
from duban.services.add_findings import add_finding
from duban.services.install import install, require_demo
from duban.services.issue_letters import Terms, issue_letters
from duban.services.organizations import add_contact, add_organization
from duban.services.record_run import NightReport
from duban.services.rules import load_rules
from duban.services.send_mail import send_due
from models.calendar import SHANGHAI
from models.database import Database
from models.organization import ContactRole, Organization, OrganizationKind
from models.words import contact_label

FIRST_NIGHT, LAST_NIGHT = date(2023, 12, 27), date(2024, 2, 8)

RunNight = Callable[[datetime], NightReport | None]
"""Runs the check that is due at an instant; none if it stayed out."""


def nights() -> list[date]:
    """The 44 nights of the demo, by business date."""
    count = (LAST_NIGHT - FIRST_NIGHT).days + 1
    return [FIRST_NIGHT + timedelta(days=n) for n in range(count)]


def set_up(database: Database, settings: Settings, language: str = "zh") -> Entry:
    """The district, its people and the 24 findings; letters issued on 26 December 2023."""
    with database.begin() as session:
        commission = install(session, now=ISSUED_AT, settings=settings, demo=True)
        _people(session, commission, "commission", language)
        for unit in UNITS:
            organization = add_organization(
                session, code=unit.code, name=unit.name, name_en=unit.name_en,
                kind=OrganizationKind(unit.kind), group=unit.group, parent=commission,
                now=ISSUED_AT,
            )  # fmt: skip
            _people(session, organization, unit.code, language)
            for number, (category, text) in enumerate(unit.findings, start=1):
                add_finding(
                    session, key=f"demo-{unit.code}-{number}", fingerprint="demo", now=ISSUED_AT,
                    organization_id=organization.id or 0,
                    values={"text": text, "category": category, "meeting_on": MEETING_ON},
                )  # fmt: skip
        session.flush()
        add_people(session, now=ISSUED_AT, language=language)
        rules = load_rules(session, settings)
        letters = issue_letters(
            session, now=ISSUED_AT, actor=CLERK, rules=rules, terms=Terms(meeting_on=MEETING_ON)
        )
    return Entry(
        ISSUED_AT.date(), "issued",
        {"letters": len(letters), "findings": sum(len(u.findings) for u in UNITS)},
    )  # fmt: skip


def walk(
    database: Database,
    settings: Settings,
    *,
    run: RunNight,
    on_night: Callable[[date], None] = lambda _night: None,
) -> list[Entry]:
    """Act by act and night by night to 8 February 2024; the diary of what was not quiet."""
    diary: list[Entry] = []
    acts = list(ACTS)
    for night in nights():
        due_at = datetime.combine(night, time(0, 10), SHANGHAI)
        diary += _act_until(database, settings, acts, due_at)
        report = run(due_at)
        if report is not None:
            diary += entries_of_run(database, night, report.run_id)
        send_due(database, now=datetime.combine(night, time(8, 30), SHANGHAI), settings=settings)
        on_night(night)
    end = datetime.combine(LAST_NIGHT, time(8, 30), SHANGHAI)
    diary += _act_until(database, settings, acts, end)
    with database.begin() as session:
        installation = require_demo(session)
        installation.demo_now = end
        session.add(installation)
    return diary


def _act_until(
    database: Database, settings: Settings, acts: list[Act], until: datetime
) -> list[Entry]:
    entries: list[Entry] = []
    while acts and acts[0].at < until:
        act = acts.pop(0)
        with database.begin() as session:
            entries += perform(session, act, load_rules(session, settings))
    return entries


def _people(session: Session, organization: Organization, code: str, language: str) -> None:
    roles = (
        (ContactRole.SUPERVISOR, ContactRole.CLERK)
        if organization.kind is OrganizationKind.COMMISSION
        else (ContactRole.CONTACT, ContactRole.HEAD, ContactRole.LEADER_IN_CHARGE)
    )
    for role in roles:
        add_contact(
            session, organization, name=contact_label(role), role=role,
            email=f"{role}.{code}@demo.example", language=language,
        )  # fmt: skip
