"""Named reads of whether the notice before a proposal was heard, for a list of proposals."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, literal, null, union_all
from sqlalchemy import select as columns
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from models.escalation import Escalation, Notice
from models.heard_before import HeardBefore, Hearing, heard_by_mails, is_lost
from models.message import Message
from models.organization import Contact
from models.queries.contacts import has_address


def heard_before(
    session: Session, proposals: Sequence[Escalation], notices: Collection[str]
) -> dict[int, HeardBefore]:
    """How far the last of ``notices`` came that was told before each proposal, by its id.

    ``notices`` are the codes of the rungs that urge. Where none stands, the organization heard
    nothing if its mails came back or nobody there can be reached.
    """
    rows = session.connection().execute(_notices_and_reached(proposals, notices)).all()
    mails = _mails(session, [row for row in rows if row.kind != "reached"])
    reached = {row.organization_id for row in rows if row.kind == "reached"}
    standing: dict[tuple[int, date], list[Message]] = {}
    withdrawn: dict[tuple[int, date], list[Message]] = defaultdict(list)
    for row in sorted(
        (r for r in rows if r.kind != "reached"), key=lambda r: (r.effective_on, r.id)
    ):
        of_night = mails.get((row.run_id, row.organization_id), ())
        telling = [mail for mail in of_night if mail.tells(row.finding_id, row.rung)]
        if row.kind == "standing":
            standing[row.finding_id, row.due_on] = telling
        else:
            withdrawn[row.finding_id, row.due_on] += telling
    found = {}
    for proposal in proposals:
        key = proposal.finding_id, proposal.due_on
        lost = [mail for mail in withdrawn.get(key, ()) if is_lost(mail)]
        silent = not lost and proposal.organization_id not in reached
        if key in standing:
            found[proposal.id or 0] = heard_by_mails(standing[key])
        else:
            found[proposal.id or 0] = (
                HeardBefore(Hearing.NOBODY) if silent else heard_by_mails(lost)
            )
    return found


def _notices_and_reached(proposals: Sequence[Escalation], codes: Collection[str]) -> Any:
    """Notices that stand, those that were withdrawn, and organizations that mail reaches.

    In one statement; each kind has an index of its own.
    """
    ids, days = {one.finding_id for one in proposals}, {one.due_on for one in proposals}
    organizations = {one.organization_id for one in proposals}

    def notices(kind: str) -> Select[Any]:
        return columns(
            literal(kind).label("kind"), col(Notice.id), col(Notice.finding_id),
            col(Notice.organization_id), col(Notice.due_on), col(Notice.rung),
            col(Notice.run_id), col(Notice.effective_on),
        ).where(
            col(Notice.due_on).in_(days), col(Notice.finding_id).in_(ids),
            col(Notice.rung).in_(codes),
        )  # fmt: skip

    reached = columns(
        literal("reached"), null(), null(), col(Contact.organization_id), null(), null(), null(),
        null(),
    ).where(col(Contact.organization_id).in_(organizations), has_address())  # fmt: skip
    return union_all(
        notices("standing").where(col(Notice.withdrawn_at).is_(None)),
        notices("withdrawn").where(col(Notice.withdrawn_at).is_not(None)),
        reached,
    )


def _mails(session: Session, notices: Sequence[Any]) -> dict[tuple[int, int], list[Message]]:
    """The mails of the nights that told these notices, by night and organization."""
    if not notices:
        return {}
    query = (
        select(Message)
        .where(
            col(Message.run_id).in_({one.run_id for one in notices}),
            col(Message.organization_id).in_({one.organization_id for one in notices}),
        )
        .options(defer(Message.text), defer(Message.html))  # type: ignore[arg-type]  # sqlmodel types columns as their values
    )
    found: dict[tuple[int, int], list[Message]] = defaultdict(list)
    for mail in session.exec(query):
        found[mail.run_id or 0, mail.organization_id].append(mail)
    return found
