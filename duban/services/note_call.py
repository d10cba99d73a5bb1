"""A telephone call about a letter (登记电话), noted for the office."""

from datetime import datetime

from sqlmodel import Session

from config.language import _
from models.errors import BadInput
from models.explanation import CallNote
from models.letter import Letter

LONGEST_NAME, LONGEST_TEXT = 100, 2000


def note_call(
    session: Session,
    letter: Letter,
    *,
    spoken_with: str,
    text: str,
    called_at: datetime,
    now: datetime,
    by: str,
) -> CallNote:
    """Keep with whom somebody spoke about a letter, and what was agreed.

    Raises:
        BadInput: nobody or nothing is named, it is too long, or the call lies ahead.
    """
    if not 0 < len(spoken_with) <= LONGEST_NAME:
        raise BadInput(
            _("Say whom you spoke with, in at most {n} characters.").format(n=LONGEST_NAME),
            field="spoken_with",
        )
    if not 0 < len(text) <= LONGEST_TEXT:
        raise BadInput(
            _("Say what was agreed, in at most {n} characters.").format(n=LONGEST_TEXT),
            field="text",
        )
    if called_at > now:
        raise BadInput(_("The call cannot lie in the future."), field="called_at")
    if called_at < letter.issued_at:
        raise BadInput(_("The letter was not issued yet at that time."), field="called_at")
    note = CallNote(
        letter_id=letter.id or 0, spoken_with=spoken_with, text=text, called_at=called_at,
        noted_by=by,
    )  # fmt: skip
    session.add(note)
    session.flush()
    return note
