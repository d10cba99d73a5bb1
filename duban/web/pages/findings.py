"""One finding: its day and why, its texts, what was reported, what happened, what comes next."""

from datetime import datetime

from starlette.responses import Response

from config.language import _
from duban.services.explain_finding import explain_ladder
from duban.services.note_call import note_call
from duban.web import finding_view
from duban.web.desk import Desk
from duban.web.doors import Pages
from duban.web.timeline import timeline
from duban.web.window_line import window_days, window_line, window_words
from models.calendar import SHANGHAI, civil_date
from models.date_label import date_label
from models.errors import BadInput
from models.queries.story import story_of
from models.rights import Right

pages = Pages()


@pages.get("/findings/{reference}", Right.READ)
def finding(desk: Desk, reference: str) -> Response:
    internal = desk.person.of_office
    with desk.reading() as sight:
        row = sight.row(reference)
        story = story_of(sight.session, row.finding, sight.now)
        stories = finding_view.shown_rungs(
            explain_ladder(
                sight.session, row.finding, now=sight.now, rules=sight.rules, story=story
            ),
            sight.rules, internal=internal,
        )  # fmt: skip
        window = finding_view.window_of(
            row, story, stories, civil_date(sight.now), internal=internal
        )
        return desk.page(
            "finding.html", sight, row=row, finding=row.finding, story=story, stories=stories,
            internal=internal, view=finding_view, rights=Right,
            due=date_label(row.finding, row.state, sight.now),
            reasons=finding_view.reasons(story),
            picture=window_line(window) if window else "",
            picture_words=window_words(window) if window else "",
            picture_days=window_days(window) if window else [],
            lines=timeline(story, internal=internal),
            steps=list(
                finding_view.next_steps(row, story, stories, sight.rules, internal=internal)
            ),
            acts=finding_view.acts(row, story, desk.person.rights),
            now_typed=sight.now.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M"),
        )  # fmt: skip


@pages.post("/findings/{reference}/calls", Right.URGE, again=finding)
def note(desk: Desk, reference: str) -> Response:
    with desk.writing() as sight:
        letter = sight.row(reference).letter
        if letter is None:
            raise BadInput(
                _("No letter carries this finding yet, so there is nothing to call about.")
            )
        note_call(
            sight.session, letter, spoken_with=desk.text("spoken_with"), text=desk.text("text"),
            called_at=_instant(desk.text("called_at")), now=sight.now, by=desk.person.name,
        )  # fmt: skip
    return desk.to(f"/findings/{reference}", _("The call is noted."))


def _instant(typed: str) -> datetime:
    """What a field for day and time holds, in Beijing time.

    Raises:
        BadInput: it is no such instant.
    """
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=SHANGHAI)
    except ValueError:
        raise BadInput(_("Write day and time like 2024-01-26T17:30."), field="called_at") from None
