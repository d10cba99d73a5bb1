"""Changes to accounts by their owners and by administrators; owners are told of them."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col

from config.language import _
from duban.services.account_log import log_event
from duban.services.account_rules import check_language, check_organization, keep_apart
from duban.services.accounts import set_password
from duban.services.queue_account_mail import Change, Post, tell_owner
from models.account import Account
from models.errors import BadInput, RefusedByRule
from models.organization import Organization
from models.queries.accounts import account_by_subject
from models.rights import AccountRole
from models.sign_in import SignIn
from notifications.mail import check_address


def renew_password(
    session: Session, account: Account, password: str, *, now: datetime, post: Post
) -> None:
    """The owner's own new password; every session of the account ends, the owner is told.

    Raises:
        BadInput: it is easily guessed.
    """
    set_password(session, account, password, by=account.name, now=now)
    tell_owner(session, account, Change.PASSWORD, by=account.name, now=now, post=post)


def change_account(
    session: Session,
    account: Account,
    *,
    role: AccountRole,
    organization: Organization,
    email: str | None,
    by: str,
    now: datetime,
    post: Post,
) -> None:
    """Another role, organization or address; every session ends, the history keeps the name.

    The owner is told, at the earlier address too where it changes.

    Raises:
        BadInput: the organization does not fit the role, or the address is none.
        RefusedByRule: somebody would change the own role.
    """
    check_organization(role, organization)
    new = check_address(email) if email else None
    if role is not account.role and account.name == by:
        raise RefusedByRule(_("Nobody changes the own role; ask a colleague."))
    keep_apart(session, account, role, new)
    before = {"role": account.role, "organization": account.organization_id}
    old, moved = account.email, before != {"role": role, "organization": organization.id}
    account.role, account.organization_id, account.email = role, organization.id or 0, new
    account.generation += 1
    session.add(account)
    log_event(
        session, "account.changed", now=now, account_id=account.id, by=by, before=before,
        role=role, organization=organization.id, address_changed=new != old,
    )  # fmt: skip
    if moved:
        tell_owner(session, account, Change.ROLE, by=by, now=now, post=post)
    if new != old:
        for address in filter(None, (old, new)):
            tell_owner(session, account, Change.ADDRESS, by=by, now=now, post=post, to=address)


def link_identity(
    session: Session,
    account: Account,
    issuer: str,
    subject: str | None,
    *,
    by: str,
    now: datetime,
    post: Post,
) -> None:
    """By which subject the provider of identities knows the account; none takes it away.

    Raises:
        BadInput: another account is known by it.
    """
    if subject is not None:
        known = account_by_subject(session, issuer, subject)
        if known is not None and known.id != account.id:
            raise BadInput(
                _("{name} is known by this identity already.").format(name=known.name),
                field="subject",
            )
    account.oidc_issuer, account.oidc_subject = (issuer, subject) if subject else (None, None)
    session.add(account)
    what = "identity.linked" if subject else "identity.unlinked"
    log_event(session, what, now=now, account_id=account.id, by=by)
    tell_owner(session, account, Change.IDENTITY, by=by, now=now, post=post)


def end_sessions(
    session: Session,
    account: Account,
    *,
    by: str,
    now: datetime,
    only: str | None = None,
    but: str | None = None,
) -> int:
    """End sessions of an account: one of them, all but one, or all; how many there were."""
    doomed = delete(SignIn).where(col(SignIn.account_id) == account.id)
    if only is not None:
        doomed = doomed.where(col(SignIn.token_hash) == only)
    if but is not None:
        doomed = doomed.where(col(SignIn.token_hash) != but)
    ended = session.exec(doomed).rowcount
    log_event(session, "sessions.ended", now=now, account_id=account.id, by=by, n=ended)
    return ended


def set_habits(session: Session, account: Account, *, language: str, keys_off: bool) -> None:
    """In which language somebody is spoken to, and whether keys act on pages.

    Raises:
        BadInput: there is no such language.
    """
    check_language(language)
    account.language, account.keys_off = language, keys_off
    session.add(account)
