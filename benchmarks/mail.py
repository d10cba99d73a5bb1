"""What mail costs: with all that is written down, beside a bare connection and a bare library.

SMTP: ``duban mail send`` over one connection, beside ``smtplib`` with the same bytes ready made.
SendGrid: its four lanes beside the library called in a loop, with a provider that answers at
once and with one that takes its time. A night's digests: written, handed over and noted.
``python -m benchmarks.mail [MAILS]``; each pair takes turns in one run.
"""

import smtplib
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from rich.console import Console
from rich.table import Table

from benchmarks.mail_data import NOW, full_outbox, queue_again, queued
from benchmarks.mail_sinks import sink
from benchmarks.one import measure
from benchmarks.places import Place
from config.settings import MailSettings, Settings
from duban.services.hand_over import mail_of
from duban.services.send_mail import send_due
from models.database import Database
from notifications.mail import as_bytes

ROUNDS = 3
SMTP_GOAL, SENDGRID_GOAL = 0.5, 1.0
TAKES = 0.01
"""Seconds in which a server takes a mail that keeps it on a disk, or is far away."""
DIGESTS, DIGEST_SECONDS = 10_000, 30


def main(arguments: list[str]) -> None:
    """Measure and print a table."""
    mails = int(arguments[0]) if arguments else 2_000
    table = Table("", "bare, mails/s", "Duban, mails/s", "x bare", "asked")
    with TemporaryDirectory() as folder, full_outbox(Path(folder), mails) as database:
        for seconds in (0.0, TAKES):
            told = f"answering after {seconds * 1000:g} ms"
            few = mails if seconds == 0 else mails // 4
            _row(table, f"SMTP, {told}", *_smtp(database, few, seconds), f">= {SMTP_GOAL:g}")
            rates = _sendgrid(database, Path(folder), mails // 4, seconds)
            _row(table, f"SendGrid, {told}", *rates, f">= {SENDGRID_GOAL:g}")
    console = Console(width=110)
    console.print(table)
    with TemporaryDirectory() as folder:
        done = measure("mail_digests.send", Place("sqlite", folder), DIGESTS)
    found = done.answer
    console.print(
        f"a night's {found['queued']:,} digests, {found['sent']:,} mails: {found['seconds']:.1f} s,"
        f" {found['at_work']:.1f} s of them at work (asked <= {DIGEST_SECONDS}), {done.peak_mb} MiB"
    )


def _row(table: Table, name: str, bare: float, ours: float, asked: str) -> None:
    table.add_row(name, f"{bare:,.0f}", f"{ours:,.0f}", f"{ours / bare:.2f}", asked)


def _in_turn(
    database: Database, settings: Settings, mails: int, bare: Callable[[], None]
) -> tuple[float, float]:
    """Mails a second of the bare way and of ours, medians of some rounds in turn."""
    rates: tuple[list[float], list[float]] = ([], [])
    for _round in range(ROUNDS):
        began = perf_counter()
        bare()
        rates[0].append(mails / (perf_counter() - began))
        queue_again(database, mails)
        began = perf_counter()
        report = send_due(database, now=NOW, settings=settings)
        rates[1].append(mails / (perf_counter() - began))
        assert report.sent == mails, report
    return median(rates[0]), median(rates[1])


def _smtp(database: Database, mails: int, seconds: float) -> tuple[float, float]:
    with sink("smtp", str(seconds)) as port:
        settings = Settings(mail=MailSettings(transport="smtp", port=port, security="none"))
        contents = [
            (one.to, as_bytes(mail_of(one, settings), NOW)) for one in queued(database)[:mails]
        ]

        def bare() -> None:
            with smtplib.SMTP("127.0.0.1", port) as server:
                for to, content in contents:
                    server.sendmail(settings.mail.sender, [to], content)

        return _in_turn(database, settings, mails, bare)


def _sendgrid(database: Database, folder: Path, mails: int, seconds: float) -> tuple[float, float]:
    # Its library is named in one file of the product, and here to be compared with.
    from sendgrid import SendGridAPIClient

    from benchmarks.mail_library import made_by_library

    key = folder / "key"
    key.write_text("SG.key")
    key.chmod(0o600)
    with sink("http", str(seconds)) as port:
        host = f"http://127.0.0.1:{port}"
        mail = MailSettings(transport="sendgrid", sendgrid_key_file=key, sendgrid_host=host)
        settings = Settings(mail=mail)
        messages = [mail_of(one, settings) for one in queued(database)[:mails]]

        def bare() -> None:
            client = SendGridAPIClient("SG.key", host=host)
            for one in messages:
                client.send(made_by_library(one))

        return _in_turn(database, settings, mails, bare)


if __name__ == "__main__":
    main(sys.argv[1:])
