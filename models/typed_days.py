"""Days and instants as people type them."""

from datetime import date, datetime

from config.language import _
from models.calendar import FIRST_YEAR, LAST_YEAR, SHANGHAI
from models.errors import BadInput


def typed_day(text: str, field: str | None = None) -> date:
    """A civil day; ``field`` is what it was typed into, where that is a form.

    Raises:
        BadInput: it is not a real date.
    """
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise _bad(
            _("“{text}” is not a real date; write it like 2024-01-26.").format(text=text), field
        ) from error
    _known_year(found.year, text, field)
    return found


def typed_instant(text: str, field: str | None = None) -> datetime:
    """An instant or a civil day (its start) in Asia/Shanghai.

    Raises:
        BadInput: it is not a real date or time.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise _bad(
            _("“{text}” is not a date or time; write 2024-01-26 or 2024-01-26T10:00+08:00.").format(
                text=text
            ),
            field,
        ) from error
    _known_year(found.year, text, field)
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)


def _known_year(year: int, text: str, field: str | None) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _bad(
            _("“{text}” is out of range; years from {first} to {last} are known.").format(
                text=text, first=FIRST_YEAR, last=LAST_YEAR
            ),
            field,
        )


def _bad(sentence: str, field: str | None) -> BadInput:
    return BadInput(sentence) if field is None else BadInput(sentence, field=field)
