"""The settings with their origins, the program's version, and the topics of the help."""

from pathlib import Path

import pytest

from models.installation import Installation
from tests.command import duban
from tests.world import ISSUED, World


def test_each_setting_says_where_it_comes_from(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "duban.toml").write_text("[site]\nname = '某区纪委监委'\n[mail]\nport = 25\n")
    monkeypatch.setenv("DUBAN_MAIL__PORT", "587")
    data = duban("config", "show", "--database", "my.db", "--json").data
    shown = {one["key"]: (one["value"], one["origin"]) for one in data["settings"]}
    assert data["file"] == "duban.toml"
    assert {
        key: shown[key]
        for key in ("database.url", "mail.port", "site.name", "mail.host", "data_dir")
    } == {
        "database.url": ("sqlite:///my.db", "flag"),
        "mail.port": (587, "environment"),
        "site.name": ("某区纪委监委", "file"),
        "mail.host": ("127.0.0.1", "default"),
        "data_dir": ("var", "default"),
    }


def test_the_file_that_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert duban("config", "path", "--json").data == {
        "file": None, "searched": ["duban.toml", "/etc/duban/duban.toml"],
    }  # fmt: skip
    (folder / "other.toml").write_text("")
    monkeypatch.setenv("DUBAN_CONFIG", "other.toml")
    assert duban("config", "path").out == "other.toml\n"
    assert duban("config", "check").code == 0


def test_the_version_names_what_the_program_stands_on(folder: Path) -> None:
    assert list(duban("version", "--json").data) == ["duban", "schema", "python", "sqlite"]


@pytest.mark.parametrize("topic", ["exit-codes", "environment", "formats", "glossary"])
def test_a_topic_of_the_help(folder: Path, topic: str) -> None:
    data = duban("help", topic, "--json").data
    (rows,) = (value for value in data.values() if isinstance(value, list))
    assert data["count"] == len(rows) > 3
    assert all(all(row.values()) for row in rows)


def test_an_organization_and_its_people_can_be_changed(world: World) -> None:
    world.unit("a")
    world.issue()
    changed = duban(
        "org", "set", "a", "--name", "单位甲", "--name-en", "", "--kind", "committee", "--json"
    )
    assert {key: changed.data[key] for key in ("code", "name", "name_en", "kind")} == {
        "code": "a", "name": "单位甲", "name_en": None, "kind": "committee",
    }  # fmt: skip
    before = [(mail.to, mail.state) for mail in world.messages()]
    assert (
        duban("org", "contact", "set", 3, "--email", "new@a.example", "--role", "clerk").code == 0
    )
    assert duban("org", "contact", "remove", 4).code == 0
    assert duban("org", "contact", "remove", 4).code == 7
    assert [
        (one["id"], one["email"], one["role"], one["active"])
        for one in duban("org", "show", "a", "--json").data["contacts"]
    ] == [(3, "new@a.example", "clerk", True), (4, "head@a.example", "head", False)]
    assert [(mail.to, mail.state) for mail in world.messages()] == before
    assert (
        duban("org", "contact", "add", "a", "n", "--role", "head", "--email", "HEAD@a.example").code
        == 0
    )


def test_mail_that_failed_says_why(world: World, folder: Path) -> None:
    world.without_office()
    world.unit("a")
    world.issue()
    (folder / "folder").write_text("")
    (folder / "duban.toml").write_text("[mail]\nfolder = 'folder'\n")
    with world.database.begin() as session:
        # Its clock stands in the hours in which mail leaves, whenever the tests run.
        installation = session.get_one(Installation, 1)
        installation.demo, installation.demo_now = True, ISSUED
    answer = duban("mail", "send")
    reason = "The mail folder folder/demo cannot be written: Not a directory."
    assert (answer.code, answer.out.splitlines()) == (
        1, ["Sent 0, failed 2, no longer needed 0, in doubt 0", f"2 of them to be sent: {reason}"],
    )  # fmt: skip
