"""Settling by hand what became of a mail of which nobody knows whether it was taken."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from config.language import _
from duban.services.account_log import log_event
from duban.services.queue_account_mail import forget_link
from models.errors import BadInput, RefusedByRule
from models.message import SETTLED, Message, MessageState
from models.words import mail_label

MAY_BE_SETTLED = (MessageState.IN_DOUBT, MessageState.HELD)
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Settler:
    """Who says so, and from where; a command has neither account nor address."""

    name: str
    account_id: int | None = None
    address: str = ""


def settle_as_arrived(
    session: Session, message: Message, *, reason: str, who: Settler, now: datetime
) -> None:
    """Take a doubtful or held mail for accepted, because somebody knows that it arrived.

    Who said so and why stay with the mail as its answer, and in the log of the doors.

    Raises:
        BadInput: there is no reason, or it has more than ``LONGEST_REASON`` characters.
        RefusedByRule: the mail is neither in doubt nor held.
    """
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise BadInput(
            _("Say in at most {n} characters how it is known that it arrived.").format(
                n=LONGEST_REASON
            ),
            field="reason",
        )
    # Something may be heard of it meanwhile.
    session.refresh(message, with_for_update=True)
    if message.state not in MAY_BE_SETTLED:
        raise RefusedByRule(
            _("Mail {id} is “{state}”; only what is in doubt or waits for a person is settled.")
            .format(id=message.id[:12], state=mail_label(message.state))
        )  # fmt: skip
    message.state = MessageState.ACCEPTED
    message.accepted_at = message.attempted_at or now
    message.answer = f"{SETTLED}{who.name}: {reason}"
    if message.forget_text:
        forget_link(message)
    session.add(message)
    log_event(
        session, "mail.settled", now=now, account_id=who.account_id, by=who.name,
        address=who.address, mail=message.id, reason=reason,
    )  # fmt: skip
