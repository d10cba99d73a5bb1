"""The mails about saved views: what each holds on the morning of a day that somebody chose."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from urllib.parse import parse_qsl

from sqlalchemy import or_, update
from sqlmodel import Session, col

from config.settings import Settings
from duban.services.queue_account_mail import Post, queue_for_account
from duban.services.view_entries import kept_view
from models.calendar import SHANGHAI, civil_date, start_of_day
from models.database import Database
from models.errors import BadInput, NotFound
from models.message import BRIEF, NO_LONGER_TRUE, VIEWS, Message, MessageState
from models.queries.ask import ask, filled
from models.queries.outbox import mail_of_step
from models.queries.pages import Tally, tally
from models.queries.scope import scope_of
from models.queries.status import SOON
from models.queries.view_mails import Chosen, chosen_for
from models.view_mail import ViewMail

Counted = Sequence[tuple[Chosen, Tally | None]]
"""Views with their numbers; none where the filters of one fit no longer."""


def queue_view_mails(database: Database, *, now: datetime, settings: Settings) -> int:
    """Put the mails of today's chosen views into the outbox, one for each account; how many.

    They are due from the time of the morning's mail on, once a day; a day that passed is not
    made up for.
    """
    today = civil_date(now)
    morning = datetime.combine(today, settings.schedule.mail_at, SHANGHAI)
    if now < morning:
        return 0
    # Counting may take long in a large ledger, so nobody waits for it to be able to write.
    with database.read() as session:
        due = [(one, _count(session, one, now)) for one in chosen_for(session, today, morning)]
    queued = 0
    for _id, group in groupby(due, key=lambda pair: pair[0].account.id):
        with database.begin() as session:
            queued += _queue(session, list(group), today, Post(settings, now))
    return queued


def cancel_passed(session: Session, now: datetime) -> int:
    """Cancel views and briefs that did not leave on their day: their numbers are true no longer.

    Returns how many.
    """
    done = session.exec(
        update(Message)
        .where(
            col(Message.state) == MessageState.QUEUED,
            col(Message.template).in_((BRIEF, VIEWS)),
            col(Message.queued_at) < start_of_day(civil_date(now)),
        )
        .values(state=MessageState.CANCELLED, answer=NO_LONGER_TRUE)
    )
    return done.rowcount


def _count(session: Session, chosen: Chosen, now: datetime) -> Tally | None:
    """What the account sees in the view."""
    scope = scope_of(chosen.account.role, chosen.organization)
    try:
        wanted = ask(session, filled(parse_qsl(chosen.view.query)), now, scope=scope)
    except (BadInput, NotFound):
        return None
    return tally(session, wanted, now, soon=civil_date(now) + SOON)


def _queue(session: Session, counted: Counted, today: date, post: Post) -> int:
    account = counted[0][0].account
    claimed = session.exec(
        update(ViewMail)
        .where(
            col(ViewMail.account_id) == account.id,
            col(ViewMail.view_id).in_([chosen.view.id for chosen, _tally in counted]),
            or_(col(ViewMail.last_day).is_(None), col(ViewMail.last_day) < today),
        )
        .values(last_day=today)
    )
    step = f"{VIEWS}:{account.id}:{today}"
    if not claimed.rowcount or mail_of_step(session, step) is not None:
        return 0
    message = queue_for_account(session, account, VIEWS, step=step, post=post)
    # Written when it leaves, alone or with whatever else is for the same address.
    message.guard = {
        VIEWS: [kept_view(one.view.id or 0, one.view.name, found) for one, found in counted]
    }
    session.add(message)
    return 1
