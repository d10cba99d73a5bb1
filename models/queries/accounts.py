"""Named reads of accounts, sessions, links and tokens."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func
from sqlmodel import Session, col, select

from config.language import _
from models.account import Account
from models.account_event import AccountEvent
from models.api_token import ApiToken
from models.errors import NotFound
from models.one_time_link import OneTimeLink
from models.organization import Organization
from models.queries.numbers import by_number
from models.sign_in import SignIn


class SeenSession(NamedTuple):
    """A session with whose it is."""

    sign_in: SignIn
    account: Account
    organization: Organization


class SeenToken(NamedTuple):
    """A token with whose it is."""

    token: ApiToken
    account: Account
    organization: Organization


def session_of(session: Session, token_hash: str) -> SeenSession | None:
    """The session that a cookie names, whatever its state."""
    query = (
        select(SignIn, Account, Organization)
        .join(Account, col(SignIn.account_id) == col(Account.id))
        .join(Organization, col(Account.organization_id) == col(Organization.id))
        .where(SignIn.token_hash == token_hash)
    )
    found = session.exec(query).first()
    return None if found is None else SeenSession(*found)


def token_of(session: Session, token_hash: str) -> SeenToken | None:
    """The token of an API request, whatever its state."""
    query = (
        select(ApiToken, Account, Organization)
        .join(Account, col(ApiToken.account_id) == col(Account.id))
        .join(Organization, col(Account.organization_id) == col(Organization.id))
        .where(ApiToken.token_hash == token_hash)
    )
    found = session.exec(query).first()
    return None if found is None else SeenToken(*found)


def account_by_login(session: Session, login: str) -> Account | None:
    """The account that signs in with this name; the case of letters does not matter."""
    return session.exec(select(Account).where(Account.login == login.strip().casefold())).first()


def account_by_subject(session: Session, issuer: str, subject: str) -> Account | None:
    """The account that a provider of identities knows by this subject."""
    query = select(Account).where(Account.oidc_issuer == issuer, Account.oidc_subject == subject)
    return session.exec(query).first()


def account_numbered(session: Session, account_id: int) -> Account:
    """The account with this number.

    Raises:
        NotFound: there is none.
    """
    found = by_number(session, Account, account_id)
    if found is None:
        raise NotFound(_("There is no account {id}.").format(id=account_id))
    return found


def accounts(session: Session) -> Sequence[tuple[Account, Organization]]:
    """Every account with its organization, by role and name."""
    query = (
        select(Account, Organization)
        .join(Organization, col(Account.organization_id) == col(Organization.id))
        .order_by(col(Account.role), col(Account.name))
    )
    return session.exec(query).all()


def count_accounts(session: Session) -> int:
    """How many accounts there are."""
    return session.exec(select(func.count()).select_from(Account)).one()


def sessions_of(session: Session, account_id: int, now: datetime) -> Sequence[SignIn]:
    """The sessions of an account that have not ended, the newest first."""
    query = (
        select(SignIn)
        .join(Account, col(SignIn.account_id) == col(Account.id))
        .where(
            SignIn.account_id == account_id,
            SignIn.ends_at > now,
            col(SignIn.generation) == col(Account.generation),
        )
        .order_by(col(SignIn.seen_at).desc())
    )
    return session.exec(query).all()


def tokens_of(session: Session, account_id: int) -> Sequence[ApiToken]:
    """The tokens of an account, the newest first."""
    query = select(ApiToken).where(ApiToken.account_id == account_id)
    return session.exec(query.order_by(col(ApiToken.id).desc())).all()


def link_of(session: Session, token_hash: str) -> OneTimeLink | None:
    """The mailed link with this token."""
    return session.get(OneTimeLink, token_hash)


def account_events(
    session: Session, *, limit: int, before: int | None = None
) -> Sequence[AccountEvent]:
    """The log of the doors, the newest first, from ``before`` on."""
    query = select(AccountEvent).order_by(col(AccountEvent.id).desc()).limit(limit)
    if before is not None:
        query = query.where(col(AccountEvent.id) < before)
    return session.exec(query).all()
