"""What became of the mails of one mailing, in numbers."""

from collections import Counter
from dataclasses import dataclass, field

from models.message import MessageState


@dataclass(frozen=True)
class Trouble:
    """What became of mails that did not leave, and the answer that they have in common."""

    state: MessageState
    answer: str


@dataclass
class SendReport:
    """How many mails went which way, and why those that failed did.

    ``held`` are in doubt or wait for a person, ``blind`` were queued once more without proof,
    ``waiting`` could leave but for the hour; ``elsewhere`` says that another process is at it.
    """

    sent: int = 0
    failed: int = 0
    cancelled: int = 0
    held: int = 0
    rehearsed: int = 0
    blind: int = 0
    waiting: int = 0
    elsewhere: bool = False
    troubles: Counter[Trouble] = field(default_factory=Counter)

    @property
    def counts(self) -> dict[str, int]:
        """The numbers alone, without addresses."""
        names = ("sent", "failed", "cancelled", "held", "rehearsed", "blind", "waiting")
        return {name: getattr(self, name) for name in names}

    def failure(self, state: MessageState, answer: str) -> None:
        """Count one mail that did not leave."""
        self.failed += 1
        self.troubles[Trouble(state, answer)] += 1
