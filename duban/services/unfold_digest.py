"""A night's digest unfolds when it leaves: into formal notices and what only reminds.

The night itself puts one row for each letterbox into the outbox. What of it is overdue when it
leaves is told by formal notices, one for each letter up to three and above that one that lists
them; what is left is courtesy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from duban.services.night_lines import Kind, Line, as_said
from duban.services.queue_message import number_of
from models.message import OVERDUE, REMINDER, Message

ONE_EACH = 3
"""So many overdue letters have a mail each; more share one."""


@dataclass(frozen=True)
class Part:
    """A mail that a digest unfolds into: its lines, and the letters of a formal notice."""

    template: str
    lines: Sequence[Line]

    @property
    def letters(self) -> list[int]:
        """The letters that it is about."""
        return sorted({line.letter_id for line in self.lines})

    @property
    def letter_id(self) -> int | None:
        """The one letter that it is about."""
        return self.letters[0] if len(self.letters) == 1 else None


def parts_of(lines: Sequence[Line]) -> list[Part]:
    """The mails that say these lines, the most urgent first."""
    overdue = [line for line in lines if line.kind is Kind.OVERDUE]
    reminders = [line for line in lines if line.kind is not Kind.OVERDUE]
    by_day = {line.letter_id: line.day for line in reversed(overdue)}
    letters = sorted(by_day, key=lambda one: (by_day[one], one))
    parts = [Part(OVERDUE, overdue)]
    if len(letters) <= ONE_EACH:
        parts = [
            Part(OVERDUE, [line for line in overdue if line.letter_id == letter])
            for letter in letters
        ]
    return [*parts, Part(REMINDER, reminders)] if reminders else parts


def unfold(session: Session, digest: Message, parts: Sequence[Part], now: datetime) -> None:
    """Make ``digest`` the first of ``parts`` and queue the others behind it.

    Their keys follow from the digest's, so the same part is never queued twice.
    """
    box = digest.step_key.partition(":")[2]
    rungs = digest.guard.get("rungs", [])
    for part in parts[1:]:
        what = "-".join(map(str, part.letters)) if part.template == OVERDUE else ""
        key = f"{part.template}{what and '-' + what}:{box}"
        session.add(
            Message(
                id=number_of(key, digest.queued_at),
                step_key=key,
                template=part.template,
                contact_id=digest.contact_id,
                organization_id=digest.organization_id,
                letter_id=part.letter_id,
                run_id=digest.run_id,
                to=digest.to,
                to_name=digest.to_name,
                language=digest.language,
                guard=_guard(part, rungs),
                queued_at=digest.queued_at,
                next_attempt_at=now,
            )
        )
    digest.template = parts[0].template
    digest.letter_id = parts[0].letter_id
    digest.guard = {**digest.guard, **_guard(parts[0], rungs)}
    session.add(digest)


def _guard(part: Part, rungs: Sequence[str]) -> dict[str, Any]:
    return {"rungs": [*rungs], "letters": part.letters, "lines": as_said(part.lines)}
