"""Coming in and going out: wrong guesses slow the door down, sessions end by themselves.

The edge checks the password between ``seconds_to_wait`` and ``open_session`` or
``note_failure``, so that no transaction is open while it hashes.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import delete, update
from sqlmodel import Session, col

from config.language import _
from config.settings import WebSettings
from duban.services.account_log import log_event
from duban.services.secret_words import HouseKey, digest, new_secret
from models.account import Account
from models.errors import NotAllowed
from models.sign_in import SignIn, SignInDelay

FREE_GUESSES, LONGEST_WAIT = 3, 900
"""So many wrong guesses cost nothing; then each doubles the wait, up to a quarter of an hour."""
_FORGOTTEN_AFTER = timedelta(hours=24)


def seconds_to_wait(session: Session, login: str, address: str, now: datetime) -> int:
    """How long this name and this address must wait before the next guess."""
    waits = [0]
    for key in _keys(login, address):
        delay = session.get(SignInDelay, key)
        if delay is None or delay.failures < FREE_GUESSES:
            continue
        wait = min(2 ** min(delay.failures - FREE_GUESSES, 20), LONGEST_WAIT)
        waits.append(int((delay.last_at + timedelta(seconds=wait) - now).total_seconds() + 0.999))
    return max(waits)


def note_failure(
    session: Session, login: str, address: str, *, account_id: int | None, now: datetime
) -> None:
    """Write down a wrong guess."""
    session.exec(delete(SignInDelay).where(col(SignInDelay.last_at) < now - _FORGOTTEN_AFTER))
    for key in _keys(login, address):
        delay = session.get(SignInDelay, key) or SignInDelay(key=key, failures=0, last_at=now)
        delay.failures, delay.last_at = delay.failures + 1, now
        session.add(delay)
    log_event(
        session, "sign-in.refused", now=now, account_id=account_id,
        address=address,
    )  # fmt: skip


def open_session(
    session: Session,
    account: Account,
    *,
    settings: WebSettings,
    address: str,
    browser: str,
    now: datetime,
    second_factor: bool = False,
) -> str:
    """A new session of ``account``; what the cookie is to hold.

    Raises:
        NotAllowed: the account is switched off.
    """
    if not account.active:
        raise NotAllowed(_("This account is switched off; the administrator can tell why."))
    session.exec(delete(SignInDelay).where(col(SignInDelay.key) == _keys(account.login, "")[0]))
    session.exec(delete(SignIn).where(col(SignIn.ends_at) < now))
    token = new_secret()
    owes = account.otp_confirmed_at is not None and not second_factor
    session.add(
        SignIn(
            token_hash=digest(token),
            account_id=account.id or 0,
            generation=account.generation,
            csrf=new_secret(),
            created_at=now,
            seen_at=now,
            ends_at=now + timedelta(hours=settings.session_hours),
            owes_code=owes,
            second_factor_at=now if second_factor else None,
            address=address,
            browser=browser[:200],
        )
    )
    account.signed_in_at = now
    session.add(account)
    log_event(
        session, "sign-in", now=now, account_id=account.id, by=account.name, address=address,
        owes_code=owes,
    )  # fmt: skip
    return token


def give_code(
    session: Session, sign_in: SignIn, account: Account, code: str, *, key: HouseKey, now: datetime
) -> bool:
    """Take the second factor for a session; each code works once, in its own half minute."""
    if account.otp_secret is None or not _takes_code(account, code, key, now):
        return False
    # Of two who give the same code at once, one is first.
    step = int(now.timestamp()) // 30
    taken = session.exec(
        update(Account)
        .where(col(Account.id) == account.id, col(Account.otp_step) < step)
        .values(otp_step=step)
    )
    if taken.rowcount != 1:
        return False
    sign_in.owes_code, sign_in.second_factor_at = False, now
    session.add(sign_in)
    log_event(session, "second-factor", now=now, account_id=account.id, by=account.name)
    return True


def _takes_code(account: Account, code: str, key: HouseKey, now: datetime) -> bool:
    plain = "".join(code.split())
    if not plain.isascii() or not plain.isdigit():
        return False
    return pyotp.TOTP(key.unseal(account.otp_secret or "")).verify(plain, for_time=now)


def touch(session: Session, seen: Mapping[str, datetime]) -> None:
    """Note when sessions, by the digests of their tokens, were in use."""
    for token_hash, at in sorted(seen.items()):
        session.exec(update(SignIn).where(col(SignIn.token_hash) == token_hash).values(seen_at=at))


def close_session(session: Session, token_hash: str, *, by: Account, now: datetime) -> None:
    """Sign out of one session."""
    session.exec(delete(SignIn).where(col(SignIn.token_hash) == token_hash))
    log_event(session, "sign-out", now=now, account_id=by.id, by=by.name)


def has_ended(sign_in: SignIn, account: Account, settings: WebSettings, now: datetime) -> bool:
    """Whether a session is over: by its age, by idleness, or by what happened to its account."""
    idle = sign_in.seen_at + timedelta(minutes=settings.idle_minutes)
    return (
        not account.active
        or sign_in.generation != account.generation
        or now >= sign_in.ends_at
        or now >= idle
    )


def _keys(login: str, address: str) -> tuple[str, str]:
    return digest(f"login:{login.strip().casefold()}"), digest(f"address:{address}")
