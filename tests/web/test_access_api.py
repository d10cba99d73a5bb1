"""Every operation of the API × every token × {own, another's, nothing}: who may use it.

The table is written by hand: an operation that is not in it, or a right that moves, fails here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from itertools import count

import httpx

from config import clock
from duban.services.save_view import save_view
from duban.services.take_ledger import keep_file, take_ledger
from duban.services.tokens import make_token, revoke_token
from duban.web.api.operations import Operation
from duban.web.api.service import ADDRESS, TAKES_FILES, all_operations
from models.queries.accounts import account_by_login
from models.rights import AccountRole, TokenScope, rights_of_token
from tests.web.access_table_api import API_TABLE, BODIES
from tests.web.access_world import (
    LETTER_OF,
    NOTHING,
    OTHER,
    OWN,
    SMALL,
    Names,
    live,
    names_of,
    rows_of,
)
from tests.web.api import EVERY_SCOPE, Program, program, token_of
from tests.web.seen import set_clock
from tests.web.site import Site
from tests.world import World

NOBODYS = ("/runs/{number}", "/calendars/{year}", "/changes", "/users", "/tokens", "/views")
"""What belongs to no organization."""
OF_THE_CLERK = ("DELETE /views/{number}",)
"""Only for whose view it is."""
LEDGER = "编号,责任单位,存在问题,点评时间\nK-1,单位east,text,2024-01-12\n"
ASKING = {"/due": "?from=2024-01-12"}
RUN = "POST /runs"
DONE = {"POST /letters/preview": 200, "POST /letters": 409, RUN: 201} | dict.fromkeys(
    ("POST /organizations", "POST /organizations/{code}/contacts", "PUT /calendars/{year}",
     "POST /users", "POST /tokens", "POST /imports", "POST /views"), 422,
) | {"POST /imports/{number}/apply": 409}  # fmt: skip
"""What an act is answered that may be done and names no version."""
NEW = ("PUT /calendars/{year}",)
"""What need not be there before."""
OF_ONESELF = ("DELETE /tokens/{number}",)
"""Asked about what nobody has: each token has another number."""
OF_EVERYTHING = ("GET /runs/preview", RUN, "GET /changes", "GET /changes/{number}",
                 "POST /changes/{number}/approve", "POST /changes/{number}/decline")  # fmt: skip
"""Not for a supervisor of a subtree."""
_keys = count(1)


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    does: frozenset[str]
    scope: str
    sees: frozenset[str]


@dataclass(frozen=True)
class Caller:
    """One token: whose, what it is for, and the program that bears it."""

    who: str
    scopes: frozenset[str]
    program: Program

    def asks(self, name: str, whose: str) -> bool:
        """Whether its answer may differ from one that is asked for already."""
        if whose == "own":
            return True
        if "{" not in name or self.who == "nobody":
            return False
        return len(self.scopes) > 1 or (whose == "none" and not name.startswith("GET"))

    @property
    def role(self) -> str:
        """The role of its account."""
        return {"subtree": "supervisor", "unit": "organization"}.get(self.who, self.who)


def table() -> dict[str, Row]:
    """The lines by method and address."""
    found = {}
    for line in filter(None, API_TABLE.split("\n")):
        method, path, does, scope, *sees = line.split()
        roles = [frozenset(LETTER_OF[letter] for letter in word) for word in (does, *sees)]
        found[f"{method} {path}"] = Row(roles[0], scope, roles[-1])
    return found


def callers(site: Site) -> list[Caller]:
    """A token with every scope for each kind of account, one for each scope, and dead ones."""
    found = []
    for role in AccountRole:
        kinds = {"organization": [("unit", OWN)],
                 "supervisor": [("supervisor", "commission"), ("subtree", OWN)],
                 }.get(role.value, [(role.value, "commission")])  # fmt: skip
        for who, organization in kinds:
            whole = program(site, who, role.value, organization)
            found.append(Caller(who, frozenset(EVERY_SCOPE), whole))
            for scope in TokenScope:
                if rights_of_token(role, frozenset([scope])):
                    token = token_of(site, who, [scope])
                    found.append(Caller(who, frozenset([scope]), Program(site, token)))
    return found + [Caller("nobody", frozenset(), one) for one in strangers(site)]


def strangers(site: Site) -> Iterator[Program]:
    """No token, an invented one, an expired one, a revoked one, and one of a closed account."""
    yield (without := Program(site, "none"))
    del without.client.headers["authorization"]
    yield Program(site, "duban_" + "x" * 43)
    gone = program(site, "gone", "clerk")
    with site.database.begin() as session:
        account = account_by_login(session, "clerk")
        assert account is not None
        now = clock.now()
        _row, expired = make_token(
            session, account, name="old", scopes=EVERY_SCOPE, lasts=timedelta(days=1),
            now=now - timedelta(days=1),
        )  # fmt: skip
        row, revoked = make_token(
            session, account, name="lost", scopes=EVERY_SCOPE, lasts=timedelta(days=1), now=now
        )
        revoke_token(session, row, by="clerk", now=now)
        closed = account_by_login(session, "gone")
        assert closed is not None
        closed.active = False
        session.add(closed)
    yield from (Program(site, expired), Program(site, revoked), gone)


def test_the_table_names_every_operation() -> None:
    assert sorted(table()) == sorted(f"{one.method} {one.path}" for one in all_operations())
    assert {role for row in table().values() for role in row.does} == set(LETTER_OF.values())


def test_who_may_use_what(site: Site, world: World) -> None:
    live(world)
    set_clock(world, "2024-02-20T09:00")
    own, other = names_of(world, OWN), names_of(world, OTHER)
    everybody = callers(site)
    own, other = (of_the_clerk(world, names) for names in (own, other))
    for caller in everybody:
        caller.program.get("/due?from=2024-01-12")
    before, rows = rows_of(world), table()
    wrong: list[object] = []
    asked = 0
    for operation in all_operations():
        name = f"{operation.method} {operation.path}"
        for caller in everybody:
            said = set()
            for whose, names in (("own", own), ("other", other), ("none", NOTHING)):
                wanted = answer_to(caller, rows[name], name, whose)
                if not caller.asks(name, whose):
                    continue
                if wanted == DONE[RUN]:
                    continue
                answer = ask(caller, operation, names)
                asked += 1
                if answer.status_code != wanted:
                    wrong.append((name, caller.who, *caller.scopes, whose, answer.status_code))
                if answer.status_code in (401, 404):
                    said.add(told(answer, operation.path, names))
            if len(said) > 1:
                wrong.append((name, caller.who, *caller.scopes, said))
    assert wrong == []
    assert rows_of(world) == before
    assert asked >= 2_000
    run = next(one for one in all_operations() if f"{one.method} {one.path}" == RUN)
    may = [one for one in everybody if answer_to(one, rows[RUN], RUN, "own") == DONE[RUN]]
    assert [ask(one, run, own).status_code for one in may] == [DONE[RUN]] * 4


def of_the_clerk(world: World, names: Names) -> Names:
    """The same with an upload and a shared view of the clerk."""
    file = keep_file(BytesIO(LEDGER.encode()), "ledger.csv", world.settings.data_dir)
    with world.database.begin() as session:
        clerk = account_by_login(session, "clerk")
        assert clerk is not None and clerk.id is not None
        take_ledger(
            session, file, data_dir=world.settings.data_dir, account_id=clerk.id, by="clerk",
            now=clock.now(),
        )  # fmt: skip
        view = save_view(session, account_id=clerk.id, name=names.code, query="", shared=True,
                         now=clock.now())  # fmt: skip
        return replace(names, upload=file.id, view=view.id or 0)


def answer_to(caller: Caller, row: Row, name: str, whose: str) -> int:
    """The status that a request must get."""
    if caller.who == "nobody":
        return 401
    enough = {"any", *caller.scopes} | ({"+"} if {TokenScope.READ} < caller.scopes else set())
    enough |= {"acts"} if caller.scopes - {TokenScope.READ} else set()
    does = caller.role in row.does and row.scope in enough
    sees = does or (caller.role in row.sees and TokenScope.READ in caller.scopes)
    foreign = whose == "other" and caller.who in SMALL and not any(n in name for n in NOBODYS)
    absent = (whose == "none" and name not in NEW) or name in OF_ONESELF
    absent = absent or (name in OF_THE_CLERK and caller.role != "clerk")
    if not sees or absent or foreign:
        return 404
    if not does or (caller.who == "subtree" and name in OF_EVERYTHING):
        return 403
    if name.startswith("GET"):
        return 200
    return DONE.get(name, 428)


def ask(caller: Caller, operation: Operation, names: Names) -> httpx.Response:
    """The request, whose body can be read and which names no version."""
    name = f"{operation.method} {operation.path}"
    file = [("file", ("a.txt", b"a"))] if ADDRESS + operation.path in TAKES_FILES else None
    return caller.program.client.request(
        operation.method,
        names.fill(operation.path) + ASKING.get(operation.path, ""),
        json=BODIES.get(name),
        files=file if operation.method == "POST" else None,
        headers={"idempotency-key": f"key-{next(_keys)}"},
    )


def told(answer: httpx.Response, path: str, names: Names) -> str:
    """A refusal without the names that were asked for."""
    body = answer.json()
    del body["request_id"], body["instance"]
    kind = answer.headers["content-type"]
    return f"{answer.status_code} {kind} {names.hidden_in(str(body), path)}"
