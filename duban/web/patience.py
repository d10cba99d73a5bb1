"""How long the service waits for a body: who sends it drop by drop is not listened to."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config.language import _

GRACE = 30.0
"""Seconds that every body has."""
SLOWEST = 1024
"""Bytes that must come in every second beyond, on the average since the beginning."""


class Patience:
    """Gives up on a body that comes too slowly, and then on its connection."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        awaited = _Awaited(receive, send)
        await self.app(scope, awaited.receive, awaited.send)


class _Awaited:
    """One request: how much of its body has come, and whether we still wait."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self.until = asyncio.get_running_loop().time() + GRACE
        self.whole = self.given_up = False

    async def receive(self) -> Message:
        if self.whole:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self.until):
                message = await self._receive()
        except TimeoutError as error:
            self.given_up = True
            raise HTTPException(
                408, _("The request came too slowly and was broken off; send it anew.")
            ) from error
        self.until += len(message.get("body", b"")) / SLOWEST
        self.whole = not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        if self.given_up and message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
        await self._send(message)
