"""The answers that repeated requests get."""

from sqlmodel import Session, select

from models.api_token import IdempotentAnswer


def answer_of(session: Session, account_id: int, key: str) -> IdempotentAnswer:
    """The row of a key that an account has used, held until the end of the transaction."""
    query = select(IdempotentAnswer).where(
        IdempotentAnswer.account_id == account_id, IdempotentAnswer.key == key
    )
    locked = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(locked).one()
