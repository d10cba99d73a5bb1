"""The doors of the pages: an address, a method, the right it asks for, and who answers.

Every door goes the same way: who is it, may they, is the form ours, then the page. A refusal of
what was typed shows the form again (``again``) with the words that are wrong and what was typed.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from config.errors import ConfigurationInvalid
from config.language import LANGUAGES, _, as_language, set_language
from duban.services.sign_in import touch
from duban.web.desk import SAID_COOKIE, Desk, has_token, is_same_site
from duban.web.gate import LANGUAGE_COOKIE
from duban.web.house import House
from duban.web.problems import NotSignedIn, RateLimited, TooLarge, status_of
from duban.web.visitor import Visitor, visitor_by_cookie
from models.errors import BadInput, DubanError, NotFound
from models.rights import Right

Handler = Callable[..., Response]
MOST_FIELDS, MOST_FILES = 2_000, 100
"""Of one form; a page that takes fewer files says so itself, and keeps what was typed."""


class Open(StrEnum):
    """What a door asks for that needs no right."""

    TO_EVERYBODY = "to-everybody"
    TO_HALFWAY = "to-halfway"
    """A session, even one that still owes the second factor."""
    TO_SIGNED_IN = "to-signed-in"
    TO_WHO_SIGNS = "to-who-signs"
    """A program that signs the body it sends: no session, no form; the handler gets the bytes."""


@dataclass(frozen=True)
class Door:
    """One address with one method, what it asks for, and who answers."""

    path: str
    method: str
    asks: Right | Open
    handler: Handler
    again: Handler | None = None
    uploads: bool = False


class Pages:
    """A set of doors, one file's or all of them."""

    def __init__(self) -> None:
        self.doors: list[Door] = []

    def get(self, path: str, asks: Right | Open) -> Callable[[Handler], Handler]:
        """A page to look at."""
        return self._add(lambda handler: Door(path, "GET", asks, handler))

    def post(
        self,
        path: str,
        asks: Right | Open,
        *,
        again: Handler | None = None,
        uploads: bool = False,
    ) -> Callable[[Handler], Handler]:
        """An act; refused input shows the page ``again``."""
        return self._add(lambda handler: Door(path, "POST", asks, handler, again, uploads))

    def _add(self, make: Callable[[Handler], Door]) -> Callable[[Handler], Handler]:
        def add(handler: Handler) -> Handler:
            self.doors.append(make(handler))
            return handler

        return add


def routes(doors: list[Door], house: House) -> list[Route]:
    """The routes of the service for these doors."""
    shown = {door.handler: door.path for door in doors if door.method == "GET"}
    return [
        Route(
            door.path, partial(_answer, door, _page_of(door, shown), house), methods=[door.method]
        )
        for door in doors
    ]


def _page_of(door: Door, shown: Mapping[Handler, str]) -> str:
    """The address of the page on which an answer of this door is read, as a pattern."""
    if door.again is not None:
        return shown[door.again]
    return door.path if door.path in shown.values() else "/"


async def _answer(door: Door, page: str, house: House, request: Request) -> Response:
    if door.asks is Open.TO_WHO_SIGNS:
        body = await request.body()
        return await run_in_threadpool(door.handler, Desk(request, house, None), body)
    form = FormData()
    unreadable: DubanError | None = None
    if door.uploads and await run_in_threadpool(_who, Desk(request, house, None)) is None:
        # Nobody's files are not even read.
        unreadable = _ended()
    elif door.method == "POST":
        largest = house.settings.web.upload_megabytes * 1024 * 1024
        try:
            form = await request.form(
                max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=largest
            )
        except HTTPException as error:
            unreadable = _unreadable(error)
    try:
        return await run_in_threadpool(_enter, door, page, house, request, form, unreadable)
    finally:
        await form.close()


def _filled(pattern: str, values: Mapping[str, object]) -> str:
    """An address with what stands at its places."""
    return re.sub(r"\{(\w+)[^}]*\}", lambda place: quote(str(values[place[1]])), pattern)


def _ended() -> NotSignedIn:
    return NotSignedIn(
        _("The session has ended; sign in again in another window, then send this anew.")
    )


def _unreadable(error: HTTPException) -> DubanError:
    if error.status_code == 413:
        return TooLarge(error.detail)
    if error.status_code == 408:
        return BadInput(error.detail)
    if error.detail.startswith("Too many files"):
        return BadInput(
            _("At most {n} files can be sent at once; nothing of this form was taken.").format(
                n=MOST_FILES
            )
        )
    return BadInput(_("This form cannot be read; open its page and send it anew."))


def _enter(
    door: Door,
    page: str,
    house: House,
    request: Request,
    form: FormData,
    unreadable: DubanError | None,
) -> Response:
    desk = Desk(request, house, None, form, page_path=_filled(page, request.path_params))
    try:
        if unreadable is not None:
            raise unreadable
        visitor = desk.visitor = _who(desk)
        if visitor is not None and "lang" not in request.query_params:
            _speak(request, visitor)
        if (turned := _turned_away(door, desk)) is not None:
            return turned
        if isinstance(door.asks, Right):
            desk.require(door.asks)
        if door.method == "POST":
            _refuse_foreign_form(door, desk)
        answer = _handled(door, desk)
    except (DubanError, ConfigurationInvalid) as error:
        answer = _refused(desk, error)
    _keep_language(desk, answer)
    if SAID_COOKIE in request.cookies and answer.status_code == 200:
        answer.delete_cookie(SAID_COOKIE)
    return answer


def _handled(door: Door, desk: Desk) -> Response:
    try:
        return door.handler(desk, **desk.request.path_params)
    except (DubanError, ConfigurationInvalid) as error:
        if door.again is None or isinstance(error, NotFound | NotSignedIn):
            raise
        desk.problem = error if isinstance(error, DubanError) else BadInput(error.message)
        answer = door.again(desk, **desk.request.path_params)
        answer.status_code = status_of(error)
        if isinstance(error, RateLimited):
            answer.headers["retry-after"] = str(error.details["retry_after"])
        return answer


def _who(desk: Desk) -> Visitor | None:
    house = desk.house
    cookie = desk.request.cookies.get(house.cookie)
    if not cookie:
        return None
    now = house.wall_clock()
    found = visitor_by_cookie(house, cookie, desk.mark, now)
    if found is not None and found.seen_long_ago and found.session is not None:
        seen = house.seen.note(found.session, now)
        if seen:
            with house.database.begin() as session:
                touch(session, seen)
    return found


def _turned_away(door: Door, desk: Desk) -> Response | None:
    """Where somebody must go first: to sign in, to give the code, to set the code up."""
    if door.asks is Open.TO_EVERYBODY:
        return None
    if desk.visitor is None:
        if door.method == "POST":
            raise _ended()
        path = desk.request.url.path
        return RedirectResponse("/sign-in" + (f"?next={path}" if path != "/" else ""), 303)
    if door.asks is Open.TO_HALFWAY:
        return None
    if desk.visitor.owes_code:
        return RedirectResponse("/sign-in/code", 303)
    if desk.visitor.needs_factor:
        return RedirectResponse("/me/second-factor", 303)
    return None


def _refuse_foreign_form(door: Door, desk: Desk) -> None:
    needs_token = door.asks is not Open.TO_EVERYBODY
    if not is_same_site(desk.request.headers, desk.house) or (needs_token and not has_token(desk)):
        raise BadInput(_("This form did not come from its page; open the page and send it anew."))


def _refused(desk: Desk, error: DubanError | ConfigurationInvalid) -> Response:
    return desk.page(
        "problem.html", status=status_of(error), code=error.code, sentence=error.message
    )


def _speak(request: Request, visitor: Visitor) -> None:
    if request.cookies.get(LANGUAGE_COOKIE) not in LANGUAGES:
        set_language(visitor.language)


def _keep_language(desk: Desk, answer: Response) -> None:
    asked = desk.query.get("lang")
    if asked in LANGUAGES:
        answer.set_cookie(
            LANGUAGE_COOKIE, as_language(asked), max_age=31_536_000, samesite="lax",
            secure=desk.house.secure, httponly=True,
        )  # fmt: skip
