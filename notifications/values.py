"""What a mail may know. There is no field for the text of a finding, on purpose."""

from dataclasses import dataclass, field
from datetime import date, datetime

from config.language import _, current_language
from notifications.brief_values import Brief


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as mails name it."""

    number: str
    year: int
    sequence: int
    last_day: date
    report_by: date
    sign_by: date
    provisional: bool

    @property
    def name(self) -> str:
        """``示纪函〔2023〕12号`` or ``Letter 2023-12``."""
        if current_language() == "zh":
            return self.number
        return f"Letter {self.year}-{self.sequence}"

    @property
    def subject(self) -> str:
        """The constant part of the subject, so that mailboxes keep one thread."""
        number = self.number if current_language() == "zh" else f"{self.year}-{self.sequence}"
        return _("Reminder letter {number}").format(number=number)


@dataclass(frozen=True, slots=True)
class Base:
    """What every mail names; ``record`` is the number by which it is found in the outbox."""

    organization: str
    site: str
    office: str
    phone: str
    link: str
    record: str = field(default="", kw_only=True)

    @property
    def links(self) -> tuple[str, ...]:
        """Every address that the mail leads to."""
        return (self.link,)


@dataclass(frozen=True, slots=True)
class LetterMail(Base):
    """A mail about one letter: how many of its findings, and the day that matters.

    ``calendar`` is where the organization subscribes to its last days.
    """

    letter: Letter
    count: int
    by: str = ""
    at: datetime | None = None
    day: date | None = None
    old_day: date | None = None
    granted: bool = True
    overdue: bool = False
    late: int = 0
    rung: str = ""
    reason: str = ""
    what: str = ""
    calendar: str = ""

    @property
    def links(self) -> tuple[str, ...]:
        """The letter; and the calendar, where the mail tells of it."""
        return (self.link, self.calendar) if self.calendar else (self.link,)


@dataclass(frozen=True, slots=True)
class NightEntry:
    """What a night tells of one letter: findings for which the same has come.

    ``kind`` is ``overdue``, ``due-soon`` or ``receipt``; ``days`` counts days late,
    days left or days since the limit for the receipt.
    """

    letter: Letter
    kind: str
    count: int
    day: date
    days: int
    unacknowledged: int
    next_rung: str = ""
    next_day: date | None = None
    organization: str = ""


@dataclass(frozen=True, slots=True)
class OverdueMail(Base):
    """The formal notice of a night: letters that are overdue, the longest first."""

    entries: tuple[NightEntry, ...]


@dataclass(frozen=True, slots=True)
class ReviewEntry:
    """Submissions of one letter that wait for the commission's own review."""

    letter: Letter
    organization: str
    count: int
    limit: date


@dataclass(frozen=True, slots=True)
class AccountMail(Base):
    """A mail to somebody who signs in: a link that works once, or what was changed, by whom."""

    login: str
    until: str = ""
    change: str = ""
    by: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class ViewEntry:
    """How a saved view stands: its findings by state, in words, and what is late or soon is.

    ``states`` is none where the filters of the view fit no longer.
    """

    name: str
    link: str
    states: tuple[tuple[str, int], ...] | None = None
    overdue: int = 0
    due_soon: int = 0

    @property
    def count(self) -> int:
        """How many findings it lists."""
        return sum(n for _words, n in self.states or ())


@dataclass(frozen=True, slots=True)
class CourtesyMail(Base):
    """The one mail of courtesy that a person gets on a day, with everything that there is.

    ``views_link`` is where the days of the saved views are chosen, ``at`` the instant of their
    numbers.
    """

    at: datetime
    reminders: tuple[NightEntry, ...] = ()
    reviews: tuple[ReviewEntry, ...] = ()
    views: tuple[ViewEntry, ...] = ()
    views_link: str = ""
    brief: Brief | None = None

    @property
    def links(self) -> tuple[str, ...]:
        """Every address that the mail leads to; each view has one of its own."""
        brief = self.brief.links if self.brief else ()
        views = (self.views_link, *(entry.link for entry in self.views)) if self.views else ()
        return tuple(dict.fromkeys((self.link, *brief, *views)))


@dataclass(frozen=True, slots=True)
class AlarmMail(Base):
    """A mail to those who watch: which check is missing, and what is known of it.

    Of another trouble ``title`` and ``what`` it is, ``since`` when, the ``remedy``, and the
    ``effect`` of doing nothing.
    """

    expected: str = ""
    last_success: str = ""
    attempt: str = ""
    stopped: bool = False
    title: str = ""
    what: str = ""
    since: str = ""
    remedy: str = ""
    effect: str = ""


Values = LetterMail | OverdueMail | CourtesyMail | AccountMail | AlarmMail
