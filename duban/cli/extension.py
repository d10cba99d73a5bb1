"""``duban extension``: requests for more time, decided by a supervisor."""

from typing import Annotated

import typer

from config.language import _
from duban.cli.app import App
from duban.cli.output import emit, say, table
from duban.cli.session import Desk, actor, reading, writing
from duban.services.extend import decline_extension, grant_extension
from duban.shapes import extension_shape
from models.day_words import list_day, long_day
from models.errors import NotFound
from models.extension import ExtensionRequest
from models.finding import Finding
from models.queries.findings import row_of
from models.queries.numbers import by_number
from models.queries.submissions import extensions, pending_extensions
from models.transitions import Role
from models.words import organization_label

app = App()

Ids = Annotated[list[int], typer.Argument(help=_("Requests' numbers; see duban extension list."))]
By = Annotated[str | None, typer.Option("--by", help=_("Who acts; else the system's user."))]
At = Annotated[str | None, typer.Option("--at", help=_("When it happened, if not now."))]


@app.verb("list", help=_("Requests that wait for a decision; all of them with --all."))
def list_requests(
    everything: Annotated[bool, typer.Option("--all", help=_("Decided ones too."))] = False,
) -> None:
    with reading() as desk:
        found = extensions(desk.session) if everything else pending_extensions(desk.session)
        named = [(request, *_names(desk, request)) for request in found]
        data = {
            "count": len(named),
            "requests": [extension_shape(request, reference) for request, reference, _org in named],
        }
        headings = (_("Request"), _("No."), _("Organization"), _("Last day before"),
                    _("Last day after"), _("Late"), _("Decision"), _("Reason"))  # fmt: skip
        rows = [
            (str(request.id), reference, organization, list_day(request.old_last_day),
             list_day(request.new_last_day), _("late") if request.late else "",
             _decision(request), request.reason)
            for request, reference, organization in named
        ]  # fmt: skip
        emit(data, lambda: table(headings, rows))


@app.verb(help=_("Grant the time that was asked for; a fresh ladder begins."))
def approve(
    ids: Ids,
    by: By = None,
    at: At = None,
    reason: Annotated[str | None, typer.Option(help=_("A remark."))] = None,
) -> None:
    with writing(at) as desk:
        requests = _requests(desk, ids)
        grant_extension(
            desk.session, requests, now=desk.now, at=desk.at, actor=actor(by, Role.SUPERVISOR),
            rules=desk.rules, reason=reason,
        )  # fmt: skip
        _answer(desk, requests)


@app.verb(help=_("Refuse, with a reason that the organization can read."))
def decline(
    ids: Ids,
    reason: Annotated[str, typer.Option(help=_("Why; people will read it."))] = "",
    by: By = None,
    at: At = None,
) -> None:
    with writing(at) as desk:
        requests = _requests(desk, ids)
        decline_extension(
            desk.session, requests, reason=reason, now=desk.now, at=desk.at,
            actor=actor(by, Role.SUPERVISOR), rules=desk.rules,
        )  # fmt: skip
        _answer(desk, requests)


def _requests(desk: Desk, ids: list[int]) -> list[ExtensionRequest]:
    return [_request(desk, one) for one in dict.fromkeys(ids)]


def _request(desk: Desk, request_id: int) -> ExtensionRequest:
    request = by_number(desk.session, ExtensionRequest, request_id)
    if request is None:
        raise NotFound(
            _("There is no request {id}; see “duban extension list”.").format(id=request_id)
        )
    return request


def _names(desk: Desk, request: ExtensionRequest) -> tuple[str, str]:
    row = row_of(desk.session, desk.session.get_one(Finding, request.finding_id), desk.now)
    return row.reference, organization_label(row.organization)


def _decision(request: ExtensionRequest) -> str:
    if request.granted is None:
        return _("to be decided")
    return _("granted") if request.granted else _("declined")


def _answer(desk: Desk, requests: list[ExtensionRequest]) -> None:
    named = [(request, *_names(desk, request)) for request in requests]

    def words() -> None:
        for request, reference, organization in named:
            day = request.new_last_day if request.granted else request.old_last_day
            say(
                _("{reference} {organization}: {decision}, last day {day}.").format(
                    reference=reference, organization=organization,
                    decision=_decision(request), day=long_day(day),
                )
            )  # fmt: skip

    shown = [extension_shape(request, reference) for request, reference, _org in named]
    emit({"count": len(shown), "requests": shown}, words)
