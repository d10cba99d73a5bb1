"""Answers are kept while they are right: nothing that was committed is missed by the next one."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest

from config.settings import Settings
from duban.services.tokens import revoke_token
from duban.web.kept import Kept
from duban.web.seen import Seen
from models.database import open_database
from models.queries.accounts import all_tokens
from tests.web.api import program
from tests.web.queries import counting
from tests.web.site import Site
from tests.world import World, at

OFTEN = range(100)
"""On PostgreSQL a commit in another database of the server changes the mark too: while tests run
beside this one, it holds for some moments only."""


def test_a_mark_changes_with_every_commit_and_holds_in_between(world: World) -> None:
    change = "UPDATE installation SET rehearsal = NOT rehearsal"
    marks = world.database.marks
    seen = [marks.now()]
    for _time in range(5):
        with world.database.begin() as session:
            session.connection().exec_driver_sql(change)
        seen.append(marks.now())
        with open_database(Settings().database_url) as other, other.begin() as session:
            session.connection().exec_driver_sql(change)
        seen.append(marks.now())
    assert len(set(seen)) == len(seen)
    assert any(marks.now() == marks.now() for _time in OFTEN)


def test_what_anybody_commits_is_in_the_next_answer(site: Site, world: World) -> None:
    asking = program(site, "clerk", "clerk")
    seen = []
    for code in ("a", "b", "c"):
        world.unit(code, findings=2)
        world.issue(at("2024-01-02T09:00"))
        seen += [len(asking.get("/findings").json()["items"]) for _twice in range(2)]
    assert seen == [2, 2, 4, 4, 6, 6]


def test_an_answer_that_is_kept_asks_nothing_and_is_the_same(site: Site, world: World) -> None:
    world.unit("a", findings=3)
    world.issue(at("2024-01-02T09:00"))
    asking, page = program(site, "clerk", "clerk"), site.signed_in("clerk")
    asking.get("/findings")  # the first use of a token is written down
    first = asking.get("/findings?limit=2")
    figures = page.get("/dashboard").text
    for _time in OFTEN:
        with counting(kept=True) as asked:
            again = asking.get("/findings?limit=2")
        if not asked:
            break
    assert asked == []
    told = ("content-type", "link", "content-length")
    assert (again.content, [again.headers[name] for name in told]) == (
        first.content, [first.headers[name] for name in told],
    )  # fmt: skip
    assert page.get("/dashboard").text == figures


def test_who_sees_less_is_not_given_what_was_kept_for_others(site: Site, world: World) -> None:
    for code in ("a", "b"):
        world.unit(code, findings=2)
    world.issue(at("2024-01-02T09:00"))
    everything, part = program(site, "all", "supervisor"), program(site, "part", "supervisor", "a")
    unit = program(site, "unit", "organization", "a")
    sizes = [len(one.get("/findings").json()["items"]) for one in (everything, part, unit) * 2]
    assert sizes == [4, 2, 2, 4, 2, 2]


def test_a_revoked_token_opens_nothing_more(site: Site, world: World) -> None:
    world.unit("a")
    asking = program(site, "clerk", "clerk")
    assert asking.get("/findings").status_code == 200
    with world.database.begin() as session:
        ((token, _account),) = all_tokens(session)
        revoke_token(session, token, by="test", now=token.created_at + timedelta(hours=1))
    assert asking.get("/findings").status_code == 401


def test_many_who_ask_at_once_make_it_once() -> None:
    kept, made, gate = Kept(2), [], threading.Barrier(8)

    def make() -> int:
        made.append(1)
        return len(made)

    def ask(_n: int) -> int:
        gate.wait()
        return kept.of("key", make)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [1] * 8


def test_what_could_not_be_made_is_tried_again_and_the_oldest_goes_first() -> None:
    kept = Kept(2)
    with pytest.raises(ZeroDivisionError):
        kept.of("a", lambda: 1 // 0)
    asked = (("a", 1), ("b", 2), ("a", 3), ("c", 4), ("a", 5), ("b", 6))
    assert [kept.of(key, partial(int, value)) for key, value in asked] == [1, 2, 1, 4, 1, 6]


def test_uses_of_sessions_are_written_down_together() -> None:
    """Once a minute for all: a commit for each reader would end what is kept for the others."""
    seen, start = Seen(), at("2024-01-02T09:00")
    after = [start + timedelta(seconds=seconds) for seconds in (0, 10, 50, 61, 62)]
    written = [seen.note(name, now) for name, now in zip("aabca", after, strict=True)]
    assert written == [
        {"a": after[0]}, {}, {}, {"a": after[1], "b": after[2], "c": after[3]}, {},
    ]  # fmt: skip
    assert seen.note("b", start - timedelta(days=1)) == {
        "a": after[4], "b": start - timedelta(days=1),
    }  # fmt: skip
