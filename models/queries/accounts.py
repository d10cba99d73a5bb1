"""Named reads of accounts, sessions, links and tokens."""

from collections.abc import Collection, Sequence
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
from models.rights import AccountRole
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


def accounts_after(
    session: Session, number: int, *, limit: int
) -> Sequence[tuple[Account, Organization]]:
    """At most ``limit`` accounts with their organizations, by number, from behind ``number`` on."""
    query = (
        select(Account, Organization)
        .join(Organization, col(Account.organization_id) == col(Organization.id))
        .where(col(Account.id) > number)
    )
    return session.exec(query.order_by(col(Account.id)).limit(limit)).all()


def account_called(session: Session, name: str) -> Account | None:
    """The account that the history knows by this name."""
    return session.exec(select(Account).where(Account.name == name)).first()


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


def all_tokens(session: Session) -> Sequence[tuple[ApiToken, Account]]:
    """Every token with its account, the newest first."""
    query = select(ApiToken, Account).join(Account, col(ApiToken.account_id) == col(Account.id))
    return session.exec(query.order_by(col(ApiToken.id).desc())).all()


def link_of(session: Session, token_hash: str) -> OneTimeLink | None:
    """The mailed link with this token."""
    return session.get(OneTimeLink, token_hash)


def newest_link_of(session: Session, account_id: int) -> OneTimeLink | None:
    """The link that was made last for an account, used or not."""
    query = select(OneTimeLink).where(OneTimeLink.account_id == account_id)
    return session.exec(query.order_by(col(OneTimeLink.created_at).desc())).first()


def account_with_address(
    session: Session, email: str, role: AccountRole, *, but: int | None
) -> Account | None:
    """An account of this role with this address, other than number ``but``."""
    query = select(Account).where(func.lower(Account.email) == email.lower(), Account.role == role)
    return session.exec(query if but is None else query.where(Account.id != but)).first()


def account_names(session: Session, ids: Collection[int]) -> dict[int, str]:
    """The names of the accounts with these ids."""
    query = select(Account.id, Account.name).where(col(Account.id).in_(ids))
    return {number: name for number, name in session.exec(query) if number is not None}


def account_events(
    session: Session,
    *,
    limit: int,
    before: int | None = None,
    what: str | None = None,
    account_id: int | None = None,
) -> Sequence[AccountEvent]:
    """The log of the doors, the newest first, from ``before`` on."""
    query = select(AccountEvent).order_by(col(AccountEvent.id).desc()).limit(limit)
    if before is not None:
        query = query.where(col(AccountEvent.id) < before)
    if what is not None:
        query = query.where(AccountEvent.what == what)
    if account_id is not None:
        query = query.where(AccountEvent.account_id == account_id)
    return session.exec(query).all()
