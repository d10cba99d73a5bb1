"""Receipts of acts, to be read and to be kept as a file (回执)."""

from collections.abc import Callable
from typing import TypeVar

from sqlmodel import Session
from starlette.responses import Response

from config.language import _, current_language
from duban.services.seal_receipt import receipt_key, seal_receipt
from duban.web.desk import Desk
from duban.web.doors import Open, Pages
from duban.web.download import download
from duban.web.own import own_finding
from duban.web.pages.help import perhaps
from duban.web.receipt import (
    Receipt,
    receipt_of_act,
    receipt_of_contact,
    receipt_of_explanation,
    receipt_of_request,
)
from duban.web.sight import Sight
from models.errors import NotFound
from models.explanation import Explanation
from models.extension import ExtensionRequest
from models.letter import Letter
from models.organization import Organization
from models.queries.letters import reference_of
from models.queries.receipts import (
    Settled,
    acts_of_letter,
    contact_change_numbered,
    explanation_numbered,
    record_of,
    request_numbered,
)
from models.rights import Right

pages = Pages()
KEY = "/receipts/key"
Record = TypeVar("Record", ExtensionRequest, Explanation)


@pages.get(KEY, Open.TO_EVERYBODY)
def the_key(desk: Desk) -> Response:
    with perhaps(desk) as sight:
        return desk.page("receipt_key.html", sight, key=receipt_key(desk.house.key))


@pages.get("/receipts/extensions/{number}", Right.READ)
def of_request(desk: Desk, number: str) -> Response:
    return _on_finding(desk, number, request_numbered, receipt_of_request)


@pages.get("/receipts/explanations/{number}", Right.READ)
def of_explanation(desk: Desk, number: str) -> Response:
    return _on_finding(desk, number, explanation_numbered, receipt_of_explanation)


@pages.get("/receipts/contacts/{number}", Right.REPORT)
def of_contact(desk: Desk, number: str) -> Response:
    with desk.reading() as sight:
        own = desk.person.organization_id
        event = contact_change_numbered(sight.session, _number(number), own)
        if event is None:
            raise _absent()
        organization = sight.session.get_one(Organization, own)
        return _answer(desk, sight, receipt_of_contact(event, organization))


@pages.get("/receipts/{reference}/{version}", Right.READ)
def of_act(desk: Desk, reference: str, version: str) -> Response:
    with desk.reading() as sight:
        own = own_finding(sight, reference)
        record = record_of(sight.session, own.finding.id or 0, _number(version))
        if record is None:
            raise _absent()
        receipt = receipt_of_act(sight, record, own.row.reference, own.letter)
        return _answer(desk, sight, receipt)


@pages.get("/letters/{reference}/receipts", Right.READ)
def of_letter(desk: Desk, reference: str) -> Response:
    with desk.reading() as sight:
        letter = sight.letter(reference)
        acts = acts_of_letter(sight.session, letter.id or 0)
        return desk.page(
            "receipts.html", sight, letter=letter, reference=reference_of(letter),
            acts=_together(acts),
        )  # fmt: skip


def _together(acts: list[Settled]) -> list[list[Settled]]:
    """What one act settled stands together, the newest act first."""
    found: dict[tuple[object, ...], list[Settled]] = {}
    for record, finding in acts:
        act = record.recorded_at, record.event, record.actor
        found.setdefault(act, []).append((record, finding))
    return list(found.values())


def _answer(desk: Desk, sight: Sight, receipt: Receipt) -> Response:
    if desk.query.get("as") != "txt":
        return desk.page("receipt.html", sight, receipt=receipt)
    site = desk.house.settings.site
    lines = receipt.as_lines(
        site.name if current_language() == "zh" else site.name_en,
        sight.now,
        f"{site.base_url}{KEY}",
    )
    return download(
        seal_receipt(lines, desk.house.key),
        "receipt-" + receipt.number.replace("/", "-") + ".txt",
        "text/plain; charset=utf-8",
    )


def _on_finding(
    desk: Desk,
    number: str,
    find: Callable[[Session, int], Record | None],
    receipt_of: Callable[[Sight, Record, str, Letter], Receipt],
) -> Response:
    """The receipt of what an organization asked or said about one finding."""
    with desk.reading() as sight:
        record = find(sight.session, _number(number))
        if record is None:
            raise _absent()
        try:
            own = own_finding(sight, str(record.finding_id))
        except NotFound:
            raise _absent() from None
        return _answer(desk, sight, receipt_of(sight, record, own.row.reference, own.letter))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise _absent()
    return int(text)


def _absent() -> NotFound:
    return NotFound(_("There is no such receipt."))
