"""Named reads of letters."""

import re
from collections.abc import Sequence

from sqlmodel import Session, col, select

from config.language import _
from models.errors import BadInput, NotFound
from models.letter import Letter


def letter_by_reference(session: Session, reference: str) -> Letter:
    """The letter that people call ``12``, ``2023-12`` or ``示纪函〔2023〕12号``.

    Raises:
        BadInput: the reference has another form, or fits letters of several years.
        NotFound: there is no such letter.
    """
    query = select(Letter)
    if match := re.fullmatch(r"(?:(\d{4})-)?(\d{1,9})", reference):
        query = query.where(Letter.sequence == int(match[2]))
        if match[1]:
            query = query.where(Letter.year == int(match[1]))
    elif match := re.fullmatch(r"\S*?[〔\[（(](\d{4})[〕\]）)]\s*0*(\d{1,9})号?", reference):
        query = query.where(Letter.year == int(match[1]), Letter.sequence == int(match[2]))
    else:
        raise BadInput(
            _("“{reference}” names no letter; write 12, 2023-12 or the full number.").format(
                reference=reference
            )
        )
    rows = session.exec(query).all()
    if not rows:
        raise NotFound(_("There is no letter {reference}.").format(reference=reference))
    if len(rows) > 1:
        raise BadInput(
            _("Letter {reference} exists in several years; write the year too.").format(
                reference=reference
            )
        )
    return rows[0]


def letters(session: Session, limit: int = 200) -> Sequence[Letter]:
    """Letters, the newest first."""
    query = select(Letter).order_by(col(Letter.year).desc(), col(Letter.sequence).desc())
    return session.exec(query.limit(limit)).all()


def letters_to(session: Session, organization_id: int) -> Sequence[Letter]:
    """One organization's letters, the newest first."""
    query = select(Letter).where(Letter.organization_id == organization_id)
    return session.exec(query.order_by(col(Letter.year).desc(), col(Letter.sequence).desc())).all()
