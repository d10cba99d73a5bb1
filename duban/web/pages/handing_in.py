"""An organization looks its reports through, declares them and hands them in."""

from starlette.responses import Response

from config.language import _
from duban.services.submit import submit_drafts
from duban.web.desk import Desk
from duban.web.doors import Pages
from duban.web.own import mark_of_tasks
from duban.web.sight import Sight
from models.date_label import date_label
from models.errors import BadInput, StaleVersion
from models.letter import Letter
from models.organization import Organization
from models.queries.letters import reference_of
from models.queries.todo import Task, work_of
from models.rights import Right

pages = Pages()


@pages.get("/letters/{reference}/submit", Right.REPORT)
def form(desk: Desk, reference: str) -> Response:
    with desk.reading() as sight:
        letter = sight.letter(reference)
        tasks = _tasks(sight, letter)
        return desk.page(
            "report_submit.html",
            sight,
            letter=letter,
            reference=reference_of(letter),
            organization=sight.session.get_one(Organization, letter.organization_id),
            tasks=tasks,
            ready=[task for task in tasks if task.ready],
            chosen=set(desk.texts("finding")) if desk.problem else None,
            seen=mark_of_tasks(tasks),
            date_label=date_label,
        )


@pages.post("/letters/{reference}/submit", Right.REPORT, again=form)
def hand_in(desk: Desk, reference: str) -> Response:
    with desk.writing() as sight:
        letter = sight.letter(reference)
        tasks = _tasks(sight, letter)
        if desk.text("seen") != mark_of_tasks(tasks):
            raise StaleVersion(
                _("Something changed meanwhile; look the reports through again, then submit.")
            )
        chosen = set(desk.texts("finding"))
        ready = [task.finding for task in tasks if task.ready and str(task.finding.id) in chosen]
        if not ready:
            raise BadInput(_("Tick at least one report that is written."), field="finding")
        if desk.text("declared") != "yes":
            raise BadInput(
                _("Only the head of the organization can approve it; tick that it was approved."),
                field="declared",
            )
        submit_drafts(sight.session, ready, **desk.circumstances(sight))
        path = f"/receipts/{reference_of(letter)}-{ready[0].item}/{ready[0].version}"
    return desk.to(path, _("The reports are submitted."))


def _tasks(sight: Sight, letter: Letter) -> tuple[Task, ...]:
    """What is open of the letter, in its order."""
    works = work_of(sight.session, sight.now, scope=sight.scope, letter_id=letter.id)
    return tuple(
        sorted((task for work in works for task in work.tasks), key=lambda t: t.finding.item or 0)
    )
