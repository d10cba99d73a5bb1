"""Every bad input gets one sentence with a remedy, its exit code, and leaves nothing behind."""

from pathlib import Path

import pytest
from sqlmodel import func, select

from duban.cli.exit_codes import EXIT_CODES
from models.finding import Finding
from models.letter import Letter
from models.message import Message
from models.transition_log import TransitionRecord
from tests.command import duban
from tests.world import World, at


def rows(world: World) -> list[int]:
    with world.database.read() as session:
        return [
            session.exec(select(func.count()).select_from(table)).one()
            for table in (Finding, Letter, TransitionRecord, Message)
        ]


CASES = [
    (("finding", "accept", "1-1"), 7, "illegal-transition",
     "“accept” is not possible in the state “Awaiting receipt”; possible now: acknowledge, submit, extend, withdraw."),
    (("finding", "submit", "1-1", "--report", "r", "--version", "7"), 5, "stale-version",
     "1-1 is at version 1, not 7; look again and repeat."),
    (("finding", "show", "9-9"), 6, "not-found", "9-9"),
    (("finding", "show", "one"), 1, "validation", "one"),
    (("finding", "list", "--org", "单位aa"), 6, "not-found", "The nearest are: 单位a, 单位b."),
    (("finding", "list", "--due-from", "2024-02-30"), 1, "validation",
     "“2024-02-30” is not a real date; write it like 2024-01-26."),
    (("finding", "list", "--state", "done"), 1, "validation", "there are: open, all, draft"),
    (("letter", "preview", "--window", "P0M"), 1, "validation", "P1M (one month)"),
    (("letter", "issue", "--window", "-P1M", "--yes"), 1, "validation", "P1M (one month)"),
    (("calendar", "due", "2024-02-30"), 1, "validation", "2024-02-30"),
    (("calendar", "due", "2024-01-12", "--window", "0d"), 1, "validation", "0d"),
    (("calendar", "due", "2024-01-12", "--rule", "lunar"), 1, "validation", "next-workday"),
    (("calendar", "due", "2027-01-12"), 7, "calendar-not-covered", "duban import calendar check FILE"),
    (("calendar", "list", "2031"), 6, "not-found", "2031"),
    (("extension", "approve", "99"), 6, "not-found", "99"),
    (("finding", "return", "1-1"), 1, "validation", "reason"),
    (("run", "nightly", "--as-of", "yesterday"), 1, "validation", "yesterday"),
    (("run", "nightly", "--as-of", "2098-12-28T00:10"), 1, "validation",
     "2098-12-28 00:10 lies ahead; only what has happened can be entered."),
    (("run", "nightly", "--night", "2098-12-28"), 1, "validation",
     "The night of 2098-12-28 has not come yet."),
    (("finding", "acknowledge", "1-1", "--at", "2098-02-03"), 1, "validation", "lies ahead"),
    (("finding", "acknowledge", "1-1", "--at", "2023-12-01"), 1, "validation",
     "Finding #1: 2023-12-01 00:00 lies before the step that it follows, which was on"),
    (("finding", "extend", "1-1", "--for", "5wd", "--reason", "r", "--at", "2023-12-01"), 1,
     "validation", "Finding #1: 2023-12-01 00:00 lies before the step that it follows"),
    (("status", "--as-of", "2023-12-01T09:00"), 1, "validation",
     "is on record; ask about that instant or a later one."),
    (("run", "show", "2020-01-01"), 6, "not-found", "2020-01-01"),
    (("run", "confirm", "2024-01-27", "--by", "x"), 6, "not-found", "2024-01-27"),
    (("mail", "show", "zz"), 6, "not-found", "zz"),
    (("org", "add", "a", "other"), 1, "validation", "a"),
    (("org", "contact", "add", "a", "n", "--role", "head", "--email", "x@"), 1, "validation", "x@"),
    (("init",), 7, "refused", "set up already"),
    (("demo", "run", "--fresh"), 7, "refused", "never touches real data"),
    (("letter", "issue"), 2, "usage", "--yes"),
    (("fnding", "list"), 2, "usage", "fnding"),
    (("finding", "list", "--limit", "0"), 2, "usage", "--limit"),
    (("finding", "list", "--nonsense"), 2, "usage", "--nonsense"),
    (("finding", "show"), 2, "usage", "missing"),
    (("status", "--lang", "fr"), 2, "usage", "fr"),
    (("status", "--config", "none.toml"), 9, "configuration-invalid", "none.toml"),
    (("finding", "list", "--limit", "many"), 2, "usage",
     "--limit cannot be “many”: a whole number is needed."),
    (("finding", "list", "--rung", "10"), 2, "usage", "--rung cannot be “10”: at most 9 is possible."),
    (("finding", "list", "--rung"), 2, "usage", "--rung needs a value."),
    (("finding", "list", "--group", "none"), 6, "not-found", "There is no group “none”"),
    (("finding", "list", "--org", ""), 6, "not-found", "There is no organization “”."),
    (("finding", "list", "--letter", ""), 1, "validation", "names no letter"),
    (("finding", "list", "--due-from", ""), 1, "validation", "not a real date"),
    (("finding", "list", "--due-from", "2024-02-01", "--due-to", "2024-01-31"), 1, "validation",
     "The first day 2024-02-01 is after the last day 2024-01-31."),
    (("finding", "list", "--overdue-from", "2024-02-01", "--overdue-to", "2024-01-31"), 1, "validation",
     "The first day 2024-02-01 is after the last day 2024-01-31."),
    (("status", "foo"), 2, "usage", "“duban status” takes no argument such as “foo”."),
    (("letter", "show", "1", "2"), 2, "usage", "“duban letter show” takes no argument such as “2”."),
    (("status", "--as-of", "0001-01-01"), 1, "validation", "years from 1990 to 2100 are known"),
    (("status", "--as-of", "9999-12-31T23:59"), 1, "validation", "years from 1990 to 2100 are known"),
    (("finding", "list", "--due-to", "1989-12-31"), 1, "validation", "“1989-12-31” is out of range"),
    (("escalation", "approve", "9" * 30), 6, "not-found", "There is no proposal 999"),
    (("extension", "decline", "9" * 30, "--reason", "r"), 6, "not-found", "There is no request 999"),
    (("org", "contact", "remove", "9" * 30), 6, "not-found", "There is no contact 999"),
    (("letter", "number-from", "9" * 30, "--year", "2024"), 2, "usage", "at most 999999 is possible"),
    (("org", "add", "two words", "X"), 1, "validation", "“two words” must be one word"),
    (("org", "add", "x", "名" * 201), 1, "validation", "at most 200 characters"),
    (("org", "set", "a"), 1, "validation", "Say what to change"),
    (("org", "set", "a", "--name", "单位b"), 1, "validation", "already an organization “单位b”"),
    (("org", "set", "commission", "--kind", "group"), 7, "refused", "stays the commission"),
    (("org", "contact", "set", "3"), 1, "validation", "Say what to change"),
    (("org", "contact", "set", "3", "--email", "x@"), 1, "validation", "x@"),
    (("org", "contact", "add", "a", "n", "--email", "CONTACT@A.example"), 1, "validation",
     "a-contact has this role and address already (contact 3)."),
    (("run", "confirm", "2024-01-27", "--by", ""), 1, "validation", "--by NAME"),
    (("import", "calendar", "check", "calendar.json"), 1, "validation",
     "The calendar file does not fit (the key “holidays” is missing); see docs/calendars.md for its form."),
    (("status", "--database", "none.db"), 10, "unavailable", "duban init"),
    (("status", "--database", "nosuch://x"), 10, "unavailable", "nosuch"),
]  # fmt: skip


@pytest.fixture
def issued(world: World) -> World:
    """One issued finding and one draft, so that every command has something to refuse."""
    world.unit("a")
    world.issue()
    world.unit("b")
    Path("calendar.json").write_text('{"year": 2027}')
    return world


@pytest.mark.parametrize(("words", "code", "name", "said"), CASES)
def test_a_sentence_a_code_and_nothing_written(
    issued: World, words: tuple[str, ...], code: int, name: str, said: str
) -> None:
    before = rows(issued)
    answer = duban(
        *words,
        "--json",
        *([] if "issue" in words or "accept" not in words else ["--at", "2024-01-10"]),
    )
    assert (answer.code, answer.problem["code"]) == (code, name), answer.err
    assert said in answer.problem["detail"]
    assert (answer.problem["type"], answer.out) == (f"/problems/{name}", "")
    assert rows(issued) == before
    plain = duban(*words)
    assert (plain.code, plain.err.count("\n")) == (code, 1)


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("[mial]\nhost = 'x'", "there is no key “mial”. Did you mean “mail”?"),
        ("[mail]\nhots = 'x'", "there is no key “mail.hots”. Did you mean “host”?"),
        ("[mail]\nport = 'many'", "“mail.port” cannot be 'many': a whole number is needed."),
        ("[schedule]\nnightly = '25:00'",
         "“schedule.nightly” cannot be '25:00': write it like 00:10."),
        ("[site]\nbase_url = 'duban'", "write it like https://duban.example."),
        ("[site]\nname = ' '", "“site.name” cannot be ' ': it must not be empty."),
        ("[database]\nurl = ''", "“database.url” cannot be '': it must not be empty."),
        ("[mail]\nport = 70000", "“mail.port” cannot be 70000: at most 65535 is possible."),
        ("mail = 3", "“mail”"),
        ("[mail", "is not valid TOML"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be(world: World, folder: Path, toml: str, said: str) -> None:
    (folder / "duban.toml").write_text(toml)
    answer = duban("status", "--json")
    assert (answer.code, answer.problem["code"]) == (9, "configuration-invalid")
    assert said in answer.problem["detail"]


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("DUBAN_MIAL__HOST", "x", "there is no key “DUBAN_MIAL__HOST”. Did you mean “mail”?"),
        ("DUBAN_MAIL__PORT", "0", "DUBAN_MAIL__PORT: “mail.port” cannot be '0'"),
        ("DUBAN_MAIL", "x", "DUBAN_DATABASE__URL"),
    ],
)
def test_variables_that_cannot_be(
    world: World, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv(variable, value)
    answer = duban("status", "--json")
    assert (answer.code, said in answer.problem["detail"]) == (9, True)


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ("", "policy.toml: the key “rung” is missing."),
        ('[[rung]]\ncode="x"\nlevel=1\nkind="notice"\ncounts="due"\nat="+1d"\n',
         "policy.toml: the key “rung.to (entry 1)” is missing."),
        ("rung = []", "the ladder has no rungs"),
        ('[[rung]]\ncode="x"\nlevel=1\nkind="notice"\ncounts="due"\nat="+1d"\nto=[]',
         "policy.toml: “rung (entry 1)”: the rung “x” has no recipients; name at least one in “to”."),
        ('[[rung]]\ncode="x"\nlevel=1\nkind="notice"\ncounts="due"\nat="soon"\nto=["head"]',
         "policy.toml: x: “soon” is not an offset"),
        ('[[rung]]\ncode="x"\nlevel=1\nkind="notice"\ncounts="due"\nat="+1d"\nto=["mayor"]', "mayor"),
        ('[deadline]\nwindow="P0M"\n[[rung]]\ncode="x"\nlevel=1\nkind="notice"\ncounts="due"\nat="+1d"\n'
         'to=["head"]', "policy.toml: “deadline.window”: “P0M” is not a period"),
    ],
)  # fmt: skip
def test_policies_that_cannot_be(world: World, folder: Path, policy: str, said: str) -> None:
    (folder / "policy.toml").write_text(policy)
    (folder / "duban.toml").write_text("[policy]\nfile = 'policy.toml'\n")
    answer = duban("status", "--json")
    assert (answer.code, answer.problem["code"]) == (9, "configuration-invalid")
    assert said in answer.problem["detail"]


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("sender = 'nobody'", "“mail.sender”: “nobody” is not an e-mail address"),
        ("reply_to = 'a@b@c'", "“mail.reply_to”: “a@b@c” is not an e-mail address"),
        ("transport = 'sendgrid'", "“mail.sendgrid_key_file” is missing"),
        ("transport = 'sendgrid'\nsendgrid_key_file = 'none'",
         "mail.sendgrid_key_file: the secret file none cannot be read: No such file or directory."),
        ("transport = 'sendgrid'\nsendgrid_key_file = 'key'",
         "mail.sendgrid_key_file: the secret file key can be read by others; run “chmod 600 key”."),
        ("transport = 'smtp'\nuser = 'duban'\npassword_file = 'empty'",
         "mail.password_file: the secret file empty is empty."),
        ("transport = 'smtp'\nuser = 'duban'", "“mail.password_file” must name the file"),
    ],
)  # fmt: skip
def test_a_mail_set_up_that_cannot_be(issued: World, folder: Path, toml: str, said: str) -> None:
    for name, mode, secret in (("key", 0o644, "secret"), ("empty", 0o600, "")):
        (folder / name).write_text(secret)
        (folder / name).chmod(mode)
    (folder / "duban.toml").write_text(f"[mail]\n{toml}\n")
    for words in (("mail", "send"), ("config", "check")):
        answer = duban(*words, "--json")
        assert (answer.code, answer.problem["code"]) == (9, "configuration-invalid")
        assert said in answer.problem["detail"]
    assert {(one.state, one.attempts) for one in issued.messages()} == {("queued", 0)}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "calendar.json is not valid JSON: look at line 1, column 2."),
        ("[]", "calendar.json is no year's calendar; see docs/calendars.md."),
        ('{"year": 2027, "holidays": [3]}', "“holidays” must be a list of tables"),
        ('{"year": 2027, "holidays": [{"name": "x", "off": ["2027-02-30"], "make_up": []}]}',
         "“2027-02-30” is not a real date"),
        ('{"year": "x", "holidays": [], "notice": {"number": "1", "date": "2026-11-01"}}',
         "“year” must be a whole number"),
        ('{"year": 9999, "holidays": [], "notice": {"number": "1", "date": "2026-11-01"}}',
         "“year” must lie between 1990 and 2100"),
    ],
)  # fmt: skip
def test_a_calendar_file_that_does_not_fit(
    world: World, folder: Path, content: str, said: str
) -> None:
    (folder / "calendar.json").write_text(content)
    answer = duban("import", "calendar", "check", "calendar.json", "--json")
    assert (answer.code, answer.problem["code"]) == (1, "validation")
    assert said in answer.problem["detail"]


def test_a_database_that_is_locked(world: World, folder: Path) -> None:
    (folder / "duban.toml").write_text("[database]\nbusy_seconds = 0.1\n")
    with world.database.begin() as session:
        session.connection()
        answer = duban("org", "add", "x", "X", "--json")
    assert (answer.code, answer.problem["detail"]) == (
        10, "The database is locked by another process; wait a moment and try again.",
    )  # fmt: skip
    assert duban("org", "add", "x", "X").code == 0


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "install a newer duban"),
        ("UPDATE alembic_version SET version_num = '0001'", "run “duban db upgrade”"),
        ("DELETE FROM alembic_version", "duban init"),
    ],
)
def test_a_database_of_another_version(world: World, sql: str, said: str) -> None:
    with world.database.begin() as session:
        session.connection().exec_driver_sql(sql)
    answer = duban("status", "--json")
    assert (answer.code, said in answer.problem["detail"]) == (10, True)


def test_a_file_that_is_no_database(world: World, folder: Path) -> None:
    world.database.close()
    (folder / "var" / "duban.db").write_text("this is a letter to the district" * 40)
    answer = duban("status", "--json")
    assert (answer.code, answer.problem["code"]) == (10, "unavailable")


def test_every_error_has_its_exit_code() -> None:
    assert sorted(set(EXIT_CODES.values())) == [1, 2, 4, 5, 6, 7, 9, 10]


def test_two_clerks_at_once(world: World) -> None:
    (finding_id,) = world.unit("a")
    world.issue()
    version = world.finding(finding_id).version
    assert (
        duban("finding", "acknowledge", "1-1", "--version", version, "--at", "2024-01-02").code == 0
    )
    second = duban("finding", "acknowledge", "1-1", "--version", version, "--at", "2024-01-02")
    assert (second.code, world.finding(finding_id).acknowledged_at) == (5, at("2024-01-02T00:00"))
