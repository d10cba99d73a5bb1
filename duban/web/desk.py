"""What one request has in hand: who asks, what was sent, and the way to the database."""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import urlsplit

from markupsafe import Markup
from sqlmodel import Session
from starlette.datastructures import FormData, QueryParams, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.language import _, current_language
from duban.services.transition import Actor, Circumstances
from duban.web.house import House
from duban.web.problems import NotSignedIn
from duban.web.sight import Sight, sight_of
from duban.web.visitor import Visitor
from models.errors import DubanError, NotAllowed, NotFound, StaleVersion
from models.finding import Finding
from models.queries.scope import NOTHING
from models.rights import Right

SAID_COOKIE = "duban_said"
T = TypeVar("T")


@dataclass
class Desk:
    """One request. ``problem`` is what was wrong with what was typed, on its way back."""

    request: Request
    house: House
    visitor: Visitor | None
    form: FormData = field(default_factory=FormData)
    problem: DubanError | None = None
    page_path: str = ""
    """Where the page that answers can be opened; a form may be sent to another address."""

    @property
    def person(self) -> Visitor:
        """Who signed in.

        Raises:
            NotSignedIn: nobody.
        """
        if self.visitor is None:
            raise NotSignedIn(_("Sign in first."))
        return self.visitor

    @property
    def address(self) -> str:
        """Where the request comes from; uvicorn has heard out the proxies that are trusted."""
        return self.request.client.host if self.request.client else ""

    def require(self, right: Right) -> None:
        """Refuse who may not come in here.

        Raises:
            NotSignedIn: nobody is signed in.
            NotFound: the visitor has no such right; what is behind the door is not said.
        """
        if right not in self.person.rights:
            raise NotFound(_("There is no such page."))

    @cached_property
    def mark(self) -> str:
        """The database's mark as this request came."""
        return self.house.database.marks.now()

    def kept(self, about: Hashable, make: Callable[[], T], *, now: datetime) -> T:
        """What ``make`` finds as of ``now``; made once for all who see the same.

        It holds until something is committed or the minute ends: due instants are full minutes.
        """
        minute = now.replace(second=0, microsecond=0)
        visitor = self.person
        key = (self.mark, minute, current_language(), visitor.scope, visitor.rights, about)
        # What an act has committed meanwhile is newer than this request's mark.
        return self.house.kept.of(key, make) if self.request.method == "GET" else make()

    @contextmanager
    def reading(self) -> Iterator[Sight]:
        """A look at what the visitor may see, all from one moment."""
        with self.house.database.read() as session:
            yield self._sight(session)

    @contextmanager
    def writing(self, *, alone: bool = True) -> Iterator[Sight]:
        """The same in a transaction that commits at the end of the block, or leaves nothing.

        Acts on findings are done one at a time (``alone``, docs/adr/0013).
        """
        with self.house.database.begin(alone=alone) as session:
            yield self._sight(session)

    def circumstances(self, sight: Sight) -> Circumstances:
        """The visitor's act, now.

        Raises:
            NotAllowed: the visitor's role never acts on findings.
        """
        person = self.person
        if person.acts_as is None:
            raise NotAllowed(_("This account does not act on findings."))
        return {
            "now": sight.now, "actor": Actor(person.name, person.acts_as), "rules": sight.rules,
        }  # fmt: skip

    def as_seen(self, finding: Finding) -> Finding:
        """``finding``, if it is still the version that the form was made from (``version``).

        Raises:
            StaleVersion: somebody acted on it meanwhile.
        """
        if self.text("version") != str(finding.version):
            raise StaleVersion(
                _("Somebody else changed this finding meanwhile; look at it again, then decide."),
                version=finding.version,
            )
        return finding

    def page(
        self, template: str, sight: Sight | None = None, *, status: int = 200, **values: Any
    ) -> Response:
        """``template`` as the answer; with ``sight`` in the frame of those who are signed in."""
        from duban.web.render import render_page

        return render_page(self, template, sight, status=status, values=values)

    def part(self, template: str, sight: Sight, **values: Any) -> Markup:
        """``template`` as a part of a page."""
        from duban.web.render import render

        return render(self, template, sight, values)

    def to(self, path: str, said: str = "") -> Response:
        """Send the browser on after an act, with a sentence about it."""
        answer = RedirectResponse(path, status_code=303)
        if said:
            text = urlsafe_b64encode(json.dumps(said).encode()).decode()
            signed = f"{text}.{self.house.key.sign('said', text)}"
            answer.set_cookie(
                SAID_COOKIE, signed, max_age=60, httponly=True, samesite="lax",
                secure=self.house.secure,
            )  # fmt: skip
        return answer

    def take_said(self) -> str:
        """The sentence that the last act left; none where it was tampered with."""
        text, _dot, signature = self.request.cookies.get(SAID_COOKIE, "").partition(".")
        if not text or not self.house.key.is_signed("said", text, signature):
            return ""
        return str(json.loads(urlsafe_b64decode(text)))

    @property
    def query(self) -> QueryParams:
        """What stands after the question mark."""
        return self.request.query_params

    def text(self, name: str) -> str:
        """What was typed into a field, without blanks around it."""
        value = self.form.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        """What was chosen in several boxes of one name."""
        return [value for value in self.form.getlist(name) if isinstance(value, str)]

    def files(self, name: str) -> list[UploadFile]:
        """The files of one field; an empty field sends none."""
        found = [one for one in self.form.getlist(name) if isinstance(one, UploadFile)]
        return [one for one in found if one.filename]

    def typed(self, name: str, otherwise: str | None = "") -> str:
        """What a field shows: what was typed into it, if it came back, else a value."""
        if self.problem is not None and isinstance(value := self.form.get(name), str):
            return value
        return otherwise or ""

    def _sight(self, session: Session) -> Sight:
        scope = self.visitor.scope if self.visitor else NOTHING
        return sight_of(session, self.house.settings, scope, self.house.wall_clock())


def is_same_site(headers: Mapping[str, str], house: House) -> bool:
    """Whether a form was sent from a page of ours, by what the browser says."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and (urlsplit(origin).hostname or "").lower() in house.hosts


def has_token(desk: Desk) -> bool:
    """Whether a form bears the token of its session."""
    visitor, given = desk.visitor, desk.form.get("csrf")
    if visitor is None or not isinstance(given, str):
        return False
    return hmac.compare_digest(visitor.csrf.encode(), given.encode())
