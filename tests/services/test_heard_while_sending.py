"""Word of a mail comes at the very moment in which its answer is written down: word wins."""

from threading import Event, Thread
from time import sleep
from typing import Any

import pytest

from config.settings import MailSettings
from duban.services.note_delivery import note_events
from duban.services.send_mail import send_due
from models.delivery_event import Heard
from models.message import MessageState
from tests.notifications.servers import Postbox, smtp_server
from tests.services.outbox_rows import LEFT, mails, put, told
from tests.world import World


def tell_and_wait(world: World, number: str, heard: Event) -> None:
    """Tell that a mail was delivered, and commit a little later than others want to write."""
    with world.database.begin() as session:
        rules = world.rules(session)
        note_events(session, [told(number, Heard.DELIVERED)], now=LEFT, rules=rules)
        heard.set()
        sleep(0.4)


def send(world: World) -> None:
    send_due(world.database, now=LEFT, settings=world.settings)


@pytest.mark.parametrize("answer", ["250 taken", "451 later", "554 no"])
def test_an_answer_is_not_written_over_what_was_heard(world: World, answer: str) -> None:
    number = put(world, "a1", MessageState.QUEUED, attempts=0, attempted_at=None)
    heard = Event()
    teller = Thread(target=tell_and_wait, args=(world, number, heard))

    class Talkative(Postbox):
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
            teller.start()
            heard.wait()
            return answer

    with smtp_server(Talkative()) as box:
        mail = MailSettings(transport="smtp", port=box.port, security="none")
        world.settings = world.settings.model_copy(update={"mail": mail})
        send(world)
    teller.join()
    assert {one.id: one.state.value for one in mails(world).values()} == {number: "delivered"}


def test_doubt_is_not_settled_over_what_was_heard(world: World) -> None:
    number = put(world, "a1", MessageState.IN_DOUBT)
    sender = Thread(target=send, args=(world,))
    with world.database.begin() as session:
        note_events(session, [told(number, Heard.DELIVERED)], now=LEFT, rules=world.rules(session))
        sender.start()
        # By then it has come to the mail, and waits or passes on.
        sender.join(0.4)
    sender.join()
    assert {one.id: one.state.value for one in mails(world).values()} == {number: "delivered"}
