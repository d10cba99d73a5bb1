"""The same request twice is answered once: what an Idempotency-Key stands for.

A key is claimed in a transaction of its own, so that others see it at work. The answer is
written in the transaction of the act, so that either both are there or neither.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from models.api_token import IdempotentAnswer
from models.queries.idempotency import answer_of

KEPT_FOR = timedelta(days=7)
AT_WORK_FOR = timedelta(seconds=60)
"""A claim older than this was left behind by a process that died."""


class Claim(StrEnum):
    """What a key turned out to be."""

    NEW = "new"
    ANSWERED = "answered"
    AT_WORK = "at-work"
    OF_ANOTHER_REQUEST = "of-another-request"


@dataclass(frozen=True)
class Answer:
    """What was answered, to be given again."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def claim_key(
    session: Session, account_id: int, key: str, request: str, now: datetime
) -> tuple[Claim, Answer | None]:
    """Begin the request with this key, or tell what became of it; ``request`` is its digest."""
    session.exec(delete(IdempotentAnswer).where(col(IdempotentAnswer.started_at) < now - KEPT_FOR))
    if _insert(session, account_id, key, request, now):
        return Claim.NEW, None
    known = answer_of(session, account_id, key)
    if known.request != request:
        return Claim.OF_ANOTHER_REQUEST, None
    if known.status is not None:
        return Claim.ANSWERED, Answer(known.status, known.headers, known.body)
    if now - known.started_at < AT_WORK_FOR:
        return Claim.AT_WORK, None
    known.started_at = now
    session.add(known)
    return Claim.NEW, None


def keep_answer(
    session: Session, account_id: int, key: str, claimed_at: datetime, answer: Answer
) -> bool:
    """Write the answer down; False where somebody else has taken the key over meanwhile."""
    values = {"status": answer.status, "headers": answer.headers, "body": answer.body}
    kept = session.exec(
        update(IdempotentAnswer).where(*_claim(account_id, key, claimed_at)).values(**values)
    )
    return bool(kept.rowcount)


def give_up_key(session: Session, account_id: int, key: str, claimed_at: datetime) -> None:
    """Forget a request that came to nothing, so that it may be sent again."""
    session.exec(delete(IdempotentAnswer).where(*_claim(account_id, key, claimed_at)))


def _claim(account_id: int, key: str, claimed_at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        col(IdempotentAnswer.account_id) == account_id,
        col(IdempotentAnswer.key) == key,
        col(IdempotentAnswer.started_at) == claimed_at,
        col(IdempotentAnswer.status).is_(None),
    )


def _insert(session: Session, account_id: int, key: str, request: str, now: datetime) -> bool:
    """Whether the key was free; of two who bring it at once, one is first."""
    connection = session.connection()
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    made = connection.execute(
        insert(IdempotentAnswer)
        .values(account_id=account_id, key=key, request=request, started_at=now, headers={},
                body=b"")
        .on_conflict_do_nothing()
        .returning(col(IdempotentAnswer.key))
    )  # fmt: skip
    return made.first() is not None
