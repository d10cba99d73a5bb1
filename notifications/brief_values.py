"""What the commission's brief of the morning may know; of findings no text, as everywhere."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class BriefFigures:
    """The six figures of the morning."""

    open: int
    overdue: int
    due_soon: int
    to_review: int
    to_decide: int
    escalated: int


@dataclass(frozen=True, slots=True)
class WorstFinding:
    """A finding that is overdue, by its number, and for how many days."""

    number: str
    organization: str
    days: int


@dataclass(frozen=True, slots=True)
class Undecided:
    """What waits for a person: a step of the ladder, or more time where ``what`` is empty."""

    what: str
    number: str
    organization: str
    since: date


@dataclass(frozen=True, slots=True)
class NightLine:
    """How one night went: its state in words; ``parts`` are the five outcomes of ``open``.

    ``forecast`` says whether as many findings were to be looked at as the night before foresaw;
    none where nothing was foreseen. ``arrived`` of its ``mails`` were taken or delivered,
    ``lost`` of them reached nobody, ``waiting`` have not left or are in doubt.
    """

    night: date
    words: str
    open: int = 0
    parts: tuple[int, ...] = ()
    forecast: bool | None = None
    mails: int = 0
    arrived: int = 0
    waiting: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Brief:
    """The morning of ``day`` in figures; ``before`` are those of the last brief, of ``since``.

    ``oldest`` counts the working days that the oldest report has waited for a review.
    """

    day: date
    figures: BriefFigures
    before: BriefFigures | None = None
    since: date | None = None
    oldest: int | None = None
    worst: tuple[WorstFinding, ...] = ()
    decisions: tuple[Undecided, ...] = ()
    decisions_links: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()
    held: int = 0
    in_doubt: int = 0
    nights: tuple[NightLine, ...] = ()
    readers_link: str = ""

    @property
    def links(self) -> tuple[str, ...]:
        """Where it is chosen who gets the brief, and where the decisions are made, if any are."""
        return (self.readers_link, *(self.decisions_links if self.decisions else ()))
