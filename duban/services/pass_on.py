"""A mail that did not arrive: mark the address, tell the next person, or take the notice back.

A notice of which nobody was told is none: it is withdrawn, and the ladder tells the rung again
when an address works. Everything here may be said twice, and days later.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from duban.services.mark_address import clear_mark, mark_address
from duban.services.queue_message import number_of
from duban.services.render_mail import thread_headers
from duban.services.rules import Rules
from duban.services.withdraw_unheard import tells_any, withdraw_unheard
from models.installation import Installation
from models.letter import Letter
from models.message import HELD_UNTIL, NOT_ARRIVED, Message, MessageState
from models.organization import Contact
from models.queries.passing_on import (
    mails_beside,
    notices_told_by,
    step_of,
    who_may_hear,
)

INSTEAD_OF = "instead_of"
"""In the ``guard`` of a mail that was passed on: the mail that did not arrive."""

_ITS_OWN = {INSTEAD_OF, "joined"}


def not_arrived(
    session: Session,
    message: Message,
    why: str,
    *,
    now: datetime,
    rules: Rules,
    address_at_fault: bool = True,
) -> None:
    """After ``message`` was refused or came back: tell somebody else, or withdraw its notices.

    ``why`` is what the mail server said; unless the address is not at fault, no more mail goes
    there as long as it is the person's. Mails to accounts only keep their state.
    """
    # What left in the same mail did not arrive either.
    joined = [session.get_one(Message, one) for one in message.guard.get("joined", ())]
    for lost in (message, *joined):
        if lost.contact_id is None:
            continue
        contact = session.get_one(Contact, lost.contact_id)
        if address_at_fault and _is_present(message, contact):
            came_back = message.bounced_at if message.state is MessageState.BOUNCED else None
            mark_address(session, contact, why, came_back or now)
        _tell_somebody(session, lost, contact, now=now, rules=rules)
    session.flush()


def arrived(session: Session, message: Message) -> None:
    """After ``message`` was delivered: mail to its address works, if it is the present one."""
    if message.contact_id is None:
        return
    contact = session.get_one(Contact, message.contact_id)
    since, then = contact.undeliverable_at, message.delivered_at
    outdated = since is not None and then is not None and then < since
    if since is None or outdated or not _is_present(message, contact):
        return
    clear_mark(session, contact)


def _tell_somebody(
    session: Session, message: Message, contact: Contact, *, now: datetime, rules: Rules
) -> None:
    beside = mails_beside(session, message)
    if any(one.guard.get(INSTEAD_OF) == message.id for one in beside):
        return
    notices = notices_told_by(session, message)
    if message.run_id is not None and not notices:
        return
    told = [one for one in beside if message.run_id is None or tells_any(one, notices)]
    people = {one.contact_id for one in told if one.state not in NOT_ARRIVED}
    addresses = {one.to.casefold() for one in told}
    for person in who_may_hear(session, contact):
        if person.id not in people and (person.email or "").casefold() not in addresses:
            _give(session, message, person, beside, now=now, rules=rules)
            return
    withdraw_unheard(session, message, notices, now)


def _give(
    session: Session,
    message: Message,
    person: Contact,
    beside: Sequence[Message],
    *,
    now: datetime,
    rules: Rules,
) -> None:
    """Queue what ``message`` tells for ``person``; a night's mail is written when it leaves."""
    of_night = message.run_id is not None
    letter = session.get(Letter, message.letter_id) if message.letter_id else None
    key = _free_key(message, person, {one.step_key for one in beside})
    kept = {name: one for name, one in message.guard.items() if name not in _ITS_OWN}
    rehearsal = session.get_one(Installation, 1).rehearsal
    number = number_of(key, now)

    def own(words: str) -> str:
        """What was written with the act, with the number of this mail."""
        return "" if of_night else words.replace(message.id[:12], number[:12])

    session.add(
        Message(
            id=number,
            step_key=key,
            template=message.template,
            contact_id=person.id,
            organization_id=message.organization_id,
            letter_id=message.letter_id,
            run_id=message.run_id,
            to=person.email or "",
            to_name=person.name,
            language=person.language if of_night else message.language,
            subject=own(message.subject),
            text=own(message.text),
            html=own(message.html),
            headers={} if of_night else thread_headers(letter, person, rules),
            guard=kept | {INSTEAD_OF: message.id},
            queued_at=now,
            # It is no mail of a rehearsal that is on by chance.
            next_attempt_at=HELD_UNTIL if rehearsal else now,
        )
    )
    session.flush()


def _free_key(message: Message, person: Contact, taken: set[str]) -> str:
    """A step key for ``person``; never one that an own mail of the night may come to have."""
    key, turn = f"{step_of(message)}:{person.id}", 1
    while key in taken or (message.run_id is not None and turn == 1):
        turn += 1
        key = f"{step_of(message)}:{person.id}+{turn}"
    return key


def _is_present(message: Message, contact: Contact) -> bool:
    return (contact.email or "").casefold() == message.to.casefold()
