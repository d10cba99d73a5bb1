"""The Maildir of mail that came back: read once, believed of our own mails alone, never in the way."""

import os
from pathlib import Path

import pytest
from sqlmodel import select

from config.settings import MailSettings
from duban.services.read_inbox import read_inbox
from models.delivery_event import DeliveryEvent
from models.message import MessageState
from tests.command import duban
from tests.notifications.returned import answer, bounce, original, read_receipt, report
from tests.services.outbox_rows import LEFT, mail, mails, put, put_all
from tests.world import World

FULL, GONE = "552 5.2.2 mailbox full", "550 5.1.1 no such user"
MAILS = {
    "hard": report("hard", "failed", "5.1.1", GONE),
    "soft": report("soft", "failed", "4.4.7", "delivery time expired"),
    "full": report("full", "failed", "5.2.2", FULL),
    "grey": report("grey", "delayed", "4.2.1", "450 4.2.1 greylisted"),
    "there": report("there", "delivered", "2.0.0", "250 OK"),
    "chinese": bounce("chinese", "邮件无法送达 x@a.example：\n550 用户不存在", charset="gb18030"),
    "copied": original("copied"),
    "headers": report("headers", "failed", "5.1.1", GONE, returned="headers"),
}
ENDS = {
    "hard": ("bounced", GONE),
    "soft": ("bounced", "4.4.7 delivery time expired"),
    "full": ("bounced", FULL),
    "grey": ("accepted", "450 4.2.1 greylisted"),
    "there": ("delivered", "2.0.0 250 OK"),
    "chinese": ("bounced", "550 用户不存在"),
    "copied": ("accepted", "heard-later"),
    "headers": ("bounced", GONE),
}
NOTHING = {
    "of-others": report("f" * 32, "failed", "5.1.1", GONE),
    "forged": report("doubt", "failed", "5.1.1", GONE, to="somebody@else.example"),
    "forged-too": bounce("doubt", "somebody@else.example: 550 5.1.1 no such user"),
    "answer": answer("doubt"),
    "away": answer("doubt", Auto_Submitted="auto-replied", Return_Path="<>"),
    "read": read_receipt("doubt"),
}


@pytest.fixture
def inbox(world: World, folder: Path) -> Path:
    """An empty Maildir, which the settings name."""
    made = folder / "Maildir"
    for name in ("new", "cur", "tmp"):
        (made / name).mkdir(parents=True)
    settings = MailSettings(inbox=made)
    world.settings = world.settings.model_copy(update={"mail": settings})
    (folder / "duban.toml").write_text('[mail]\ninbox = "Maildir"\n')
    return made


def deliver(inbox: Path, mails: dict[str, bytes]) -> None:
    for name, content in mails.items():
        (inbox / "new" / f"1706317200.{name}.mx").write_bytes(content)


def read(world: World) -> int:
    return read_inbox(world.database, now=LEFT, settings=world.settings)


def kept(world: World) -> int:
    with world.database.read() as session:
        return len(session.exec(select(DeliveryEvent)).all())


def test_what_came_back_moves_its_mails_once(world: World, inbox: Path) -> None:
    put_all(world, [(number, MessageState.IN_DOUBT) for number in (*MAILS, "doubt")])
    deliver(inbox, MAILS | NOTHING)
    assert read(world) == len(MAILS)
    found = {number: (one.state.value, one.answer) for number, one in mails(world).items()}
    assert found == ENDS | {"doubt": ("in-doubt", None)}
    assert sorted((inbox / "new").iterdir()) == []
    seen = sorted(path.name for path in (inbox / "cur").iterdir())
    assert seen == sorted(f"1706317200.{name}.mx:2,S" for name in (*MAILS, *NOTHING))
    deliver(inbox, MAILS)
    assert (read(world), kept(world)) == (0, len(MAILS))


def test_what_cannot_be_read_stays_and_keeps_nothing_back(
    world: World, inbox: Path, folder: Path
) -> None:
    put(world, "hard", MessageState.ACCEPTED)
    new = inbox / "new"
    os.mkfifo(new / "0-waits-for-ever")
    (new / "1-elsewhere").symlink_to("/dev/zero")
    (new / "2-folder").mkdir()
    (new / "3-nothing").write_bytes(b"")
    (new / "4-noise").write_bytes(os.urandom(5_000).replace(b":", b""))
    (new / "5-long").write_bytes(MAILS["hard"] + b"x" * 3_000_000)
    assert read(world) == 1
    assert mail(world, "hard").state is MessageState.BOUNCED
    left = sorted(path.name for path in new.iterdir())
    assert left == ["0-waits-for-ever", "1-elsewhere", "2-folder", "3-nothing", "4-noise"]
    (new / "5-long").write_bytes(MAILS["hard"])
    world.settings = world.settings.model_copy(update={"mail": MailSettings(inbox=folder)})
    assert read(world) == 0  # it is no Maildir; mail leaves all the same
    answer_of_check = duban("config", "check")
    assert answer_of_check.code == 0
    (folder / "duban.toml").write_text('[mail]\ninbox = "."\n')
    told = duban("config", "check")
    assert (told.code, "“mail.inbox”: . is not a Maildir" in told.err) == (9, True)
    (folder / "duban.toml").write_text('[mail]\nwebhook_key = "MFkw"\n')
    told = duban("config", "check")
    assert (told.code, "“mail.webhook_key” is not SendGrid's" in told.err) == (9, True)


def test_the_command_says_what_was_found(world: World, inbox: Path, folder: Path) -> None:
    put(world, "hard", MessageState.ACCEPTED)
    put(world, "copied", MessageState.IN_DOUBT)
    deliver(inbox, {name: MAILS[name] for name in ("hard", "copied")} | {"no": b"no mail"})
    found = duban("mail", "read", "--json").data
    assert (found["read"], found["new"]) == (2, 2)
    assert found["unreadable"] == [str(Path("Maildir", "new", "1706317200.no.mx"))]
    assert {(one["mail"], one["heard"], one["reason"]) for one in found["events"]} == {
        ("hard", "bounced", GONE), ("copied", "seen", None),
    }  # fmt: skip
    (folder / "again.eml").write_bytes(MAILS["hard"])
    words = duban("mail", "read", "again.eml")
    assert words.out.startswith("Read 1, could not be read 0, told something new 0\n")
    assert "the address does not exist" in words.out
    some = duban("mail", "read", "again.eml", "absent.eml")
    assert (some.code, "no mail that can be read: absent.eml" in some.out) == (1, True)
    (folder / "duban.toml").unlink()
    nowhere = duban("mail", "read")
    assert (nowhere.code, "“mail.inbox” is not set" in nowhere.err) == (1, True)
