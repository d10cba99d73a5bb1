"""``duban extension``: requests for more time, decided by a supervisor."""

from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple

import typer

from config.language import _
from duban.cli.app import App
from duban.cli.output import emit, say, table
from duban.cli.session import Desk, actor, reading, writing
from duban.services.extend import decline_extension, grant_extension
from duban.services.revoke import revoke_extension
from duban.shapes import extension_shape
from models.day_words import list_day, long_day
from models.errors import NotFound
from models.extension import ExtensionRequest
from models.finding import Finding
from models.queries.findings import Row, row_of
from models.queries.numbers import by_number
from models.queries.submissions import extensions, pending_extensions, requests_revoked
from models.transitions import Role
from models.words import organization_label

app = App()

Ids = Annotated[list[int], typer.Argument(help=_("Requests' numbers; see duban extension list."))]
By = Annotated[str | None, typer.Option("--by", help=_("Who acts; else the system's user."))]
At = Annotated[str | None, typer.Option("--at", help=_("When it happened, if not now."))]


class _Named(NamedTuple):
    """A request, the finding that it is about, and whether what it gave was taken back."""

    request: ExtensionRequest
    row: Row
    revoked: bool


@app.verb("list", help=_("Requests that wait for a decision; all of them with --all."))
def list_requests(
    everything: Annotated[bool, typer.Option("--all", help=_("Decided ones too."))] = False,
) -> None:
    with reading() as desk:
        found = extensions(desk.session) if everything else pending_extensions(desk.session)
        named = _named(desk, found)
        data = {"count": len(named), "requests": _shapes(named)}
        headings = (_("Request"), _("No."), _("Organization"), _("Last day before"),
                    _("Last day after"), _("Late"), _("Decision"), _("Reason"))  # fmt: skip
        rows = [
            (str(one.request.id), one.row.reference, organization_label(one.row.organization),
             list_day(one.request.old_last_day), list_day(one.request.new_last_day),
             _("late") if one.request.late else "", _decision(one), one.request.reason)
            for one in named
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


@app.verb(help=_("Take back time that was granted by mistake, with a reason."))
def revoke(
    ids: Ids,
    reason: Annotated[str, typer.Option(help=_("Why; people will read it."))] = "",
    by: By = None,
    at: At = None,
) -> None:
    with writing(at) as desk:
        requests = _requests(desk, ids)
        revoke_extension(
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


def _named(desk: Desk, requests: Sequence[ExtensionRequest]) -> list[_Named]:
    revoked = requests_revoked(desk.session, {request.finding_id for request in requests})
    rows = [
        row_of(desk.session, desk.session.get_one(Finding, request.finding_id), desk.now)
        for request in requests
    ]
    return [
        _Named(request, row, request.id in revoked)
        for request, row in zip(requests, rows, strict=True)
    ]


def _shapes(named: list[_Named]) -> list[dict[str, Any]]:
    return [extension_shape(one.request, one.row.reference, one.revoked) for one in named]


def _decision(one: _Named) -> str:
    if one.request.granted is None:
        return _("to be decided")
    if one.revoked:
        return _("granted, taken back since")
    return _("granted") if one.request.granted else _("declined")


def _answer(desk: Desk, requests: list[ExtensionRequest]) -> None:
    named = _named(desk, requests)

    def words() -> None:
        for one in named:
            say(
                _("{reference} {organization}: {decision}, last day {day}.").format(
                    reference=one.row.reference,
                    organization=organization_label(one.row.organization),
                    decision=_decision(one),
                    day=long_day(one.row.finding.last_day or one.request.old_last_day),
                )
            )

    emit({"count": len(named), "requests": _shapes(named)}, words)
