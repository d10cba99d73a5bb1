"""Help: what each role does, states and labels, keys, the calendar's file, and each problem.

The pages of help are whole texts, one template a language; the rest is translated as elsewhere.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.responses import Response

from config.language import _, current_language
from duban.web.desk import Desk
from duban.web.doors import Open, Pages
from duban.web.problem_words import meaning_of
from duban.web.problems import titles
from duban.web.sight import Sight
from models.errors import NotFound

pages = Pages()

TOPICS = ("calendar",)
"""What has a page of its own beside the first one."""


@pages.get("/help", Open.TO_EVERYBODY)
def start(desk: Desk) -> Response:
    return _told(desk, "start")


@pages.get("/help/{topic}", Open.TO_EVERYBODY)
def one_topic(desk: Desk, topic: str) -> Response:
    if topic not in TOPICS:
        raise NotFound(_("There is no such page."))
    return _told(desk, topic)


@pages.get("/problems/{code}", Open.TO_EVERYBODY)
def one_problem(desk: Desk, code: str) -> Response:
    known = titles()
    if code not in known:
        raise NotFound(_("There is no such page."))
    with perhaps(desk) as sight:
        return desk.page(
            "problem_told.html", sight, kind=code, title=known[code], meaning=meaning_of(code),
            known=known,
        )  # fmt: skip


def _told(desk: Desk, topic: str) -> Response:
    with perhaps(desk) as sight:
        return desk.page(f"help_{topic}_{current_language()}.html", sight)


@contextmanager
def perhaps(desk: Desk) -> Iterator[Sight | None]:
    """With the menu for who is signed in; for others, and in an empty database, without."""
    if desk.visitor is None or desk.visitor.owes_code:
        yield None
        return
    with desk.reading() as sight:
        yield sight
