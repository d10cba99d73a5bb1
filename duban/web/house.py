"""What one running service holds for all its requests."""

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from config import clock
from config.settings import Settings
from duban.services.secret_words import HouseKey, house_key
from duban.web.kept import Kept
from duban.web.seen import Seen
from models.database import Database


@dataclass(frozen=True)
class House:
    """Settings, database and key of one service, and the answers that still are right."""

    settings: Settings
    database: Database
    kept: Kept = field(default_factory=lambda: Kept(MOST_KEPT))
    seen: Seen = field(default_factory=Seen)

    @property
    def key(self) -> HouseKey:
        """The key of this installation."""
        return house_key(self.settings.data_dir)

    @property
    def secure(self) -> bool:
        """Whether people come over TLS, so that cookies never leave without it."""
        return self.settings.site.base_url.startswith("https://")

    @property
    def cookie(self) -> str:
        """The name of the session's cookie; a browser lets only this very host set ``__Host-``."""
        return "__Host-duban" if self.secure else "duban"

    @property
    def hosts(self) -> frozenset[str]:
        """The names under which the service answers, without ports."""
        own = urlsplit(self.settings.site.base_url).hostname or ""
        local = {"127.0.0.1", "localhost", "::1"} if self.settings.web.host in _LOCAL else set()
        return frozenset({own.lower(), *map(str.lower, self.settings.web.hosts), *local})

    def wall_clock(self) -> datetime:
        """The real time, for sessions and delays, also where a demo's clock stands still."""
        return clock.now()


MOST_KEPT = 256
"""A long answer has about 100 kB."""
_LOCAL = ("127.0.0.1", "localhost", "::1")
