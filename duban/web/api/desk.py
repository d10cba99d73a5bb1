"""What one request to the API has in hand: the pages' desk, and answers for programs."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Request
from pydantic import BaseModel
from starlette.responses import Response

from config.language import _, current_language
from duban.services.answer_once import Answer, Claim, claim_key, give_up_key, keep_answer
from duban.web.api.tags import is_tag_list, is_visible, tags_in, version_in
from duban.web.desk import Desk, T
from duban.web.problems import (
    KeyInFlight,
    KeyMissing,
    KeyReused,
    PreconditionFailed,
    PreconditionRequired,
)
from duban.web.sight import Sight, clock_of, installation_of
from models.calendar import civil_date
from models.errors import BadInput, NotAllowed, NotFound, Unavailable
from models.finding import Finding
from models.installation import Installation
from models.rights import Right

LONGEST_KEY = 255


@dataclass(frozen=True)
class Done:
    """What an act is answered with."""

    body: BaseModel
    status: int = 201
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class ApiDesk(Desk):
    """One request; ``request_digest`` tells it from others with the same key."""

    request_digest: str = ""

    def enter(self, *rights: Right) -> None:
        """Refuse who does not even see what is asked about, or who may not act on it unseen.

        Raises:
            NotFound: the visitor has none of these rights; what is behind the door is not said.
        """
        if self.person.rights.isdisjoint(rights):
            raise NotFound(_("There is nothing here."))

    def may(self, right: Right, *, seen_by: Right = Right.READ) -> None:
        """Refuse an act on a thing that was found within the visitor's scope.

        ``seen_by`` is the right by which such things are seen.

        Raises:
            NotAllowed: the visitor sees it and has no such right.
            NotFound: the visitor has not even the right to see it.
        """
        rights = self.person.rights
        if right in rights:
            return
        if seen_by not in rights:
            raise NotFound(_("There is nothing here."))
        raise NotAllowed(_("Your role, or this token, has no right to do this."))

    def tag_of(self, finding: Finding, sight: Sight) -> str:
        """The ETag of a finding: its version, then what its shape depends on besides."""
        day = civil_date(sight.now).strftime("%Y%m%d")
        return f"{finding.version}.{day}.{current_language()}"

    def as_seen(self, finding: Finding) -> Finding:
        """``finding``, if it still is the version that If-Match names.

        Raises:
            PreconditionRequired: no version was named.
            PreconditionFailed: somebody acted on it meanwhile.
        """
        self._check(lambda tag: version_in(tag) == str(finding.version))
        return finding

    def check_tag(self, present: str) -> None:
        """The same for what has an ETag and no version.

        Raises:
            PreconditionRequired: no version was named.
            PreconditionFailed: it changed meanwhile.
        """
        self._check(lambda tag: tag == present)

    def _check(self, fits: Callable[[str], bool]) -> None:
        given = self.request.headers.get("if-match", "").strip()
        if not is_tag_list(given):
            raise PreconditionRequired(
                _("Say in If-Match which version you saw: the ETag of your last answer.")
            )
        if not any(fits(tag) for tag in tags_in(given)):
            raise PreconditionFailed(
                _("Somebody else changed it meanwhile; fetch it again, then decide.")
            )

    def answer(
        self, body: BaseModel, *, tag: str | None = None, headers: dict[str, str] | None = None
    ) -> Response:
        """An answer to a question; 304 where the client has this version."""
        extra = dict(headers or {})
        if tag is not None:
            extra["etag"] = f'"{tag}"'
            extra["vary"] = "Accept-Language, Authorization"
            known = tags_in(self.request.headers.get("if-none-match", ""), weakly=True)
            if tag in known:
                return Response(status_code=304, headers=extra)
        return Response(body.model_dump_json(), media_type="application/json", headers=extra)

    def changed(self, body: BaseModel, tag: str) -> Response:
        """An answer to an act that may be repeated: the thing as it is now."""
        return Response(
            body.model_dump_json(), media_type="application/json", headers={"etag": f'"{tag}"'}
        )

    def listing(self, kind: type[BaseModel], items: list[Any], following: str | None) -> Response:
        """One page of a list; ``following`` is the place where the next one begins."""
        return self.page_of(kind, items, following, None)

    def page_of(
        self,
        kind: type[BaseModel],
        items: list[Any],
        following: str | None,
        total: int | None,
        **besides: Any,
    ) -> Response:
        """The same with how many there are about, where that is known, and what else it says."""
        cursor = None if following is None else self.signed(following)
        body = kind.model_validate(
            {"items": items, "next": cursor, "prev": None, "total_estimate": total, **besides}
        )
        headers = {}
        if cursor is not None:
            pairs = [(k, v) for k, v in self.query.multi_items() if k != "cursor"]
            there = f"{self.request.url.path}?{urlencode([*pairs, ('cursor', cursor)])}"
            headers["link"] = f'<{there}>; rel="next"'
        return self.answer(body, headers=headers)

    def kept_answer(self, make: Callable[[Sight], Response]) -> Response:
        """The answer of ``make`` to this very address, made once while it is right."""
        url, house = self.request.url, self.house

        def installed() -> Installation:
            with house.database.read() as session:
                return installation_of(session)

        def look() -> Response:
            with self.reading() as sight:
                return make(sight)

        found = house.kept.of((self.mark, "installation"), installed)
        about = (self.person.account_id, url.path, url.query)
        made = self.kept(about, look, now=clock_of(found, house.wall_clock()))
        # Whoever sends an answer may add to its headers.
        return Response(made.body, made.status_code, dict(made.headers))

    def signed(self, place: str) -> str:
        """A cursor that only this account can use, on this list."""
        return f"{place}.{self.house.key.sign('cursor', self._bound(place))}"

    def place(self, cursor: str | None) -> str | None:
        """The place that a cursor of this account names.

        Raises:
            BadInput: it was changed, or is another account's or another list's.
        """
        if cursor is None:
            return None
        place, _dot, signature = cursor.rpartition(".")
        if not self.house.key.is_signed("cursor", self._bound(place), signature):
            raise BadInput(
                _("This cursor is not one that this list gave you; begin without it."),
                field="cursor",
            )
        return place

    def _bound(self, place: str) -> str:
        return f"{self.person.account_id} {self.request.url.path} {place}"

    def once(self, act: Callable[[Sight], Done]) -> Response:
        """Act in one transaction, together with the answer that a repetition will get."""
        return self.once_ready(lambda: None, lambda sight, _nothing: act(sight))

    def once_ready(self, prepare: Callable[[], T], act: Callable[[Sight, T], Done]) -> Response:
        """The same with what takes long and writes no row done before the transaction."""

        def work(keep: Callable[[Any, Answer], None]) -> Answer:
            ready = prepare()
            with self.writing() as sight:
                answer = _answer_of(act(sight, ready))
                keep(sight.session, answer)
            return answer

        return self._keyed(work)

    def once_at_length(self, act: Callable[[], Done]) -> Response:
        """The same for an act that has transactions of its own and may be repeated safely."""

        def work(keep: Callable[[Any, Answer], None]) -> Answer:
            answer = _answer_of(act())
            with self.house.database.begin() as session:
                keep(session, answer)
            return answer

        return self._keyed(work)

    def _keyed(self, work: Callable[[Callable[[Any, Answer], None]], Answer]) -> Response:
        key, account, database = self._key(), self.person.account_id, self.house.database
        claimed_at = self.house.wall_clock()
        with database.begin() as session:
            claim, known = claim_key(session, account, key, self.request_digest, claimed_at)
        if known is not None:
            replayed = known.headers | {"idempotency-replayed": "true"}
            return _response(Answer(known.status, replayed, known.body))
        if claim is Claim.OF_ANOTHER_REQUEST:
            raise KeyReused(_("This Idempotency-Key came with another request; choose a new one."))
        if claim is Claim.AT_WORK:
            raise self._in_flight()

        def keep(session: Any, answer: Answer) -> None:
            if not keep_answer(session, account, key, claimed_at, answer):
                raise self._in_flight()

        try:
            return _response(work(keep))
        except BaseException:
            # The error that is on its way says more than a second one.
            with suppress(Unavailable), database.begin() as session:
                give_up_key(session, account, key, claimed_at)
            raise

    def _in_flight(self) -> KeyInFlight:
        return KeyInFlight(
            _("The first request with this key is still at work; ask again in a moment."),
            retry_after=1,
        )

    def _key(self) -> str:
        key = self.request.headers.get("idempotency-key", "")
        if not (1 <= len(key) <= LONGEST_KEY and is_visible(key)):
            raise KeyMissing(
                _("Send an Idempotency-Key of 1 to {n} printable characters without blanks.")
                .format(n=LONGEST_KEY)
            )  # fmt: skip
        return key


def digest_of(*parts: bytes) -> str:
    """A short digest of some bytes, whatever their borders."""
    found = sha256()
    for part in parts:
        found.update(len(part).to_bytes(8, "big") + part)
    return found.hexdigest()


def _answer_of(done: Done) -> Answer:
    return Answer(done.status, done.headers, done.body.model_dump_json().encode())


def _response(answer: Answer) -> Response:
    return Response(
        answer.body,
        answer.status,
        headers={"cache-control": "no-store", **answer.headers},
        media_type="application/json",
    )


async def _desk(request: Request) -> ApiDesk:
    found: ApiDesk = request.state.desk
    return found


At = Annotated[ApiDesk, Depends(_desk)]
"""The desk as a parameter of an operation."""
