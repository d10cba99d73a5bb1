"""A policy's file is looked at before the operator puts it in place; nothing is saved."""

from pathlib import PurePosixPath

from starlette.responses import Response

from config.errors import ConfigurationInvalid
from config.language import _
from config.policy_file import PolicyFile, policy_file
from duban.services.catch_up import next_night
from duban.services.preview_policy import preview_policy
from duban.services.rules import policy_in
from duban.web.desk import Desk
from duban.web.doors import Pages
from duban.web.pages.rules import require_whole_view
from duban.web.policy_lines import night_lines
from models.errors import BadInput
from models.policy_words import differences
from models.rights import Right

pages = Pages()

LARGEST = 64 * 1024


@pages.get("/admin/rules/policy", Right.PROPOSE_RULES)
def form(desk: Desk) -> Response:
    require_whole_view(desk)
    with desk.reading() as sight:
        return desk.page("policy.html", sight, present=sight.rules.policy)


@pages.post("/admin/rules/policy", Right.PROPOSE_RULES, again=form, uploads=True)
def check(desk: Desk) -> Response:
    require_whole_view(desk)
    file = _uploaded(desk)
    try:
        policy, ladder = policy_in(file)
    except ConfigurationInvalid as error:
        raise BadInput(error.message, field="file") from error
    with desk.reading() as sight:
        rules, night = sight.rules, next_night(sight.now, sight.settings)
        proposed = rules.with_policy(policy, ladder)
        preview = preview_policy(sight.session, rules, proposed, night)
        return desk.page(
            "policy_check.html", sight, file=file, policy=policy, present=rules.policy,
            in_force=policy_file(sight.settings.policy.file), at=night, preview=preview,
            changes=differences(rules.policy, policy),
            lines=night_lines(preview, (*rules.ladder, *ladder)),
        )  # fmt: skip


def _uploaded(desk: Desk) -> PolicyFile:
    files = desk.files("file")
    if not files:
        raise BadInput(_("Select a file."), field="file")
    content = files[0].file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise BadInput(_("A policy is smaller than this file."), field="file")
    return PolicyFile(PurePosixPath(files[0].filename or ""), content)
