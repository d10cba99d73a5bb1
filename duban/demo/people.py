"""Who can sign in to the demo: an account of each role, with one known password."""

import re
from datetime import datetime

from sqlmodel import Session

from config.language import _
from duban.services.accounts import add_account
from duban.services.transition import Actor
from models.account import Account
from models.organization import Organization
from models.queries.organizations import organization_named
from models.rights import AccountRole
from models.transitions import Role

DEMO_PASSWORD = "demo-2024-Shili"
"""Good for nothing but a demo: such a database holds nothing real and sends no mail."""


def demo_people() -> list[tuple[str, str]]:
    """The sign-in names of the demo, and what each is."""
    return [
        ("clerk", _("clerk of the commission")),
        ("verifier", _("verifier")),
        ("supervisor", _("supervisor")),
        ("zjj", _("contact of the Housing Bureau, which is overdue")),
        ("liulin", _("contact of Liulin Town, which had more time")),
        ("admin", _("administrator")),
        ("auditor", _("auditor")),
    ]


CLERK = Actor("李晓", Role.CLERK)
VERIFIER = Actor("周敏", Role.VERIFIER)
SUPERVISOR = Actor("王立", Role.SUPERVISOR)
_ROLES = {
    "clerk": (AccountRole.CLERK, "commission", CLERK.name),
    "verifier": (AccountRole.VERIFIER, "commission", VERIFIER.name),
    "supervisor": (AccountRole.SUPERVISOR, "commission", SUPERVISOR.name),
    "zjj": (AccountRole.ORGANIZATION, "zjj", "住建局联络员"),
    "liulin": (AccountRole.ORGANIZATION, "liulin", "柳林镇联络员"),
    "admin": (AccountRole.ADMINISTRATOR, "commission", "系统管理员"),
    "auditor": (AccountRole.AUDITOR, "commission", "审计员"),
}


def contact_of(organization: Organization) -> Actor:
    """Who acts for an organization, called as the accounts of the demo are."""
    short = re.sub("^示例区|党组$|党委$", "", organization.name)
    return Actor(f"{short}联络员", Role.ORGANIZATION)


def add_people(session: Session, *, now: datetime, language: str) -> list[Account]:
    """The accounts of the demo."""
    return [_add(session, login, now, language) for login in _ROLES]


def _add(session: Session, login: str, now: datetime, language: str) -> Account:
    role, code, name = _ROLES[login]
    organization: Organization = organization_named(session, code)
    return add_account(
        session, login=login, name=name, role=role, organization=organization, by="demo", now=now,
        email=f"{login}@demo.example", language=language, password=DEMO_PASSWORD,
    )  # fmt: skip
