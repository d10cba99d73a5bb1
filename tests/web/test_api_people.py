"""Organizations, their people, accounts, tokens and holiday notices are kept over the API."""

from datetime import datetime
from typing import Any

import httpx
from sqlmodel import select

from duban.services.propose_change import CALENDAR, propose
from models.api_token import IdempotentAnswer
from models.pending_change import PendingChange
from models.rights import TokenScope
from tests.services.test_calendar_import import LONG, notice
from tests.web.api import Program, program, token_of
from tests.web.seen import set_clock
from tests.web.site import Site
from tests.world import World, at

DATA = notice(LONG, ("2027-02-14",))


def code(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["code"]


def told(answer: httpx.Response, *without: str) -> tuple[int, dict[str, Any]]:
    """Status and body of an answer, but for some names."""
    body = answer.json()
    return answer.status_code, {name: body[name] for name in body if name not in without}


def test_an_organization_is_added_and_changed(site: Site, world: World) -> None:
    world.unit("a")
    clerk = program(site, "clerk", "clerk")
    body = {"name": "示例镇党委", "name_en": "Example Town", "group": "towns", "parent": "a"}
    made = clerk.act("/organizations", body, key="k")
    number = made.json()["id"]
    assert told(made, "created_at") == (201, {
        "id": number, "code": "org-002", "name": "示例镇党委", "name_en": "Example Town",
        "kind": "committee", "parent_id": number - 1, "path": f"/1/{number - 1}/{number}/",
        "ranking_group": "towns",
    })  # fmt: skip
    again = clerk.act("/organizations", body, key="k")
    assert (again.headers["idempotency-replayed"], again.json()) == ("true", made.json())
    assert code(clerk.act("/organizations", body)) == (422, "validation")
    assert code(clerk.act("/organizations", {"name": "x", "parent": "z"})) == (422, "validation")
    assert code(clerk.act("/organizations", {"name": "x", "kind": "commission"})) == (
        422, "validation",
    )  # fmt: skip
    one = "/organizations/org-002"
    seen = clerk.get(one)
    assert (seen.json(), clerk.get(one, headers={"if-none-match": seen.headers["etag"]}).status_code
            ) == (made.json(), 304)  # fmt: skip
    changed = clerk.act(one, {"group": "", "name_en": "Town"}, seen=one, method="PATCH")
    assert changed.json() == made.json() | {"ranking_group": None, "name_en": "Town"}
    assert changed.headers["etag"] == clerk.get(one).headers["etag"]
    stale = {"if-match": seen.headers["etag"]}
    assert code(clerk.act(one, {"group": "x"}, method="PATCH", headers=stale)) == (
        412, "stale-version",
    )  # fmt: skip
    assert code(clerk.act(one, {}, seen=one, method="PATCH")) == (422, "validation")
    root = "/organizations/commission"
    kind = clerk.act(root, {"kind": "group"}, seen=root, method="PATCH")
    assert code(kind) == (409, "refused")


def test_people_are_added_changed_and_removed(site: Site, world: World) -> None:
    world.unit("a", roles=())
    world.unit("b")
    clerk, people = program(site, "clerk", "clerk"), "/organizations/a/contacts"
    body = {"name": "Zhang", "role": "head", "email": "zhang@a.example", "phone": "1"}
    made = clerk.act(people, body)
    number = made.json()["id"]
    reached = {"undeliverable_at": None, "undeliverable_why": None}
    shape = {"id": number, "language": "zh", "active": True, **reached, **body}
    assert told(made) == (201, shape)
    assert code(clerk.act(people, body)) == (422, "validation")
    assert code(clerk.act(people, body | {"email": "zhang"})) == (422, "validation")
    one = f"{people}/{number}"
    assert clerk.get(one).json() == shape
    assert clerk.get(f"/organizations/b/contacts/{number}").status_code == 404
    assert clerk.get(f"{people}/x").status_code == 404
    changed = clerk.act(one, {"phone": "", "role": "contact"}, seen=one, method="PATCH")
    shape |= {"phone": None, "role": "contact"}
    assert (told(changed), changed.headers["etag"]) == (
        (200, shape),
        clerk.get(one).headers["etag"],
    )
    removed = clerk.act(one, seen=one, method="DELETE")
    assert told(removed) == (200, shape | {"active": False})
    assert code(clerk.act(one, seen=one, method="DELETE")) == (409, "refused")
    back = clerk.act(one, {"name": "Zhang San"}, seen=one, method="PATCH")
    assert told(back) == (200, shape | {"name": "Zhang San"})
    assert clerk.get(people).json()["items"] == [back.json()]


def test_a_notice_needs_a_second_person(site: Site, world: World) -> None:
    (finding,) = world.unit("a")
    world.issue(at("2026-11-09T10:00"), window="P3M")
    set_clock(world, "2026-12-01T09:00")
    clerk, supervisor = program(site, "li", "clerk"), program(site, "sun", "supervisor")
    there = "/calendars/2027"
    wrong = clerk.act("/calendars/2026", DATA, method="PUT")
    assert (code(wrong), wrong.json()["errors"][0]["pointer"]) == ((422, "validation"), "/year")
    early = DATA | {"holidays": DATA["holidays"][:1]}
    assert code(clerk.act(there, early, method="PUT")) == (422, "validation")
    made = clerk.act(there, DATA, method="PUT")
    number = made.json()["id"]
    one = f"/changes/{number}"
    assert told(made, "proposed_at") == (202, {
        "id": number, "kind": "calendar", "data": DATA, "proposed_by": "li", "approved": None,
        "decided_at": None, "decided_by": None, "reason": None,
    })  # fmt: skip
    assert code(clerk.act(there, DATA, method="PUT")) == (409, "refused")
    assert code(clerk.act(f"{one}/approve", seen=one)) == (403, "not-allowed")
    assert clerk.get(there).status_code == 404
    assert str(world.finding(finding).last_day) == "2027-02-09"
    declined = supervisor.act(f"{one}/decline", {"reason": "not signed"}, seen=one)
    assert told(declined)[1] == supervisor.get("/changes?state=decided").json()["items"][0]
    assert (declined.json()["approved"], declined.json()["reason"]) == (False, "not signed")
    assert code(supervisor.act(f"{one}/approve", seen=one)) == (409, "stale-version")
    second = clerk.act(there, DATA, method="PUT").json()["id"]
    one = f"/changes/{second}"
    assert [item["id"] for item in clerk.get("/changes").json()["items"]] == [second]
    approved = supervisor.act(f"{one}/approve", seen=one)
    assert (approved.status_code, approved.json()["decided_by"]) == (200, "sun")
    assert approved.headers["etag"] == supervisor.get(one).headers["etag"]
    assert supervisor.get("/changes").json()["items"] == []
    assert clerk.get(there).json()["notice"] == DATA["notice"]["number"]
    assert str(world.finding(finding).last_day) == "2027-02-12"


def test_who_proposed_a_notice_does_not_approve_it(site: Site, world: World) -> None:
    with world.database.begin() as session:
        now, rules = at("2026-12-01T09:00"), world.rules(session)
        change = propose(session, CALENDAR, DATA, by="Sun", now=now, rules=rules)
        one = f"/changes/{change.id}"
    answer = program(site, "sun", "supervisor").act(f"{one}/approve", seen=one)
    assert code(answer) == (409, "second-person-required")
    with world.database.read() as session:
        assert [row.approved for row in session.exec(select(PendingChange))] == [None]


def test_accounts_are_invited_and_switched(site: Site, world: World) -> None:
    world.unit("a")
    admin = program(site, "admin", "administrator")
    body = {"login": "Wang", "name": "Wang Wu", "role": "organization", "organization": "a",
            "email": "wang@a.example", "language": "en"}  # fmt: skip
    made = admin.act("/users", body)
    number = made.json()["id"]
    one = f"/users/{number}"
    assert told(made, "created_at") == (201, {
        "id": number, "login": "wang", "name": "Wang Wu", "role": "organization",
        "organization_code": "a", "email": "wang@a.example", "language": "en", "active": True,
        "has_password": False, "second_factor": False, "signed_in_at": None,
    })  # fmt: skip
    assert [mail.template for mail in world.messages() if mail.to == body["email"]] == [
        "invitation"
    ]
    assert code(admin.act("/users", body)) == (422, "validation")
    assert code(admin.act("/users", body | {"role": "clerk", "login": "x", "name": "x"})) == (
        422, "validation",
    )  # fmt: skip
    first = admin.get("/users?limit=1").json()
    rest = admin.get(f"/users?cursor={first['next']}").json()
    assert [item["login"] for item in (*first["items"], *rest["items"])] == ["admin", "wang"]
    theirs = Program(site, token_of(site, "wang"))
    assert theirs.get("/findings").status_code == 200
    off = admin.act(one, {"active": False}, seen=one, method="PATCH")
    assert (off.status_code, off.json()["active"]) == (200, False)
    assert off.headers["etag"] == admin.get(one).headers["etag"]
    assert theirs.get("/findings").status_code == 401
    own = f"/users/{first['items'][0]['id']}"
    assert code(admin.act(own, {"active": False}, seen=own, method="PATCH")) == (409, "refused")


def test_a_token_makes_no_token_that_may_more(site: Site, world: World) -> None:
    clerk = program(site, "clerk", "clerk", scopes=[TokenScope.READ, TokenScope.CLERK])
    other = program(site, "other", "clerk")
    body = {"name": "report", "scopes": ["read"], "days": 1}
    assert code(clerk.act("/tokens", body | {"scopes": ["read", "ops"]})) == (403, "not-allowed")
    assert code(clerk.act("/tokens", body | {"scopes": []})) == (422, "validation")
    assert code(clerk.act("/tokens", body | {"days": 366})) == (422, "validation")
    made = clerk.act("/tokens", body | {"days": 30})
    secret, own = made.json()["token"], clerk.get("/tokens").json()["items"]
    assert told(made, "token") == (201, own[0] | {"used_at": None, "revoked_at": None})
    assert own[0]["beginning"] == secret[: len(own[0]["beginning"])]
    assert "token" not in own[0]
    ends = [datetime.fromisoformat(one["expires_at"]) for one in own]
    assert (len(own), ends[0] <= ends[1]) == (2, True)
    with world.database.read() as session:
        assert session.exec(select(IdempotentAnswer)).all() == []
    child = Program(site, secret)
    assert child.get("/findings").status_code == 200
    assert code(child.act("/tokens", body)) == (403, "not-allowed")
    there = f"/tokens/{own[0]['id']}"
    assert code(other.act(there, method="DELETE")) == (404, "not-found")
    assert code(child.act(there, method="DELETE")) == (403, "not-allowed")
    revoked = clerk.act(there, method="DELETE")
    assert (revoked.status_code, revoked.json()["revoked_at"] is None) == (200, False)
    assert clerk.act(there, method="DELETE").json() == revoked.json()
    assert child.get("/findings").status_code == 401
