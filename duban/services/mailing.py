"""What one mailing goes by: its instant, its rules, and whether it is a rehearsal."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from config.settings import Settings
from duban.services.mails_in_hand import MailsInHand
from duban.services.rules import Rules
from models.database import Database
from models.mail_classes import templates_of
from models.mail_hours import hours_at


@dataclass(frozen=True)
class Mailing:
    """One mailing, from the first claim to the last answer."""

    database: Database
    settings: Settings
    rules: Rules
    now: datetime
    demo: bool
    rehearsal: bool
    in_hand: MailsInHand

    @property
    def leaves_home(self) -> bool:
        """Whether mails are handed to somebody who could take one twice."""
        return self.settings.mail.transport != "file" and not self.demo and not self.rehearsal

    def templates(self) -> Collection[str]:
        """The mails that may leave at this hour of this day."""
        times = self.settings.schedule
        hours = hours_at(self.now, self.rules.calendar, times.mail_at, times.mail_ends_at)
        return templates_of(*hours)
