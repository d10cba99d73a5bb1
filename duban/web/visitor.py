"""Who stands at the door: known by a session's cookie or by a token, else nobody.

Who a session or token belongs to is looked up once for as long as nothing is committed (``mark``);
whether it has ended is asked each time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from config.language import Language, as_language
from duban.services.secret_words import digest
from duban.services.sign_in import has_ended
from duban.services.tokens import TOUCHED_AFTER as TOKEN_TOUCHED_AFTER
from duban.web.house import House
from models.account import Account
from models.organization import Organization
from models.queries.accounts import SeenSession, SeenToken, session_of, token_of
from models.queries.scope import Scope, scope_of
from models.rights import ACTS_AS, RIGHTS, AccountRole, Right, TokenScope, rights_of_token
from models.transitions import Role

TOUCHED_AFTER = timedelta(seconds=60)
"""A session's last use is written down no more often than this."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person who signed in, and what they may do and see here."""

    account_id: int
    name: str
    role: AccountRole
    rights: frozenset[Right]
    scope: Scope
    organization_id: int
    language: Language
    csrf: str = ""
    session: str | None = None
    owes_code: bool = False
    needs_factor: bool = False
    second_factor_at: datetime | None = None
    seen_long_ago: bool = False
    keys_off: bool = False
    token_scopes: frozenset[TokenScope] = frozenset()
    token_ends_at: datetime | None = None

    @property
    def acts_as(self) -> Role | None:
        """The role of the state machine; none for who never touches a finding."""
        return ACTS_AS.get(self.role)

    @property
    def of_office(self) -> bool:
        """Whether it is one of the commission's own people who work with findings."""
        return Right.READ_OFFICE in self.rights


def visitor_by_cookie(house: House, cookie: str, mark: str, now: datetime) -> Visitor | None:
    """Whose session it is; nobody's where it has ended."""
    token_hash, settings = digest(cookie), house.settings.web
    found = house.kept.of((mark, "session", token_hash), lambda: _session(house, token_hash))
    if found is None or has_ended(found.sign_in, found.account, settings, now):
        return None
    sign_in, account, organization = found
    return Visitor(
        **_person(account, organization),
        rights=RIGHTS[account.role],
        csrf=sign_in.csrf,
        session=sign_in.token_hash,
        owes_code=sign_in.owes_code,
        needs_factor=settings.second_factor == "required" and account.otp_confirmed_at is None,
        second_factor_at=sign_in.second_factor_at,
        seen_long_ago=now - sign_in.seen_at > TOUCHED_AFTER,
        keys_off=account.keys_off,
    )


def visitor_by_token(house: House, token: str, mark: str, now: datetime) -> Visitor | None:
    """Whose token it is; nobody's where it was revoked or has expired."""
    token_hash = digest(token)
    found = house.kept.of((mark, "token", token_hash), lambda: _token(house, token_hash))
    if found is None:
        return None
    row, account, organization = found
    if row.revoked_at is not None or now >= row.expires_at or not account.active:
        return None
    scopes = frozenset(map(TokenScope, row.scopes))
    return Visitor(
        **_person(account, organization),
        rights=rights_of_token(account.role, scopes),
        seen_long_ago=row.used_at is None or now - row.used_at > TOKEN_TOUCHED_AFTER,
        token_scopes=scopes,
        token_ends_at=row.expires_at,
    )


def _session(house: House, token_hash: str) -> SeenSession | None:
    with house.database.read() as session:
        return session_of(session, token_hash)


def _token(house: House, token_hash: str) -> SeenToken | None:
    with house.database.read() as session:
        return token_of(session, token_hash)


def _person(account: Account, organization: Organization) -> dict[str, Any]:
    return {
        "account_id": account.id or 0,
        "name": account.name,
        "role": account.role,
        "scope": scope_of(account.role, organization),
        "organization_id": organization.id or 0,
        "language": as_language(account.language),
    }
