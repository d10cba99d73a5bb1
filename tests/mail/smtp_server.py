"""An SMTP server in a process of its own that takes down what it takes."""

import re
import socket
import struct
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from mailbox import Maildir
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

from tests.mail.receiving import Fault, Receiver, Step, in_own_process

ARCHIVE = "archive@duban.example"
NAMES = ("before MAIL", "after MAIL", "after RCPT", "before the text", "final dot, undecided",
         "taken, 250 unsent", "after 250")  # fmt: skip
IDLE, MAIL, RCPT, TEXT, DOT, TAKEN, DONE = range(len(NAMES))
NUMBER = re.compile(rb"^Message-ID:\s*<([^@>]+)@", re.IGNORECASE | re.MULTILINE)
LINGER_NOT = struct.pack("ii", 1, 0)


def smtp_receiver(folder: Path, **options: Any) -> AbstractContextManager[Receiver]:
    """A server that leaves a copy of what it takes in the Maildir ``folder/inbox``."""
    folder.mkdir(parents=True, exist_ok=True)
    Maildir(folder / "inbox", create=True)
    return in_own_process(Receiver(folder, NAMES, **options), _serve)


def _serve(receiver: Receiver, told: Any) -> None:
    class Session(_Session):
        side = receiver

    ThreadingTCPServer.daemon_threads = True
    with ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        told.send(server.server_address[1])
        server.serve_forever()


class _Session(StreamRequestHandler):
    side: Receiver

    def handle(self) -> None:
        self.step, self.fault, self.to = Step(self.side), Fault.NONE, ""
        self.step.to(IDLE)
        # Whoever is killed hangs up in the middle of a word.
        with suppress(OSError):
            self._talk()
        self.step.to(-1)

    def _talk(self) -> None:
        self._say("220 here")
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"QUIT":
                self._say("221 bye")
                return
            if word == b"DATA":
                if not self._text():
                    return
            else:
                self._say(self._answer(word, line))

    def _answer(self, word: bytes, line: bytes) -> str:
        if word == b"EHLO":
            return "250-here\r\n250-8BITMIME\r\n250-PIPELINING\r\n250 DSN"
        if word == b"MAIL":
            self.fault = self.side.next_fault()
            self._reach(MAIL)
        if word == b"RCPT":
            self._reach(RCPT)
            address = line.partition(b"<")[2].partition(b">")[0].decode()
            if self.fault is Fault.GREYLISTED:
                return "450 try again later"
            self.to = self.to if address == ARCHIVE else address
        return "250 ok"

    def _text(self) -> bool:
        if not self.to:
            self._say("554 no recipient")
            return True
        self._reach(TEXT)
        self._say("354 go ahead")
        content = b"".join(self._lines())
        if self.step.at != DOT:
            return False
        self.side.pause()
        to, self.to = self.to, ""
        if self.fault is Fault.DEFERRED:
            self._say("451 not now")
            return True
        if self.fault is Fault.RESET_UNTAKEN:
            return self._reset()
        self._take(content, to)
        self._reach(TAKEN)
        if self.fault is Fault.RESET_TAKEN:
            return self._reset()
        self._say("250 taken")
        self.step.to(DONE)
        return self.fault is not Fault.CUT_AFTER_ANSWER or self._reset()

    def _lines(self) -> Iterator[bytes]:
        for line in self.rfile:
            if line == b".\r\n":
                self.step.to(DOT)
                return
            yield line

    def _take(self, content: bytes, to: str) -> None:
        found = NUMBER.search(content)
        assert found is not None, content
        self.side.truth.take(found[1].decode(), to)
        if self.side.feed:
            Maildir(self.side.folder / "inbox").add(content.replace(b"\r\n", b"\n"))

    def _reach(self, window: int) -> None:
        self.step.to(window)
        self.side.pause()

    def _say(self, answer: str) -> None:
        self.wfile.write(f"{answer}\r\n".encode())

    def _reset(self) -> bool:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
        self.connection.close()
        return False
