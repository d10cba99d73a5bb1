"""Tokens of the API: shown once, kept as a digest, good for less than their account may."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col

from config.language import _
from duban.services.account_log import log_event
from duban.services.secret_words import digest, new_secret
from models.account import Account
from models.api_token import ApiToken
from models.errors import BadInput
from models.rights import TokenScope, rights_of_token

BEGINNING = "duban_"
"""Every token begins so, that it may be found where it was left lying about."""
LONGEST_LIFE = timedelta(days=366)
TOUCHED_AFTER = timedelta(minutes=10)
"""A token's last use is written down no more often than this."""
_SHOWN = len(BEGINNING) + 6


def make_token(
    session: Session,
    account: Account,
    *,
    name: str,
    scopes: Collection[TokenScope],
    lasts: timedelta,
    now: datetime,
) -> tuple[ApiToken, str]:
    """A new token of ``account``: its row, and the token itself, which is stored nowhere.

    Raises:
        BadInput: the name, the scopes or the time cannot be used; ``field`` says which.
    """
    name = name.strip()
    if not name or len(name) > 100 or not name.isprintable():
        raise BadInput(_("A name of 1 to 100 printable characters is needed."), field="name")
    if not rights_of_token(account.role, frozenset(scopes)):
        raise BadInput(
            _("With these scopes an account of this role could do nothing; choose others."),
            field="scopes",
        )
    if not timedelta(0) < lasts <= LONGEST_LIFE:
        raise BadInput(
            _("A token lasts at least one day and at most {n} days.").format(n=LONGEST_LIFE.days),
            field="days",
        )
    secret = BEGINNING + new_secret()
    token = ApiToken(
        account_id=account.id or 0,
        name=name,
        beginning=secret[:_SHOWN],
        token_hash=digest(secret),
        scopes=sorted(set(scopes)),
        created_at=now,
        expires_at=now + lasts,
    )
    session.add(token)
    session.flush()
    log_event(
        session, "token.made", now=now, account_id=account.id, by=account.name, token=token.id,
        scopes=token.scopes, expires_at=token.expires_at.isoformat(),
    )  # fmt: skip
    return token, secret


def revoke_token(session: Session, token: ApiToken, *, by: str, now: datetime) -> None:
    """Let a token work no more; a second time changes nothing."""
    if token.revoked_at is not None:
        return
    token.revoked_at = now
    session.add(token)
    log_event(session, "token.revoked", now=now, account_id=token.account_id, by=by, token=token.id)


def touch_token(session: Session, token_hash: str, now: datetime) -> None:
    """Note that a token was used."""
    session.exec(update(ApiToken).where(col(ApiToken.token_hash) == token_hash).values(used_at=now))
