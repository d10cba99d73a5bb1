"""The second factor (TOTP, RFC 6238): offered, confirmed by a first code, taken away.

An offer is sealed for one account and stored nowhere, so looking at the page changes nothing.
"""

from datetime import datetime

import pyotp
from sqlmodel import Session

from config.language import _
from duban.services.account_log import log_event
from duban.services.queue_account_mail import Change, Post, tell_owner
from duban.services.secret_words import HouseKey
from models.account import Account
from models.errors import BadInput, RefusedByRule, Unavailable
from models.sign_in import SignIn


def new_offer(account_id: int, key: HouseKey) -> str:
    """A new secret for this account, sealed."""
    return key.seal(f"{account_id}:{pyotp.random_base32()}")


def secret_of(offer: str, account_id: int, key: HouseKey) -> str:
    """The secret of an offer.

    Raises:
        BadInput: the offer was not made here, or for somebody else.
    """
    try:
        owner, _colon, secret = key.unseal(offer).partition(":")
    except Unavailable:
        owner, secret = "", ""
    if owner != str(account_id) or not secret:
        raise BadInput(_("This form did not come from its page; open the page and send it anew."))
    return secret


def address_of(secret: str, login: str, site: str) -> str:
    """The ``otpauth:`` address that an app reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=site)


def confirm_factor(
    session: Session,
    account: Account,
    offer: str,
    code: str,
    *,
    keep: SignIn,
    key: HouseKey,
    now: datetime,
    post: Post,
) -> None:
    """Take a second factor into use by its first code; other sessions than ``keep`` end.

    Raises:
        BadInput: the code is not that of the offer now.
        RefusedByRule: the account has a second factor already.
    """
    if account.otp_confirmed_at is not None:
        raise RefusedByRule(_("A second factor is set up already; remove it first."))
    secret, plain = secret_of(offer, account.id or 0, key), "".join(code.split())
    shown = plain.isascii() and pyotp.TOTP(secret).verify(plain, for_time=now)
    if not shown:
        raise BadInput(_("This code is not the one that the app shows now."), field="code")
    account.otp_secret, account.otp_confirmed_at = key.seal(secret), now
    account.otp_step = int(now.timestamp()) // 30
    account.generation += 1
    keep.generation, keep.second_factor_at = account.generation, now
    session.add(account)
    session.add(keep)
    log_event(session, "factor.on", now=now, account_id=account.id, by=account.name)
    tell_owner(session, account, Change.FACTOR_ON, by=account.name, now=now, post=post)


def take_away_factor(
    session: Session,
    account: Account,
    *,
    by: str,
    now: datetime,
    post: Post,
    keep: SignIn | None = None,
) -> None:
    """No second factor any more; every other session than ``keep`` ends, the owner is told."""
    account.otp_secret, account.otp_confirmed_at = None, None
    account.generation += 1
    session.add(account)
    if keep is not None:
        keep.generation, keep.second_factor_at = account.generation, None
        session.add(keep)
    log_event(session, "factor.off", now=now, account_id=account.id, by=by)
    tell_owner(session, account, Change.FACTOR_OFF, by=by, now=now, post=post)
