"""Accounts: made by an administrator, entered by an invitation, changed with a trace."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col

from config.language import _
from duban.services.account_log import log_event
from duban.services.account_rules import check_language, check_organization, keep_apart
from duban.services.passwords import check_new_password, hash_password, needs_new_hash
from duban.services.secret_words import digest, new_secret
from models.account import Account
from models.errors import BadInput, NotFound, RefusedByRule
from models.one_time_link import LinkPurpose, OneTimeLink
from models.organization import Organization
from models.queries.accounts import account_by_login, account_called, link_of
from models.rights import AccountRole
from notifications.mail import check_address

INVITED_FOR, RESET_FOR = timedelta(days=7), timedelta(hours=1)


def add_account(
    session: Session,
    *,
    login: str,
    name: str,
    role: AccountRole,
    organization: Organization,
    by: str,
    now: datetime,
    email: str | None = None,
    language: str = "zh",
    password: str | None = None,
) -> Account:
    """A new account; without a password it is entered by an invitation.

    Raises:
        BadInput: a name is empty, too long or taken, or the organization does not fit the role.
    """
    login, name = login.strip().casefold(), name.strip()
    for field, value in (("login", login), ("name", name)):
        if not value or len(value) > 100 or not value.isprintable():
            raise BadInput(_("A name of 1 to 100 printable characters is needed."), field=field)
    if any(mark.isspace() for mark in login):
        raise BadInput(_("A sign-in name holds no blanks."), field="login")
    if account_by_login(session, login) is not None:
        raise BadInput(_("There is already an account “{name}”.").format(name=login), field="login")
    if account_called(session, name) is not None:
        raise BadInput(
            _("Somebody else is called “{name}”; the history must tell people apart.").format(
                name=name
            ),
            field="name",
        )
    check_language(language)
    check_organization(role, organization)
    keep_apart(session, None, role, email)
    account = Account(
        login=login,
        name=name,
        role=role,
        organization_id=organization.id or 0,
        email=check_address(email) if email else None,
        language=language,
        created_at=now,
    )
    session.add(account)
    session.flush()
    log_event(
        session, "account.added", now=now, account_id=account.id, by=by, role=role,
        organization=organization.id,
    )  # fmt: skip
    if password is not None:
        set_password(session, account, password, by=by, now=now)
    return account


def set_password(
    session: Session, account: Account, password: str, *, by: str, now: datetime
) -> None:
    """A new password; every session of the account ends.

    Raises:
        BadInput: it is easily guessed.
    """
    check_new_password(password, account.login, account.name, account.email or "")
    account.password_hash, account.password_set_at = hash_password(password), now
    account.generation += 1
    session.add(account)
    log_event(session, "password.set", now=now, account_id=account.id, by=by)


def keep_hash(session: Session, account: Account, password: str) -> None:
    """Store the password that was just given by today's parameters, if it was by others."""
    if account.password_hash is not None and needs_new_hash(account.password_hash):
        account.password_hash = hash_password(password)
        session.add(account)


def switch(session: Session, account: Account, active: bool, *, by: str, now: datetime) -> None:
    """Let somebody in, or keep them out; every session ends.

    Raises:
        RefusedByRule: it is the account of who asks for it.
    """
    if account.name == by:
        raise RefusedByRule(_("Nobody switches off the own account; ask a colleague."))
    account.active = active
    account.generation += 1
    session.add(account)
    what = "account.on" if active else "account.off"
    log_event(session, what, now=now, account_id=account.id, by=by)


def make_link(session: Session, account: Account, purpose: LinkPurpose, *, now: datetime) -> str:
    """The token of a link that works once; earlier ones of this account work no more."""
    session.exec(delete(OneTimeLink).where(col(OneTimeLink.account_id) == account.id))
    token = new_secret()
    lasts = INVITED_FOR if purpose is LinkPurpose.INVITATION else RESET_FOR
    session.add(
        OneTimeLink(
            token_hash=digest(token), purpose=purpose, account_id=account.id or 0,
            created_at=now, expires_at=now + lasts,
        )
    )  # fmt: skip
    session.flush()
    return token


def account_of_link(session: Session, token: str, *, now: datetime) -> tuple[OneTimeLink, Account]:
    """Whom a mailed link is for.

    Raises:
        NotFound: it is unknown, or was used.
        RefusedByRule: it has expired.
    """
    link = link_of(session, digest(token))
    if link is None or link.used_at is not None:
        raise NotFound(_("This link is not valid or was used already; ask for a new one."))
    if now >= link.expires_at:
        raise RefusedByRule(_("This link has expired; ask for a new one."))
    account = session.get_one(Account, link.account_id)
    if not account.active:
        raise NotFound(_("This link is not valid or was used already; ask for a new one."))
    return link, account


def use_link(session: Session, token: str, password: str, *, now: datetime) -> Account:
    """Set a password by a mailed link, which then works no more.

    Raises:
        NotFound: it is unknown, or was used.
        RefusedByRule: it has expired.
        BadInput: the password is easily guessed.
    """
    link, account = account_of_link(session, token, now=now)
    set_password(session, account, password, by=account.name, now=now)
    link.used_at = now
    session.add(link)
    return account
