"""Saved views over the API: one's own, the commission's, and who may delete them."""

from models.rights import TokenScope
from tests.web.api import Program, program, token_of
from tests.web.seen import set_clock
from tests.web.site import Site
from tests.world import World


def test_a_view_is_saved_seen_by_colleagues_and_deleted_by_its_owner(
    site: Site, world: World
) -> None:
    world.unit("a", findings=2)
    world.issue()
    set_clock(world, "2024-02-08T08:30")
    li, zhou = program(site, "li", "clerk"), program(site, "zhou", "verifier")
    body = {"name": "A late", "query": "org=a&state=overdue", "shared": True}
    saved = li.act("/views", body)
    view = saved.json()
    created_at = view.pop("created_at")
    assert (saved.status_code, view) == (201, {
        "id": 1, "name": "A late", "query": "state=overdue&org=a", "shared": True, "owner": "li",
        "href": "/ledger?state=overdue&org=a", "own": True, "mail_days": [],
    })  # fmt: skip
    mine = li.act("/views", {"name": "mine", "query": ""}).json()
    assert (mine["href"], mine["shared"]) == ("/ledger", False)
    seen = view | {"created_at": created_at}
    assert li.get("/views").json()["items"] == [seen, mine]
    assert zhou.get("/views").json()["items"] == [seen | {"own": False}]
    assert zhou.get("/views/2").status_code == 404
    found = li.get("/findings?" + li.get("/views/1").json()["query"]).json()["items"]
    assert [one["reference"] for one in found] == ["2023-1-1", "2023-1-2"]
    page = site.signed_in("li").get("/views").text
    assert "A late" in page and "/ledger?state=overdue&amp;org=a" in page

    foreign = zhou.act("/views/1", method="DELETE", seen="/views/1")
    absent = zhou.act("/views/99", method="DELETE", headers={"if-match": '"x"'})
    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert foreign.json()["detail"] == absent.json()["detail"]
    tag = li.get("/views/1").headers["etag"]
    assert li.act("/views/1", method="DELETE").status_code == 428
    assert li.act("/views/1", method="DELETE", headers={"if-match": '"x"'}).status_code == 412
    gone = li.act("/views/1", method="DELETE", headers={"if-match": tag})
    assert (gone.status_code, gone.json()) == (200, seen)
    assert li.act("/views/1", method="DELETE", headers={"if-match": tag}).status_code == 404
    assert li.get("/views").json()["items"] == [mine]


def test_what_is_no_view_is_refused(site: Site, world: World) -> None:
    li = program(site, "li", "clerk")
    assert li.act("/views", {"name": "late", "query": "state=overdue"}).status_code == 201
    for name, query, pointer in (
        ("late", "state=issued", "/name"), (" ", "state=issued", "/name"),
        ("x" * 61, "state=issued", "/name"), ("", "state=issued", "/name"),
        ("a", "state=lost", "/query"), ("a", "page=7", "/query"), ("a", "text=%00", "/query"),
        ("a", "sort=remark", "/query"), ("a", "text=" + "y" * 2_001, "/query"),
    ):  # fmt: skip
        answer = li.act("/views", {"name": name, "query": query})
        assert answer.status_code == 422, (name, query)
        assert [one["pointer"] for one in answer.json()["errors"]] == [pointer], (name, query)
    assert li.act("/views", {"name": "a", "query": "org=lost"}).status_code == 404
    looking = Program(site, token_of(site, "li", [TokenScope.READ]))
    for answer in (
        looking.act("/views", {"name": "a", "query": ""}),
        looking.act("/views/1", method="DELETE", seen="/views/1"),
    ):
        assert (answer.status_code, answer.json()["detail"]) == (
            403, "This token is for looking alone.",
        )  # fmt: skip
    assert [one["name"] for one in li.get("/views").json()["items"]] == ["late"]
