"""When sessions were used, written down together: every commit ends what is kept."""

from datetime import datetime, timedelta
from threading import Lock

TOGETHER = timedelta(seconds=60)
"""Uses are written down no more often than this, whoever they are of."""


class Seen:
    """Uses that are not written down yet; a session may look idle for so long too early."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: dict[str, datetime] = {}
        self._written_at: datetime | None = None

    def note(self, token_hash: str, now: datetime) -> dict[str, datetime]:
        """Note a use; what is to be written down now, mostly nothing."""
        with self._lock:
            self._waiting[token_hash] = now
            # A clock that was put back must not keep everything waiting.
            if self._written_at is not None and abs(now - self._written_at) < TOGETHER:
                return {}
            found, self._waiting, self._written_at = self._waiting, {}, now
            return found
