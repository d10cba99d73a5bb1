"""``duban finding``: what is open, whose, how late, and what was done about it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import typer

from config.language import _
from duban.cli import finding_acts
from duban.cli.app import App
from duban.cli.finding_words import say_finding, say_why, timeliness
from duban.cli.options import OPTIONS
from duban.cli.output import emit, table, tell
from duban.cli.session import Desk, reading
from duban.services.explain_finding import explain_ladder
from duban.shapes import columns, event_shape, finding_shape, why_shape
from models.day_words import list_day
from models.ledger_place import Place
from models.queries.ask import ask
from models.queries.findings import Row, finding_by_reference, row_of
from models.queries.pages import page
from models.queries.submissions import (
    escalations_of,
    evidence_of,
    extensions_of,
    history_of,
    notices_of,
    requests_revoked,
    submissions_of,
)
from models.words import level_label, organization_label, state_label

app = App()

AsOf = Annotated[str | None, typer.Option(help=_("An instant other than now."))]
Reference = Annotated[str, typer.Argument(help=_("#17, 12-3 or 2023-12-3."))]


@app.verb(
    "list", help=_("Findings, the most urgent first; the open ones unless --state says otherwise.")
)
def list_findings(
    state: Annotated[
        list[str] | None, typer.Option(help=_("A state, or open or all; may be repeated."))
    ] = None,
    org: Annotated[str | None, typer.Option(help=_("An organization's code or name."))] = None,
    group: Annotated[str | None, typer.Option(help=_("A ranking group."))] = None,
    letter: Annotated[str | None, typer.Option(help=_("A letter's number."))] = None,
    due_from: Annotated[str | None, typer.Option(help=_("Last day not before."))] = None,
    due_to: Annotated[str | None, typer.Option(help=_("Last day not after."))] = None,
    due_within: Annotated[
        int | None,
        typer.Option(min=0, max=9999, help=_("Last day within so many days from today.")),
    ] = None,
    rung: Annotated[
        int | None, typer.Option(min=0, max=9, help=_("Level of the ladder, 1 to 4."))
    ] = None,
    overdue_from: Annotated[
        str | None, typer.Option(help=_("Became overdue not before this day."))
    ] = None,
    overdue_to: Annotated[
        str | None, typer.Option(help=_("Became overdue not after this day."))
    ] = None,
    text: Annotated[str | None, typer.Option(help=_("Words in the finding."))] = None,
    escalated: Annotated[bool, typer.Option("--escalated", help=_("A proposal stands."))] = False,
    category: Annotated[str | None, typer.Option(help=_("The category, exactly."))] = None,
    source: Annotated[str | None, typer.Option(help=_("Words in the source."))] = None,
    meeting: Annotated[str | None, typer.Option(help=_("Day of the meeting."))] = None,
    person: Annotated[
        str | None, typer.Option(help=_("Part of the name of who is responsible or in charge."))
    ] = None,
    extended: Annotated[
        str | None,
        typer.Option(help=_("yes: granted time counts; asked: a request waits for a decision.")),
    ] = None,
    explained: Annotated[
        str | None, typer.Option(help=_("yes or no: whether the delay was explained."))
    ] = None,
    sort: Annotated[
        str | None, typer.Option(help=_("due, -due, number, -number or org."), metavar="ORDER")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 200,
    after: Annotated[
        str | None, typer.Option(help=_("Go on where a page ended: its “next”."))
    ] = None,
    as_of: AsOf = None,
) -> None:
    place = None if after is None else Place.parse(after)
    with reading(as_of) as desk:
        given = {
            "state": state, "org": org, "group": group, "letter": letter, "due_from": due_from,
            "due_to": due_to, "due_within": due_within, "rung": rung, "overdue_from": overdue_from,
            "overdue_to": overdue_to, "text": text, "escalated": "yes" if escalated else None,
            "category": category, "source": source, "meeting": meeting, "person": person,
            "extended": extended, "explained": explained, "sort": sort,
        }  # fmt: skip
        wanted = ask(desk.session, _texts(given), desk.now)
        found = page(desk.session, wanted, desk.now, limit=limit, after=place)
        following = None if found.next is None else str(found.next)
        data = {
            "as_of": desk.now,
            "count": len(found.rows),
            "truncated": following is not None,
            "next": following,
            "findings": [finding_shape(row, desk.now) for row in found.rows],
        }
        headings = (_("No."), _("Organization"), _("State"), _("Last day"), _("How late"),
                    _("Level"), _("Finding"))  # fmt: skip
        emit(data, lambda: table(headings, [_line(row, desk.now) for row in found.rows]))
        if following is not None and not OPTIONS.json:
            tell(_("The next page: --after {place}").format(place=following))


@app.verb(help=_("One finding with its history, reports, requests and notices."))
def show(reference: Reference, as_of: AsOf = None) -> None:
    with reading(as_of) as desk:
        row = _row(desk, reference)
        data = _whole(desk, row)
        emit(data, lambda: say_finding(row, data, desk.now))


@app.verb(help=_("The proof of the due date, and every notice sent or not sent, and why."))
def why(reference: Reference, as_of: AsOf = None) -> None:
    with reading(as_of) as desk:
        row = _row(desk, reference)
        history = history_of(desk.session, row.finding.id or 0)
        stories = explain_ladder(desk.session, row.finding, now=desk.now, rules=desk.rules)
        data = why_shape(row, history, stories)
        emit(data, lambda: say_why(row, history, stories, desk.now))


def _texts(given: Mapping[str, Any]) -> dict[str, list[str]]:
    """The options that were given, as the ledger's grammar takes them."""
    return {
        name: value if isinstance(value, list) else [str(value)]
        for name, value in given.items()
        if value is not None
    }


def _row(desk: Desk, reference: str) -> Row:
    return row_of(desk.session, finding_by_reference(desk.session, reference), desk.now)


def _whole(desk: Desk, row: Row) -> dict[str, Any]:
    finding_id = row.finding.id or 0
    session = desk.session
    revoked = requests_revoked(session, [finding_id])
    return {
        **finding_shape(row, desk.now),
        "history": [
            event_shape(one) for one in history_of(session, finding_id)
        ],
        "submissions": [
            {**columns(one, set()),
             "evidence": [columns(e, {"submission_id"}) for e in evidence_of(session, one.id or 0)]}
            for one in submissions_of(session, finding_id)
        ],
        "extensions": [
            {**columns(one, set()), "revoked": one.id in revoked}
            for one in extensions_of(session, finding_id)
        ],
        "notices": [
            {"rung": notice.rung, "due_on": notice.due_on, "effective_on": notice.effective_on,
             "to": message.to_name, "message": message.id, "mail": message.state}
            for notice, message in notices_of(session, finding_id)
        ],
        "escalations": [columns(one, set()) for one in escalations_of(session, finding_id)],
    }  # fmt: skip


def _line(row: Row, now: datetime) -> tuple[str, ...]:
    finding, last_day = row.finding, row.finding.last_day
    return (
        row.reference,
        organization_label(row.organization),
        state_label(row.state),
        list_day(last_day) if last_day else "",
        timeliness(row, now),
        level_label(finding.rung) if finding.rung else "",
        finding.text,
    )


finding_acts.add_to(app)
