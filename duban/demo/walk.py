"""Living through the demo month: every act, every night, and the diary of both."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlmodel import Session, col, select

from config.settings import Settings
from duban.demo.district import MEETING_ON, UNITS
from duban.demo.script import ACTS, EXTENSION, ISSUED_AT, Act
from duban.services.acknowledge import acknowledge_letter
from duban.services.add_findings import add_finding
from duban.services.catch_up import catch_up
from duban.services.extend import grant_extension, request_extension
from duban.services.install import install, require_demo
from duban.services.issue_letters import Terms, issue_letters
from duban.services.nightly import NightReport, run_night
from duban.services.organizations import add_contact, add_organization
from duban.services.review import accept, send_back
from duban.services.rules import Rules, load_rules
from duban.services.send_mail import send_due
from duban.services.submit import submit
from duban.services.transition import Actor
from models.calendar import SHANGHAI
from models.database import Database
from models.finding import Finding
from models.letter import Letter
from models.organization import ContactRole, Organization, OrganizationKind
from models.periods import Period
from models.queries.findings import of_letter
from models.queries.organizations import organization_named
from models.queries.runs import rungs_of_run
from models.queries.submissions import pending_extensions
from models.transitions import Role, State
from models.words import contact_label

FIRST_NIGHT, LAST_NIGHT = date(2023, 12, 27), date(2024, 2, 8)

RECEIPT = ("receipt", "receipt-again")
REMINDERS = ("due-7", "due-3", "due-1")
PROPOSALS = ("circular", "summons", "referral")
"""Rungs of the ladder that ships, as the diary groups them."""

CLERK = Actor("demo-clerk", Role.CLERK)
VERIFIER = Actor("demo-verifier", Role.VERIFIER)
SUPERVISOR = Actor("demo-supervisor", Role.SUPERVISOR)


@dataclass(frozen=True)
class Entry:
    """One line of the diary: a day, what happened, and its numbers."""

    day: date
    what: str
    facts: dict[str, int | str] = field(default_factory=dict, hash=False)


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
        rules = load_rules(session, settings)
        letters = issue_letters(
            session, now=ISSUED_AT, actor=CLERK, rules=rules, terms=Terms(meeting_on=MEETING_ON)
        )
    return Entry(
        ISSUED_AT.date(), "issued",
        {"letters": len(letters), "findings": sum(len(u.findings) for u in UNITS)},
    )  # fmt: skip


RunNight = Callable[[datetime, date], NightReport]


def walk(
    database: Database,
    settings: Settings,
    *,
    run: RunNight | None = None,
    nightly: Collection[date] | None = None,
    on_night: Callable[[date], None] = lambda _night: None,
    last_night: RunNight | None = None,
) -> list[Entry]:
    """Act by act and night by night to 8 February 2024; the diary of what was not quiet.

    ``nightly`` names the nights on which the check runs (all, if none is given); a
    skipped night is made up for by the next one that runs.
    """
    diary: list[Entry] = []
    acts = list(ACTS)
    skipping = nightly is not None
    for night in nights():
        due_at = datetime.combine(night, time(0, 10), SHANGHAI)
        diary += _act_until(database, settings, acts, due_at)
        if nightly is None or night in nightly:
            step = last_night if night == LAST_NIGHT and last_night else run
            if skipping:
                report = catch_up(database, now=due_at, settings=settings, via="demo")
            elif step is not None:
                report = step(due_at, night)
            else:
                report = run_night(
                    database, as_of=due_at, business_date=night, via="demo", settings=settings
                )
            if report is not None:
                diary += _told(database, night, report)
        send_due(database, now=datetime.combine(night, time(8, 30), SHANGHAI), settings=settings)
        on_night(night)
    end = datetime.combine(LAST_NIGHT, time(23, 59), SHANGHAI)
    diary += _act_until(database, settings, acts, end)
    with database.begin() as session:
        installation = require_demo(session)
        installation.demo_now = datetime.combine(LAST_NIGHT, time(8, 30), SHANGHAI)
        session.add(installation)
    return diary


def _told(database: Database, night: date, report: NightReport) -> list[Entry]:
    """What a night's run did, for the diary; nothing for a quiet night."""
    with database.read() as session:
        rungs = rungs_of_run(session, report.run_id)
    entries = []
    for what, codes in (("receipt", RECEIPT), ("reminder", REMINDERS), ("overdue", ("lapse",))):
        found = [rungs[code] for code in codes if code in rungs]
        if found:
            findings, organizations = map(sum, zip(*found, strict=True))
            facts: dict[str, int | str] = {"findings": findings, "organizations": organizations}
            entries.append(Entry(night, what, facts))
    for code in PROPOSALS:
        if code in rungs:
            findings, organizations = rungs[code]
            facts = {"rung": code, "findings": findings, "organizations": organizations}
            entries.append(Entry(night, "proposal", facts))
    return entries


def _act_until(
    database: Database, settings: Settings, acts: list[Act], until: datetime
) -> list[Entry]:
    entries = []
    while acts and acts[0].at < until:
        act = acts.pop(0)
        with database.begin() as session:
            rules = load_rules(session, settings)
            entries.append(_perform(session, act, rules))
    return [entry for entry in entries if entry.what in ("granted", "late-report")]


def _perform(session: Session, act: Act, rules: Rules) -> Entry:
    organization = organization_named(session, act.unit)
    letter = session.exec(
        select(Letter).where(col(Letter.organization_id) == organization.id)
    ).one()
    people = Actor(f"demo-{act.unit}", Role.ORGANIZATION)
    findings = of_letter(session, letter.id or 0)
    if act.what == "acknowledge":
        acknowledge_letter(session, letter, now=act.at, actor=people, rules=rules)
        return Entry(act.at.date(), "acknowledged")
    late = Counter[str]()
    for finding in findings:
        late[_one(session, act, finding, people, rules)] += 1
    if act.what == "grant":
        day = findings[0].last_day
        return Entry(
            act.at.date(), "granted",
            {"unit": act.unit, "until": str(_fresh(session, findings[0]).last_day or day)},
        )  # fmt: skip
    if late["late"]:
        return Entry(act.at.date(), "late-report", {"unit": act.unit, "findings": late["late"]})
    return Entry(act.at.date(), act.what)


def _one(session: Session, act: Act, finding: Finding, people: Actor, rules: Rules) -> str:
    match act.what:
        case "submit":
            report = submit(session, finding, report="demo", now=act.at, actor=people, rules=rules)
            return "on-time" if report.on_time else "late"
        case "accept" if finding.state is State.SUBMITTED:
            accept(session, finding, now=act.at, actor=VERIFIER, rules=rules)
        case "return":
            send_back(session, finding, reason=act.words, now=act.at, actor=VERIFIER, rules=rules)
        case "ask":
            request_extension(
                session, finding, Period.parse(EXTENSION), reason=act.words, now=act.at,
                by=people.name, rules=rules,
            )  # fmt: skip
        case "grant":
            for request in pending_extensions(session):
                if request.finding_id == finding.id:
                    grant_extension(
                        session, request, now=act.at, actor=SUPERVISOR, rules=rules,
                        reason=act.words,
                    )  # fmt: skip
    return act.what


def _fresh(session: Session, finding: Finding) -> Finding:
    session.expire_all()
    return session.get_one(Finding, finding.id)


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
