"""A connection on which no request begins, or whose head does not end, is closed."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 20.0
"""As long as a request's head may take to come."""


class ShortOfPatience(HttpToolsProtocol):
    """uvicorn's protocol, which by itself waits for a head for ever."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """A first request should come soon."""
        super().connection_made(transport)
        self._wait()

    def on_message_begin(self) -> None:
        """So should the end of each head."""
        super().on_message_begin()
        self._wait()

    def on_headers_complete(self) -> None:
        """It came."""
        self._heard()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is there any more."""
        self._heard()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._waiting is None:
            self._waiting = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _heard(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
