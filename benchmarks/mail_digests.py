"""The digests of one large night: written as they leave, handed over, and noted."""

from datetime import timedelta
from time import perf_counter, process_time

from sqlalchemy import insert

from benchmarks.mail_sinks import sink
from benchmarks.night_days import TONIGHT, held_at
from benchmarks.places import Place
from benchmarks.product import hold_night
from benchmarks.product_data import build
from benchmarks.workload import ORGANIZATIONS, Workload
from config.settings import MailSettings, Settings
from duban.services.send_mail import send_due
from models.database import open_database
from models.message import MessageState
from models.organization import Contact, ContactRole
from models.queries.outbox import counts

AFTER_MIDNIGHT = 10
"""Hours from a night's check until its mails leave."""


def send(place: Place, digests: int) -> dict[str, float]:
    """The seconds that the mails of a night take until all have left, those of them in which this
    process was at work, how many were queued, and how many mails became of them."""
    build(place, "digests", Workload(digests * 5, (digests,)))
    with open_database(place.url("digests")) as database:
        with database.begin() as session:
            session.execute(
                insert(Contact),
                [{"organization_id": n, "name": f"联络员{n}", "role": ContactRole.CONTACT,
                  "email": f"more{more}-{n}@example.test", "language": "zh", "active": True}
                 for more in range(digests // ORGANIZATIONS) for n in range(1, ORGANIZATIONS + 1)],
            )  # fmt: skip
        hold_night(database, 0)
        with database.read() as session:
            waiting = counts(session)[MessageState.QUEUED.value]
        with sink("smtp", "0") as port:
            mail = MailSettings(transport="smtp", port=port, security="none")
            began, at_work = perf_counter(), process_time()
            now = held_at(TONIGHT) + timedelta(hours=AFTER_MIDNIGHT)
            report = send_due(database, now=now, settings=Settings(mail=mail))
            seconds, at_work = perf_counter() - began, process_time() - at_work
    assert report.failed == report.held == 0, report
    return {"seconds": seconds, "at_work": at_work, "sent": report.sent, "queued": waiting}
