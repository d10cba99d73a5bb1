"""The call list of ``duban org list --unreachable``."""

from typing import Any

from config.language import _
from duban.cli.output import emit, table
from duban.cli.session import Desk
from duban.shapes import contact_shape, organization_shape
from models.day_words import local_minute
from models.queries.call_list import Silent, call_list
from models.queries.scope import EVERYTHING
from models.reach_words import to_say_words
from models.words import contact_label, organization_label


def list_calls(desk: Desk) -> None:
    """Say whom no mail reaches, whom to telephone there, what to say, and the last call."""
    found = call_list(desk.session, desk.now, scope=EVERYTHING)
    headings = (_("Code"), _("Organization"), _("People and telephones"), _("What to say"),
                _("Last call"))  # fmt: skip
    rows = [
        (one.organization.code, organization_label(one.organization), _people(one), _words(one),
         _call(one))
        for one in found
    ]  # fmt: skip
    data = {"count": len(found), "organizations": [_shape(one) for one in found]}
    emit(data, lambda: table(headings, rows))


def _shape(one: Silent) -> dict[str, Any]:
    call = one.last_call
    return {
        **organization_shape(one.organization),
        "contacts": [contact_shape(person) for person in one.people],
        "letters": [
            {"letter": letter.reference, "waiting": letter.waiting, "overdue": letter.overdue,
             "last_day": letter.last_day}
            for letter in one.letters
        ],
        "last_call": {"at": call.called_at, "with": call.spoken_with} if call else None,
    }  # fmt: skip


def _people(one: Silent) -> str:
    return "; ".join(
        f"{person.name} ({contact_label(person.role)}) {person.phone or _('no telephone')}"
        for person in one.people
    )


def _words(one: Silent) -> str:
    said = [to_say_words(letter) for letter in one.letters]
    return " ".join(said) or _("Only our review is open; ask for an address.")


def _call(one: Silent) -> str:
    call = one.last_call
    return f"{local_minute(call.called_at)} {call.spoken_with}" if call else ""
