"""The mails of a night: one for each address of an organization, written when it leaves."""

from sqlalchemy import literal, select
from sqlmodel import Session, col

from duban.services.night import Night
from models.ladder import Limit, Rung
from models.message import DIGEST, REVIEW_LATE, Message, MessageState
from models.night_tables import letterboxes
from models.organization import Contact
from models.queries.night_letterboxes import BITS, kinds_of_boxes, mails_of_boxes
from models.tables import insert_into, table_of


def mail_about(rung: Rung) -> str:
    """The template that tells of a rung."""
    return REVIEW_LATE if rung.counts is Limit.REVIEW else DIGEST


def queue_mails(session: Session, night: Night, run_id: int) -> int:
    """Put the mails into the outbox that no earlier batch of the night put there; how many.

    ``guard`` holds every rung that the address hears, told by this batch or not: the lines
    of the mail are the notices of the same run and organization when it leaves, so another
    batch of the night may add to it. ``step_key`` is the same for the same address.
    """
    connection = session.connection()
    kinds = connection.execute(kinds_of_boxes()).all()
    if not kinds:
        return 0
    guards = {tuple(kind): _guard(night, *kind) for kind in kinds}
    table = table_of(Message)
    empty = {"subject": "", "text": "", "html": "", "headers": {}, "attempts": 0}
    given = {
        **empty, "run_id": run_id, "queued_at": night.now, "next_attempt_at": night.now,
        "state": MessageState.QUEUED,
    }  # fmt: skip
    row = mails_of_boxes(run_id, guards)
    row |= {name: literal(value, table.c[name].type) for name, value in given.items()}
    rows = (
        select(*row.values())
        .join_from(letterboxes, Contact, col(Contact.id) == letterboxes.c.contact_id)
        .order_by(
            letterboxes.c.organization_id, letterboxes.c.template, letterboxes.c.first_id
        )
    )  # fmt: skip
    new = insert_into(connection, Message).from_select([*row], rows, include_defaults=False)
    options = {"preserve_rowcount": True}
    return connection.execute(new.on_conflict_do_nothing(), execution_options=options).rowcount


def _guard(night: Night, template: str, roles: int, reached: int) -> dict[str, list[str]]:
    heard = []
    for rung in night.rules.ladder:
        wanted = sum(BITS[role] for role in set(rung.to))
        # Of an organization whoever has an address hears what nobody there hears by role.
        nobody = template == DIGEST and not wanted & reached
        if mail_about(rung) == template and (wanted & roles or nobody):
            heard.append(rung.code)
    return {"rungs": heard}
