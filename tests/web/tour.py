"""Every page of the doors, filled with things of the full month, and who looks at it there.

The pages come from ``all_doors()``: one that is neither addressed nor named below is an error.
"""

import re
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser
from sqlmodel import Session, col, select

from config import clock
from duban.services.accounts import make_link
from duban.web.app import all_doors
from duban.web.doors import Door
from duban.web.gate import LANGUAGE_COOKIE
from models.account_event import AccountEvent
from models.message import Message
from models.one_time_link import LinkPurpose
from models.queries.accounts import account_by_login
from models.rights import RIGHTS, AccountRole, Right
from models.transitions import State
from models.uploaded_ledger import UploadedLedger
from tests.web.browser import Visit
from tests.web.site import Site

LOCALES = {"zh": "zh-CN", "en": "en-GB"}
NO_PAGES = {
    "/": "leads on to the page of one's role",
    "/find": "one hit leads on to it; several are a page, which is looked at below",
    "/imports": "leads on to the form",
    "/views/{number}": "leads on to the ledger",
    "/sign-in/oidc": "leads to the identity provider, of which there is none here",
    "/sign-in/oidc/back": "comes from the identity provider, of which there is none here",
    "/health/live": "JSON for machines",
    "/health/ready": "JSON for machines",
    "/health/nightly": "JSON for machines",
    "/metrics": "figures for machines",
    "/ics/{secret}.ics": "a calendar's file",
    "/evidence/{number}": "a file",
    "/dashboard/brief": "a file",
    "/letters/new/{code}/document": "a file",
    "/letters/{reference}/document": "a file",
    "/letters/{reference}/urging-notice": "a file",
    "/letters/{reference}/closing-slip": "a file",
    "/escalations/circulars/{day}": "a file",
    "/imports/template.xlsx": "a file",
    "/ledger/export.xlsx": "a file",
    "/imports/{upload_id}/marked.xlsx": "a file",
}
"""Doors to look at that show no page of their own, and why."""

FILLED = {
    "/welcome/{token}": "/welcome/{token}",
    "/help/{topic}": "/help/calendar",
    "/problems/{code}": "/problems/stale-version",
    "/organizations/{code}": "/organizations/wlj",
    "/findings/{reference}": "/findings/2023-3-2",
    "/ledger/urge": "/ledger/urge?finding=14",
    "/letters/{reference}/acknowledge": "/letters/2023-7/acknowledge",
    "/findings/{reference}/report": "/findings/2023-7-1/report",
    "/letters/{reference}/submit": "/letters/2023-7/submit",
    "/findings/{reference}/extend": "/findings/2024-1-2/extend",
    "/findings/{reference}/explain": "/findings/2023-3-2/explain",
    "/receipts/extensions/{number}": "/receipts/extensions/4",
    "/receipts/explanations/{number}": "/receipts/explanations/1",
    "/receipts/contacts/{number}": "/receipts/contacts/{event}",
    "/receipts/{reference}/{version}": "/receipts/2023-3-1/4",
    "/letters/{reference}/receipts": "/letters/2023-3/receipts",
    "/details/contacts/{number}": "/details/contacts/new",
    "/reviews/{reference}": "/reviews/2023-3-1",
    "/findings/{reference}/reopen": "/findings/2023-1-1/reopen",
    "/findings/{reference}/withdraw": "/findings/2023-7-1/withdraw",
    "/findings/{reference}/reinstate": "/findings/2024-2-1/reinstate",
    "/findings/{reference}/revoke": "/findings/2024-1-3/revoke",
    "/findings/{reference}/rescind": "/findings/2023-3-2/rescind",
    "/findings/{reference}/annul-receipt": "/findings/2024-1-2/annul-receipt",
    "/findings/{reference}/correct": "/findings/27/correct",
    "/findings/{reference}/on-paper": "/findings/2023-7-1/on-paper",
    "/letters/issued": "/letters/issued?year=2024&first=1&last=2",
    "/letters/{reference}": "/letters/2023-3",
    "/imports/{upload_id}": "/imports/{upload}",
    "/nights/{number}": "/nights/44",
    "/mails/{message_id}": "/mails/{mail}",
    "/admin/accounts/{number:int}": "/admin/accounts/1",
    "/admin/contacts/{code}": "/admin/contacts/zjj",
    "/admin/contacts/{code}/{number:int}": "/admin/contacts/zjj/21",
    "/admin/changes/{number:int}": "/admin/changes/1",
}
"""What the places in a door's path are filled with; braces are asked of the database."""

ALL_ROWS = "/ledger?" + "&".join(f"state={state}" for state in State)
ALSO = (
    ("supervisor", "/dashboard"), ("supervisor", "/escalations"), ("supervisor", "/extensions"),
    ("supervisor", "/admin/changes/1"), ("zjj", "/findings/2023-7-1"), ("zjj", "/letters"),
    ("wlj", "/todo"), ("admin", "/admin"), ("clerk", "/findings/2023-9-1"), ("clerk", ALL_ROWS),
    ("clerk", "/imports/{done}"), ("clerk", "/find?q=2023"), ("clerk", "/no-such-page"),
)  # fmt: skip
"""The same doors with another visitor, or with something else behind them."""

WHO = {
    "/sign-in": None, "/welcome/{token}": None, "/forgotten": None, "/sign-in/code": "halfway",
    "/findings/{reference}/explain": "wlj", "/receipts/explanations/{number}": "wlj",
    "/receipts/extensions/{number}": "liulin", "/receipts/contacts/{number}": "liulin",
    "/receipts/{reference}/{version}": "wlj", "/letters/{reference}/receipts": "wlj",
    "/findings/{reference}/extend": "liulin", "/details": "liulin", "/details/feed": "liulin",
    "/reviews/{reference}": "verifier", "/reviews": "verifier",
}  # fmt: skip
"""Who looks where, if not the first of ``PEOPLE`` who may."""

PEOPLE = {
    "clerk": AccountRole.CLERK, "verifier": AccountRole.VERIFIER,
    "supervisor": AccountRole.SUPERVISOR, "zjj": AccountRole.ORGANIZATION,
    "admin": AccountRole.ADMINISTRATOR, "auditor": AccountRole.AUDITOR,
}  # fmt: skip


@dataclass(frozen=True)
class Stop:
    """One page to look at: who signs in for it (nobody, if none), its address, and its name."""

    login: str | None
    address: str
    name: str


def stops(site: Site) -> list[Stop]:
    """Every stop of the tour through a service in which the full month was lived."""
    with site.database.begin() as session:
        known = _known(session)
    found = [
        (_visitor(door), FILLED.get(door.path, door.path))
        for door in all_doors()
        if door.method == "GET" and door.path not in NO_PAGES
    ]
    return [
        Stop(who, address.format_map(known), _name(who, address))
        for who, address in [*found, *ALSO]
    ]


def _name(login: str | None, address: str) -> str:
    """What a picture of a stop is called: the same each time."""
    words = re.sub(r"\W+", "-", address.replace(ALL_ROWS, "ledger all")).strip("-")
    return f"{words}-{login or 'nobody'}"


def _visitor(door: Door) -> str | None:
    if door.path in WHO:
        return WHO[door.path]
    asks = door.asks
    return next(
        login
        for login, role in PEOPLE.items()
        if not isinstance(asks, Right) or asks in RIGHTS[role]
    )


def _known(session: Session) -> dict[str, str]:
    """What stands in the database under names that nobody can foresee."""
    account = account_by_login(session, "auditor")
    assert account is not None
    token = make_link(session, account, LinkPurpose.RESET, now=clock.now())
    mails = select(Message.id).where(Message.template == "issued").order_by(col(Message.queued_at))
    uploads = dict(session.exec(select(UploadedLedger.batch_id, UploadedLedger.id)).all())
    done = next(number for number in uploads if number is not None)
    changed = select(AccountEvent.id).where(AccountEvent.what == "contact.changed")
    return {
        "token": token,
        "mail": session.exec(mails).first() or "",
        "upload": uploads[None],
        "done": uploads[done],
        "event": str(session.exec(changed).one()),
    }


def window(browser: Browser, site: Site, login: str | None, language: str, **options: Any) -> Visit:
    """A browser window in which somebody has signed in, and reads this language."""
    visit = Visit(browser, site.address, locale=LOCALES[language], **options)
    cookies = {LANGUAGE_COOKIE: language}
    if login is not None:
        cookies["duban"] = site.signed_in(login).client.cookies["duban"]
    visit.context.add_cookies(
        [{"name": name, "value": value, "url": site.address} for name, value in cookies.items()]
    )
    return visit
