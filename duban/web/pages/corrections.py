"""Putting right what went wrong: reopen, withdraw, correct a draft, enter what was on paper."""

from datetime import datetime
from typing import Any

from starlette.responses import Response

from config.language import _
from duban.services.acknowledge import acknowledge_letter
from duban.services.correct import CORRECTABLE
from duban.services.correct import correct as correct_draft
from duban.services.foresee_mails import Reach, foresee_mails
from duban.services.reopen import reopen as reopen_findings
from duban.services.submit import submit
from duban.services.transition import Actor, facts_of
from duban.services.withdraw import withdraw as withdraw_findings
from duban.web.desk import Desk
from duban.web.doors import Pages
from duban.web.sight import Sight
from models.calendar import FIRST_YEAR, SHANGHAI, civil_date
from models.date_label import date_label
from models.day_words import inclusive_day, local_minute
from models.errors import BadInput, DubanError
from models.letter import Letter
from models.queries.findings import Row
from models.rights import Right
from models.transitions import OPEN_STATES, Event, Role, State, allowed_events

pages = Pages()

LONGEST_NAME = 100


@pages.get("/findings/{reference}/reopen", Right.DECIDE)
def reopen_form(desk: Desk, reference: str) -> Response:
    with desk.reading() as sight:
        row = sight.row(reference)
        new_day, hindrance = None, ""
        try:
            new_day = sight.rules.due_from(sight.now).last_day
        except DubanError as error:
            hindrance = error.message
        return _page(
            desk, sight, "reopen.html", row, new_day=new_day, hindrance=hindrance,
            possible=row.state is State.RECTIFIED, reach=_reach(sight, row),
        )  # fmt: skip


@pages.post("/findings/{reference}/reopen", Right.DECIDE, again=reopen_form)
def reopen(desk: Desk, reference: str) -> Response:
    with desk.writing() as sight:
        row = sight.row(reference)
        deadline = reopen_findings(
            sight.session, [desk.as_seen(row.finding)], reason=desk.text("reason"),
            **desk.circumstances(sight),
        )  # fmt: skip
        said = _("Reopened: {reference}. The organization has until {day} and is told.").format(
            reference=row.reference, day=inclusive_day(deadline.last_day)
        )
    return desk.to(f"/findings/{reference}", said)


@pages.get("/findings/{reference}/withdraw", Right.DECIDE)
def withdraw_form(desk: Desk, reference: str) -> Response:
    with desk.reading() as sight:
        row = sight.row(reference)
        return _page(
            desk, sight, "withdraw.html", row, possible=row.state in OPEN_STATES,
            reach=_reach(sight, row),
        )  # fmt: skip


@pages.post("/findings/{reference}/withdraw", Right.DECIDE, again=withdraw_form)
def withdraw(desk: Desk, reference: str) -> Response:
    with desk.writing() as sight:
        row = sight.row(reference)
        withdraw_findings(
            sight.session, [desk.as_seen(row.finding)], reason=desk.text("reason"),
            **desk.circumstances(sight),
        )  # fmt: skip
        said = _("Withdrawn: {reference}. Nothing more is needed; the organization is told.")
        said = said.format(reference=row.reference)
    return desk.to(f"/findings/{reference}", said)


@pages.get("/findings/{reference}/correct", Right.ISSUE)
def correct_form(desk: Desk, reference: str) -> Response:
    with desk.reading() as sight:
        row = sight.row(reference)
        return _page(desk, sight, "correct.html", row, possible=row.state is State.DRAFT)


@pages.post("/findings/{reference}/correct", Right.ISSUE, again=correct_form)
def correct(desk: Desk, reference: str) -> Response:
    values = {name: desk.text(name) for name in CORRECTABLE if name in desk.form}
    with desk.writing() as sight:
        row = sight.row(reference)
        changed = correct_draft(
            sight.session, desk.as_seen(row.finding), values, by=desk.person.name, now=sight.now
        )
        said = (
            _("Corrected: {reference}. Its letter will carry the new text.")
            if changed
            else _("Nothing was changed in {reference}.")
        ).format(reference=row.reference)
    return desk.to(f"/findings/{reference}", said)


@pages.get("/findings/{reference}/on-paper", Right.ISSUE)
def on_paper_form(desk: Desk, reference: str) -> Response:
    with desk.reading() as sight:
        row = sight.row(reference)
        allowed = allowed_events(row.state, facts_of(row.finding, sight.now, {}))
        acts = [
            (event.value, words)
            for event, words in (
                (Event.ACKNOWLEDGE, _("receipt of the whole letter")),
                (Event.SUBMIT, _("report on this finding")),
            )
            if event in allowed
        ]
        return _page(
            desk, sight, "on_paper.html", row, acts=acts, possible=bool(acts),
            today=civil_date(sight.now).isoformat(),
        )  # fmt: skip


@pages.post("/findings/{reference}/on-paper", Right.ISSUE, again=on_paper_form)
def on_paper(desk: Desk, reference: str) -> Response:
    act, person = desk.text("act"), desk.text("person")
    if not person or len(person) > LONGEST_NAME:
        raise BadInput(
            _("Name who signed the paper, in at most {n} characters.").format(n=LONGEST_NAME),
            field="person",
        )
    with desk.writing() as sight:
        row = sight.row(reference)
        finding = desk.as_seen(row.finding)
        at = _happened(desk, sight)
        actor = Actor(person, Role.ORGANIZATION, entered_by=desk.person.name)
        if act == Event.ACKNOWLEDGE:
            letter = sight.session.get_one(Letter, finding.letter_id)
            acknowledge_letter(
                sight.session, letter, now=sight.now, at=at, actor=actor, rules=sight.rules
            )
            said = _("Entered for {reference}: receipt of the letter by {name}, {at}.")
        elif act == Event.SUBMIT:
            submit(
                sight.session, [finding], report=desk.text("report"), now=sight.now, at=at,
                actor=actor, rules=sight.rules,
            )  # fmt: skip
            said = _("Entered for {reference}: report by {name}, {at}. It waits for review.")
        else:
            raise BadInput(_("Choose what happened on paper."), field="act")
        said = said.format(reference=row.reference, name=person, at=local_minute(at))
    return desk.to(f"/findings/{reference}", said)


def _reach(sight: Sight, row: Row) -> Reach:
    """How far an act on one finding reaches."""
    return foresee_mails(sight.session, [(row.letter, None)] if row.letter else [])


def _happened(desk: Desk, sight: Sight) -> datetime:
    """The instant that the fields ``on`` and ``time`` say, in Beijing time; noon without a time.

    Raises:
        BadInput: they are no day and time, or lie ahead.
    """
    time = desk.text("time")
    text = f"{desk.text('on')}T{time or '12:00'}"
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None or found.year < FIRST_YEAR:
        raise BadInput(
            _("“{text}” is not a real date or time; write 2024-01-26 and 17:30.").format(
                text=text.replace("T", " ")
            ),
            field="on",
        )
    at = found.replace(tzinfo=SHANGHAI)
    if not time and civil_date(at) == civil_date(sight.now):
        return min(at, sight.now)
    if at > sight.now:
        raise BadInput(
            _("{at} lies ahead; only what has happened can be entered.").format(
                at=local_minute(at)
            ),
            field="on",
        )
    return at


def _page(desk: Desk, sight: Sight, template: str, row: Row, **values: Any) -> Response:
    """A page about one finding, with what all of them show of it."""
    due = date_label(row.finding, row.state, sight.now)
    return desk.page(template, sight, row=row, due=due, **values)
