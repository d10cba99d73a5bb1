"""Issuing reminder letters: one for each organization, numbered without gaps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from config.language import _
from duban.services.queue_message import addressed
from duban.services.rules import Rules
from duban.services.tell_event import LEADING, tell_issued
from duban.services.transition import Actor, transition
from duban.services.whom_to_tell import whom_to_tell
from models.calendar import civil_date
from models.deadline_proof import deadline_record
from models.deadlines import Deadline, Rule
from models.errors import NotFound, RefusedByRule, StaleVersion
from models.finding import Finding
from models.letter import Letter, LetterCounter
from models.organization import Contact, Organization
from models.periods import Period
from models.queries.contacts import contacts_by_organization
from models.queries.findings import drafts
from models.queries.organizations import organizations_by_id
from models.transitions import Event


@dataclass(frozen=True)
class Terms:
    """What the clerk may choose for a set of letters; none means the policy's value."""

    window: Period | None = None
    report_window: Period | None = None
    rule: Rule | None = None
    meeting_on: date | None = None


@dataclass(frozen=True)
class Chosen:
    """Which draft findings go into letters; nothing chosen means all of them."""

    organizations: tuple[int, ...] = ()
    findings: tuple[int, ...] = ()
    import_id: int | None = None


@dataclass(frozen=True)
class LetterPlan:
    """One letter as it would be issued: to whom, what, by when and why."""

    organization: Organization
    findings: tuple[Finding, ...]
    finish: Deadline
    report: Deadline
    sign_by: date
    contacts: tuple[Contact, ...]
    """Who can be told by mail; where there is nobody the letter must be delivered by hand."""

    @property
    def told(self) -> tuple[Contact, ...]:
        """Those to whom a mail about the letter goes when it is issued, one an address."""
        return tuple(addressed(whom_to_tell(self.contacts, LEADING)))


def plan_letters(
    session: Session,
    *,
    at: datetime,
    rules: Rules,
    terms: Terms,
    chosen: Chosen = Chosen(),
) -> list[LetterPlan]:
    """The letters that the chosen draft findings would make at ``at``.

    Raises:
        NotFound: there is no draft finding to issue.
        CalendarNotCovered: the policy refuses dates in a year without a notice.
    """
    found = drafts(
        session,
        organizations=chosen.organizations,
        ids=chosen.findings,
        batch_id=chosen.import_id,
    )
    if not found:
        raise NotFound(
            _(
                "There is no such finding to issue; import a ledger first with "
                "“duban import ledger apply”, or see “duban finding list --state draft”."
            )
        )
    finish = rules.due_from(at, terms.window, terms.rule)
    report_window = terms.report_window or terms.window
    report = rules.due_from(
        at, report_window or Period.parse(rules.policy.deadline.report), terms.rule
    )
    sign_by = rules.sign_limit(at)
    addressees = {finding.organization_id for finding in found}
    organizations = organizations_by_id(session, addressees)
    contacts = contacts_by_organization(session, addressees)
    return [
        LetterPlan(
            organizations[organization_id],
            tuple(group),
            finish,
            report,
            sign_by,
            tuple(contacts[organization_id]),
        )
        for organization_id, group in groupby(found, key=lambda f: f.organization_id)
    ]


def issue_letters(
    session: Session,
    *,
    now: datetime,
    actor: Actor,
    rules: Rules,
    terms: Terms,
    chosen: Chosen = Chosen(),
    at: datetime | None = None,
    seen: Sequence[int | None] | None = None,
) -> list[Letter]:
    """Issue the planned letters: numbers, due dates, state changes and mails together.

    ``at`` is the instant that the letters bear, if it is not now; ``seen`` are the findings
    that the clerk was shown, none means whatever is there.

    Raises:
        StaleVersion: other findings wait now than the clerk saw.
    """
    issued_at = at or now
    plans = plan_letters(session, at=issued_at, rules=rules, terms=terms, chosen=chosen)
    if seen is not None and [f.id for plan in plans for f in plan.findings] != list(seen):
        raise StaleVersion(
            _("Other findings wait to be issued now than you saw; look at the preview again.")
        )
    return [_issue(session, plan, now, issued_at, actor, rules, terms) for plan in plans]


def _issue(
    session: Session,
    plan: LetterPlan,
    now: datetime,
    issued_at: datetime,
    actor: Actor,
    rules: Rules,
    terms: Terms,
) -> Letter:
    year = civil_date(issued_at).year
    sequence = _next_number(session, year)
    finish = plan.finish
    letter = Letter(
        number=f"{rules.settings.site.letter_prefix}〔{year}〕{sequence}号",
        year=year,
        sequence=sequence,
        organization_id=_id(plan.organization.id),
        meeting_on=terms.meeting_on or plan.findings[0].meeting_on,
        issued_at=issued_at,
        issued_by=actor.name,
        window=str(finish.window),
        rule=finish.rule,
        calendar_version=finish.calendar_version,
        provisional=finish.provisional or plan.report.provisional,
        last_day=finish.last_day,
        due_at=finish.due_at,
        report_by=plan.report.last_day,
        report_due_at=plan.report.due_at,
        sign_by=plan.sign_by,
        proof=deadline_record(finish),
    )
    session.add(letter)
    session.flush()
    for item, finding in enumerate(plan.findings, start=1):
        transition(
            session,
            finding,
            Event.ISSUE,
            now=now,
            at=issued_at,
            actor=actor,
            rules=rules,
            changes={
                "letter_id": letter.id,
                "item": item,
                "issued_at": issued_at,
                "sign_by": plan.sign_by,
                "original_last_day": finish.last_day,
                "original_due_at": finish.due_at,
                "last_day": finish.last_day,
                "due_at": finish.due_at,
                "provisional": finish.provisional,
            },
            details={"deadline": letter.proof},
        )
    tell_issued(session, letter, plan.findings, rules=rules, now=now)
    return letter


def start_numbers_at(session: Session, year: int, first: int) -> None:
    """Let a year's numbering begin at ``first``, for a district that began on paper.

    Raises:
        RefusedByRule: letters of that year are numbered already; numbers have no gaps.
    """
    counter = session.get(LetterCounter, year)
    if counter is not None:
        raise RefusedByRule(
            _("The letters of {year} are numbered already, up to {last}.").format(
                year=year, last=counter.last
            )
        )
    session.add(LetterCounter(year=year, last=first - 1))
    session.flush()


def _next_number(session: Session, year: int) -> int:
    # The writing transaction holds the row (on SQLite the whole database), so two
    # clerks cannot read the same last number, and a rollback gives it back.
    query = select(LetterCounter).where(col(LetterCounter.year) == year).with_for_update()
    counter = session.exec(query).first()
    if counter is None:
        _begin_numbers(session, year)
        counter = session.exec(query).one()
    counter.last += 1
    session.add(counter)
    session.flush()
    return counter.last


def _begin_numbers(session: Session, year: int) -> None:
    """The year's row, whoever of several clerks comes first; the others wait for the first."""
    connection = session.connection()
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(insert(LetterCounter).values(year=year, last=0).on_conflict_do_nothing())


def _id(value: int | None) -> int:
    if value is None:
        raise ValueError("the row was never stored")
    return value
