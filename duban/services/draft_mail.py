"""A mail that is written when it leaves, as it would leave now; nothing is changed by looking."""

from datetime import datetime

from sqlmodel import Session

from duban.services.night_lines import lines_of
from duban.services.rules import Rules
from duban.services.unfold_digest import parts_of
from duban.services.write_courtesy import hold, render_courtesy
from duban.services.write_night_mail import render_overdue
from models.mail_classes import ONCE_A_DAY
from models.message import DIGEST, OVERDUE, Message, MessageState
from models.tables import table_of
from notifications.render import Rendered


def is_written_later(message: Message) -> bool:
    """Whether the words of ``message`` are those of the instant at which it leaves."""
    late = message.template in (*ONCE_A_DAY, DIGEST, OVERDUE)
    return late and message.state is MessageState.QUEUED


def draft_mail(
    session: Session, message: Message, *, now: datetime, rules: Rules
) -> Rendered | None:
    """What ``message`` would say at ``now``; none where nothing of it is true.

    Of a night's digest it is every mail that it unfolds into, one below the other. What else is
    due to the same address then would stand in a mail of courtesy too.
    """
    seen = Message(**{column.name: getattr(message, column.name) for column in table_of(Message).c})
    if seen.template in ONCE_A_DAY:
        return _courtesy(session, seen, now, rules)
    found = []
    true = [line for line in lines_of(session, seen, rules, now) if line.true]
    for part in parts_of(true) if true else ():
        seen.template, seen.guard = part.template, {**seen.guard, "letters": part.letters}
        if part.template == OVERDUE:
            found.append(render_overdue(session, seen, part.lines, now=now, rules=rules))
        elif (words := _courtesy(session, seen, now, rules)) is not None:
            found.append(words)
    if not found:
        return None
    return Rendered(
        found[0].subject,
        "\n\n".join(words.text for words in found),
        "\n".join(words.html for words in found),
    )


def _courtesy(session: Session, message: Message, now: datetime, rules: Rules) -> Rendered | None:
    held = hold(session, [message], now=now, rules=rules, keep=False)
    return render_courtesy(session, message, held, now=now, rules=rules) if held else None
