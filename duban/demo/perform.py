"""Doing what the script of the demo month says, through the services that people use."""

from sqlmodel import Session

from duban.demo.diary import Entry
from duban.demo.people import SUPERVISOR, VERIFIER, contact_of
from duban.demo.script import EXTENSION, REPORT, Act
from duban.services.acknowledge import acknowledge_letter
from duban.services.extend import grant_extension, request_extension
from duban.services.review import accept, send_back
from duban.services.rules import Rules
from duban.services.submit import submit
from duban.services.transition import Actor
from models.finding import Finding
from models.periods import Period
from models.queries.findings import of_letter
from models.queries.letters import letters_to
from models.queries.organizations import organization_named
from models.queries.submissions import extensions_of
from models.transitions import State


def perform(session: Session, act: Act, rules: Rules) -> list[Entry]:
    """Carry out one act for every finding of its organization; what the diary says of it."""
    organization = organization_named(session, act.unit)
    letter = letters_to(session, organization.id or 0)[0]
    people = contact_of(organization)
    findings = of_letter(session, letter.id or 0)
    match act.what:
        case "acknowledge":
            acknowledge_letter(session, letter, now=act.at, actor=people, rules=rules)
        case "submit":
            return _submit(session, act, findings, people, rules)
        case "accept":
            waiting = [finding for finding in findings if finding.state is State.SUBMITTED]
            accept(session, waiting, now=act.at, actor=VERIFIER, rules=rules)
        case "return":
            send_back(session, findings, reason=act.words, now=act.at, actor=VERIFIER, rules=rules)
        case "ask":
            request_extension(
                session, findings, Period.parse(EXTENSION), reason=act.words, now=act.at,
                by=people.name, rules=rules,
            )  # fmt: skip
        case "grant":
            return _grant(session, act, findings, rules)
        case _:
            raise ValueError(f"the script has an unknown act: {act.what}")
    return []


def _submit(
    session: Session, act: Act, findings: list[Finding], people: Actor, rules: Rules
) -> list[Entry]:
    reports = submit(session, findings, report=REPORT, now=act.at, actor=people, rules=rules)
    late = sum(not report.on_time for report in reports)
    facts: dict[str, int | str] = {"unit": act.unit, "findings": late}
    return [Entry(act.at.date(), "late-report", facts)] if late else []


def _grant(session: Session, act: Act, findings: list[Finding], rules: Rules) -> list[Entry]:
    asked = [
        request
        for finding in findings
        for request in extensions_of(session, finding.id or 0)
        if request.granted is None
    ]
    moved = grant_extension(
        session, asked, now=act.at, actor=SUPERVISOR, rules=rules, reason=act.words
    )
    until = max(str(finding.last_day) for finding in moved)
    return [Entry(act.at.date(), "granted", {"unit": act.unit, "until": until})]
