"""Letters: the list, and one of them with its dates, findings and mails."""

import re
from collections.abc import Sequence
from datetime import date

from starlette.responses import Response

from config.language import _, ngettext
from duban.documents.fonts import installed_fonts, missing_fonts
from duban.documents.to_pdf import office_program
from duban.web.desk import Desk
from duban.web.doors import Pages
from models.calendar import civil_date
from models.date_label import date_label
from models.day_words import long_day, short_day
from models.deadline_proof import proof_sentences
from models.letter import Letter
from models.organization import Organization
from models.queries.ask import states
from models.queries.drafts import count_drafts
from models.queries.findings import Row
from models.queries.letters import (
    Line,
    letter_lines,
    mails_about,
    reference_of,
    rows_of_letter,
)
from models.rights import Right
from models.transitions import State

pages = Pages()
PER_PAGE = 50
MOST_MAILS = 100


@pages.get("/letters", Right.READ)
def letters(desk: Desk) -> Response:
    with desk.reading() as sight:
        lines = letter_lines(
            sight.session, scope=sight.scope, now=sight.now, limit=PER_PAGE + 1,
            before=_before(desk.query.get("before", "")),
        )  # fmt: skip
        shown = lines[:PER_PAGE]
        today = civil_date(sight.now)
        return desk.page(
            "letters.html", sight,
            lines=[(line, receipt_words(line), _is_late(line, today)) for line in shown],
            following=shown[-1].reference if len(lines) > PER_PAGE else None,
            drafts=count_drafts(sight.session) if Right.ISSUE in desk.person.rights else 0,
        )  # fmt: skip


@pages.get("/letters/{reference}", Right.READ)
def letter(desk: Desk, reference: str) -> Response:
    with desk.reading() as sight:
        found = sight.letter(reference)
        organization = sight.session.get_one(Organization, found.organization_id)
        rows = rows_of_letter(sight.session, found, organization, sight.now)
        waiting = [row for row in rows if row.finding.acknowledged_at is None]
        office = desk.person.of_office
        wanted = states(desk.query.getlist("state") or ["all"])
        shown = [row for row in rows if row.state in wanted]
        return desk.page(
            "letter.html", sight,
            letter=found, organization=organization, reference=reference_of(found),
            rows=[(row, date_label(row.finding, row.state, sight.now)) for row in shown],
            all_of_them=len(rows),
            dates=dates_of(found), proof=proof_sentences(found.proof.get("settled", found.proof)),
            unreceived=[row for row in waiting if row.state in ("issued", "overdue")],
            mails=mails_about(sight.session, [found.id or 0], limit=MOST_MAILS) if office else [],
            pdf=office_program() is not None,
            papers=papers_for(rows),
            other_typefaces=office and bool(missing_fonts(installed_fonts())),
        )  # fmt: skip


def papers_for(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """Which papers fit a letter whose findings stand like this: address and words."""
    found = []
    if any(row.state is State.OVERDUE for row in rows):
        found.append(("urging-notice", _("Download urging notice (.docx)")))
    asked = [row for row in rows if row.state is not State.WITHDRAWN]
    if asked and all(row.state is State.RECTIFIED for row in asked):
        found.append(("closing-slip", _("Download closing slip (.docx)")))
    return found


def dates_of(letter: Letter) -> list[tuple[str, str]]:
    """The days of a letter in their order: what each is, and the day in words."""
    found = [
        (_("Receipt by"), long_day(letter.sign_by)),
        (_("Finish by"), long_day(letter.present_last_day)),
    ]
    if letter.present_last_day != letter.last_day:
        found.append((_("On the letter itself"), long_day(letter.last_day)))
    if letter.present_report_by != letter.present_last_day:
        found.append((_("Report back by"), long_day(letter.present_report_by)))
    return found


def receipt_words(line: Line) -> str:
    """How it stands with the receipt of a letter."""
    missing, all_of_them = line.tally.unreceived, line.tally.findings
    if not missing:
        return _("receipt is there")
    if missing < all_of_them:
        return ngettext(
            "receipt missing for {n} finding", "receipt missing for {n} findings", missing
        ).format(n=missing)
    return _("no receipt yet, wanted by {day}").format(day=short_day(line.letter.sign_by))


def _is_late(line: Line, today: date) -> bool:
    return line.tally.unreceived > 0 and line.letter.sign_by < today


def _before(text: str) -> tuple[int, int] | None:
    """The letter before which a page of the list begins; an address that names none begins anew."""
    found = re.fullmatch(r"(\d{4})-(\d{1,9})", text, re.ASCII)
    return (int(found[1]), int(found[2])) if found else None
