"""The bare other side of mail: it takes everything, keeps nothing and answers at once.

Each is a process of its own: ``python -m benchmarks.mail_sinks smtp SECONDS`` (or ``http``) says
at which port it listens; it takes ``SECONDS`` to take each mail.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer
from time import sleep

TAKEN = b"HTTP/1.1 202 Accepted\r\nX-Message-Id: taken\r\nContent-Length: 0\r\n\r\n"


class Smtp(StreamRequestHandler):
    """One connection, mail after mail; a real server syncs a text to its disk before it answers."""

    seconds = 0.0

    def handle(self) -> None:
        """Say yes until the other side hangs up."""
        self.wfile.write(b"220 sink\r\n")
        for line in self.rfile:
            self.wfile.write(self._answer(line[:4].upper()))

    def _answer(self, word: bytes) -> bytes:
        if word == b"EHLO":
            return b"250-sink\r\n250-8BITMIME\r\n250 DSN\r\n"
        if word == b"DATA":
            self.wfile.write(b"354 go ahead\r\n")
            for line in self.rfile:
                if line == b".\r\n":
                    sleep(self.seconds)
                    break
        return b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n"


class Http(StreamRequestHandler):
    """One connection, request after request."""

    seconds = 0.0

    def handle(self) -> None:
        """Take each body whole."""
        while self.rfile.readline():
            length, last = 0, False
            while (line := self.rfile.readline().lower()) not in (b"\r\n", b""):
                if line.startswith(b"content-length:"):
                    length = int(line.partition(b":")[2])
                last = last or line.startswith(b"connection: close")
            self.rfile.read(length)
            sleep(self.seconds)
            self.wfile.write(TAKEN)
            if last:
                return


@contextmanager
def sink(*words: str) -> Iterator[int]:
    """A sink in another process; its port."""
    command = [sys.executable, "-m", "benchmarks.mail_sinks", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline())
        finally:
            process.kill()


def main(words: list[str]) -> None:
    """Listen until killed."""
    Smtp.seconds = Http.seconds = float(words[1])
    ThreadingTCPServer.daemon_threads, ThreadingTCPServer.request_queue_size = True, 128
    kind = Smtp if words[0] == "smtp" else Http
    with ThreadingTCPServer(("127.0.0.1", 0), kind) as server:
        sys.stdout.write(f"{server.server_address[1]}\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
