"""An organization's day begins here: its letters, and what each of them needs."""

from starlette.responses import Response

from duban.web.desk import Desk
from duban.web.doors import Pages
from models.date_label import date_label
from models.queries.todo import LetterWork, closed_letters, work_of
from models.rights import Right

pages = Pages()

CLOSED_SHOWN = 10


@pages.get("/todo", Right.REPORT)
def todo(desk: Desk) -> Response:
    with desk.reading() as sight:
        works = work_of(sight.session, sight.now, scope=sight.scope)
        ours = [work for work in works if work.theirs]
        return desk.page(
            "todo.html",
            sight,
            ours=sorted(ours, key=_urgency),
            returned=[task for work in works for task in work.theirs if task.returned],
            waiting=[work for work in works if work.waiting],
            closed=closed_letters(sight.session, scope=sight.scope, limit=CLOSED_SHOWN),
            date_label=date_label,
        )


def _urgency(work: LetterWork) -> tuple[object, ...]:
    """By the earliest day of what is still to do."""
    return min((task.finding.due_at is None, task.finding.due_at) for task in work.theirs)
