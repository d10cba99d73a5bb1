"""A place in the order of the ledger, as a text that one page hands to the next."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime

from config.language import _
from models.errors import BadInput

LARGEST = 2**31 - 1
"""The largest number that an id can be in every database."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding stands: due instant, letter's id, item and id; drafts have only an id."""

    due_at: datetime | None
    letter: int
    item: int
    id: int

    def __str__(self) -> str:
        due = "" if self.due_at is None else self.due_at.isoformat()
        told = f"{due} {self.letter} {self.item} {self.id}"
        return urlsafe_b64encode(told.encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str) -> "Place":
        """The place that ``str`` told.

        Raises:
            BadInput: no page ends there.
        """
        try:
            padded = text + "=" * (-len(text) % 4)
            due, *numbers = urlsafe_b64decode(padded.encode()).decode().split(" ")
            letter, item, finding = (int(number) for number in numbers)
            due_at = datetime.fromisoformat(due) if due else None
        except ValueError as error:
            raise _no_place(text) from error
        if (due_at is not None and due_at.tzinfo is None) or not (
            min(letter, item, finding) >= 0 and max(letter, item, finding) <= LARGEST
        ):
            raise _no_place(text)
        return cls(due_at, letter, item, finding)


def _no_place(text: str) -> BadInput:
    return BadInput(
        _("“{text}” is no place in the list; copy it from the page before.").format(text=text)
    )
