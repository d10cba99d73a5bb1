"""The rules in force, the calendars, and a year's notice on its way in."""

import json
from typing import Any

from starlette.responses import Response

from config.language import _
from duban.services.propose_change import CALENDAR, propose
from duban.web.blast_radius import blast_radius
from duban.web.coverage import coverage
from duban.web.desk import Desk
from duban.web.doors import Pages
from models.errors import BadInput, NotAllowed
from models.ladder_words import kind_of_rung_label, limit_label, when_words
from models.policy_words import brake_words, length_words, uncovered_words, window_words
from models.queries.changes import decided_changes, waiting_changes
from models.rights import Right

pages = Pages()

LARGEST = 256 * 1024


@pages.get("/admin/rules", Right.READ_OFFICE)
def rules(desk: Desk) -> Response:
    with desk.reading() as sight:
        policy = sight.rules.policy
        return desk.page(
            "rules.html", sight, policy=policy, ladder=sight.rules.ladder,
            years=coverage(sight.rules, sight.now), waiting=waiting_changes(sight.session),
            decided=decided_changes(sight.session), limit=limit_label, kind=kind_of_rung_label,
            when=when_words, proposes=Right.PROPOSE_RULES in desk.person.rights,
            window=window_words(policy), uncovered=uncovered_words(policy),
            brake=brake_words(policy), period=length_words, file=sight.settings.policy.file,
        )  # fmt: skip


@pages.post("/admin/rules/check", Right.PROPOSE_RULES, again=rules, uploads=True)
def check(desk: Desk) -> Response:
    require_whole_view(desk)
    data = _uploaded(desk)
    with desk.reading() as sight:
        preview, touched = blast_radius(sight, data)
        return desk.page(
            "calendar_check.html", sight, preview=preview, touched=touched,
            data=json.dumps(data, ensure_ascii=False),
        )  # fmt: skip


@pages.post("/admin/rules/propose", Right.PROPOSE_RULES, again=rules)
def put_forward(desk: Desk) -> Response:
    require_whole_view(desk)
    data = _calendar(desk.text("data"))
    with desk.writing() as sight:
        change = propose(
            sight.session, CALENDAR, data, by=desk.person.name, now=sight.now, rules=sight.rules
        )
    said = _("The calendar was proposed. Nothing changes before somebody else approves it.")
    return desk.to(f"/admin/changes/{change.id}", said)


def require_whole_view(desk: Desk) -> None:
    """Refuse who sees a part of the organizations only: a calendar concerns all of them.

    Raises:
        NotAllowed: the visitor does.
    """
    if not desk.person.scope.everything:
        raise NotAllowed(_("Only people who see every organization change what concerns all."))


def _uploaded(desk: Desk) -> dict[str, Any]:
    files = desk.files("file")
    if not files:
        raise BadInput(_("Select a file."), field="file")
    data = files[0].file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise BadInput(_("A year's calendar is smaller than this file."), field="file")
    try:
        return _calendar(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadInput(_("The file is not UTF-8 text."), field="file") from error


def _calendar(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadInput(
            _("The file is not valid JSON: look at line {line}, column {column}.").format(
                line=error.lineno, column=error.colno
            ),
            field="file",
        ) from error
    except RecursionError:
        data = None
    if not isinstance(data, dict):
        raise BadInput(_("The file is no year's calendar; see the example."), field="file")
    return data
