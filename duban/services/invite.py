"""Links that let somebody in: invitations, resets, and what follows when one is used."""

from datetime import datetime, timedelta

from sqlmodel import Session

from config.language import _
from duban.services.account_log import log_event
from duban.services.accounts import (
    INVITED_FOR,
    RESET_FOR,
    account_of_link,
    make_link,
    use_link,
)
from duban.services.queue_account_mail import Change, Post, queue_link, tell_owner
from duban.services.second_factor import take_away_factor
from models.account import Account
from models.errors import RefusedByRule
from models.message import Message
from models.one_time_link import LinkPurpose
from models.queries.accounts import account_by_login, newest_link_of

AT_MOST_EVERY = timedelta(minutes=5)
"""An account is mailed a reset that anybody can ask for no more often than this."""


def send_link(session: Session, account: Account, *, by: str, now: datetime, post: Post) -> Message:
    """Mail an invitation to who has no password yet, a reset to who has one.

    Raises:
        RefusedByRule: the account has no address, or is switched off.
    """
    if account.email is None:
        raise RefusedByRule(
            _("{name} has no mail address; enter one, or run “duban account link {login}”.").format(
                name=account.name, login=account.login
            )
        )
    if not account.active:
        raise RefusedByRule(_("{name} is switched off.").format(name=account.name))
    invited = account.password_hash is None
    purpose, lasts = (
        (LinkPurpose.INVITATION, INVITED_FOR) if invited else (LinkPurpose.RESET, RESET_FOR)
    )
    token = make_link(session, account, purpose, now=now)
    log_event(session, "link.sent", now=now, account_id=account.id, by=by, purpose=purpose)
    return queue_link(
        session, account, purpose, token, to=account.email, expires_at=now + lasts, post=post
    )


def forgotten(session: Session, login: str, *, now: datetime, post: Post) -> None:
    """Mail a link to who says to have forgotten the password, if there is such a person.

    Nothing tells the asker which it was; a second question within minutes is not answered.
    """
    account = account_by_login(session, login)
    if account is None or not account.active or account.email is None:
        return
    newest = newest_link_of(session, account.id or 0)
    if newest is None or newest.created_at <= now - AT_MOST_EVERY:
        send_link(session, account, by="", now=now, post=post)


def recover(session: Session, account: Account, *, by: str, now: datetime, post: Post) -> Message:
    """For who has lost the second factor: it and the password are taken away, a link is mailed.

    Whoever asked for it cannot come in by it, only who reads the owner's mail.

    Raises:
        RefusedByRule: the account has no address, or is switched off.
    """
    message = send_link(session, account, by=by, now=now, post=post)
    account.password_hash = None
    take_away_factor(session, account, by=by, now=now, post=post)
    return message


def enter_by_link(
    session: Session, token: str, password: str, *, now: datetime, post: Post
) -> Account:
    """Set a password by a mailed link; the owner is told of a reset.

    Raises:
        NotFound: the link is unknown, or was used.
        RefusedByRule: it has expired.
        BadInput: the password is easily guessed.
    """
    link, _account = account_of_link(session, token, now=now)
    account = use_link(session, token, password, now=now)
    if link.purpose is LinkPurpose.RESET:
        tell_owner(session, account, Change.PASSWORD, by=account.name, now=now, post=post)
    return account
