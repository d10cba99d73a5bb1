"""What the API answers, to whom, and that nothing of others shows."""

from typing import Any

import httpx

from models.queries.submissions import history_of
from models.rights import TokenScope
from tests.web.api import program
from tests.web.site import Site
from tests.world import World, at

OF_FINDING = ("", "/events", "/why", "/forecast", "/submissions", "/extensions", "/explanations",
              "/evidence")  # fmt: skip
OF_ORGANIZATION = ("", "/contacts", "/stats")


def told(answer: httpx.Response, *names: str) -> tuple[Any, ...]:
    """The status of a refusal and what it says, but for the words that the question used."""
    body = answer.json()
    detail = body["detail"]
    for name in names:
        detail = detail.replace(name, "…")
    return answer.status_code, answer.headers["content-type"], body["code"], detail


def two_units(world: World) -> None:
    """Two organizations with letters 2023-1 and 2023-2, and a draft of the first."""
    for name in ("a", "b"):
        world.unit(name, findings=2)
    world.issue()


def test_what_is_foreign_answers_like_what_is_absent(site: Site, world: World) -> None:
    two_units(world)
    request = world.ask(3, "10wd", at("2024-01-05T10:00"))
    unit = program(site, "unit", "organization", "a")
    pairs = [(f"/findings/2023-2-1{end}", f"/findings/2023-9-1{end}") for end in OF_FINDING]
    pairs += [(f"/findings/3{end}", f"/findings/999{end}") for end in OF_FINDING]
    pairs += [(f"/organizations/b{end}", f"/organizations/z{end}") for end in OF_ORGANIZATION]
    pairs += [(f"/letters/2023-2{end}", f"/letters/2023-9{end}") for end in ("", "/findings")]
    pairs += [(f"/extensions/{request}", "/extensions/999")]
    pairs += [("/findings?letter=2023-2", "/findings?letter=2023-9")]
    pairs += [("/findings?org=b", "/findings?org=z"), ("/runs", "/audit")]
    for foreign, absent in pairs:
        words = (
            "2023-2-1",
            "2023-9-1",
            "999",
            "2023-2",
            "2023-9",
            "“b”",
            "“z”",
            " 3",
            f" {request}",
        )
        assert told(unit.get(foreign), *words)[0] == 404, foreign
        assert told(unit.get(foreign), *words)[:3] == told(unit.get(absent), *words)[:3], foreign
    assert told(unit.get("/findings/2023-2-1"), "2023-2-1") == told(
        unit.get("/findings/2023-9-1"), "2023-9-1"
    )


def test_lists_hold_what_is_one_s_own(site: Site, world: World) -> None:
    two_units(world)
    world.unit("c")
    world.ask(3, "10wd", at("2024-01-05T10:00"))
    unit = program(site, "unit", "organization", "a")

    def names(path: str, field: str) -> set[str]:
        return {item[field] for item in unit.get(path).json()["items"]}

    assert names("/findings?state=all", "organization_code") == {"a"}
    assert names("/letters", "organization_code") == {"a"}
    assert names("/organizations", "code") == {"a"}
    assert names("/events", "organization_code") == {"a"}
    assert unit.get("/extensions").json()["items"] == []
    assert unit.get("/stats/summary").json()["open"]["value"] == 2
    assert unit.get("/findings").json()["total_estimate"] == 2


def test_an_organization_sees_no_draft_and_no_remark(site: Site, world: World) -> None:
    (draft,) = world.unit("a")
    unit = program(site, "unit", "organization", "a")
    assert unit.get(f"/findings/{draft}").status_code == 404
    assert unit.get("/findings?state=draft").json()["items"] == []
    assert unit.get("/findings?state=all").json()["items"] == []
    world.issue()
    seen = unit.get(f"/findings/{draft}").json()
    assert (seen["remark"], seen["escalated"]) == (None, None)


def test_a_token_may_less_than_its_account(site: Site, world: World) -> None:
    two_units(world)
    reader = program(site, "reader", "organization", "a", scopes=[TokenScope.READ])
    answer = reader.act("/letters/2023-1/acknowledge", seen="/letters/2023-1")
    assert told(answer)[:3] == (403, "application/problem+json", "not-allowed")
    signer = program(site, "signer", "organization", "a", scopes=[TokenScope.UNIT])
    assert signer.get("/letters").status_code == 404
    auditor = program(site, "auditor", "auditor")
    assert auditor.get("/audit").json()["items"][0]["what"] == "token.made"
    for path in ("/findings", "/letters", "/organizations", "/runs", "/messages", "/events"):
        assert auditor.get(path).status_code == 404


def test_pages_lead_to_each_other(site: Site, world: World) -> None:
    world.unit("a", findings=5)
    world.issue()
    clerk = program(site, "clerk", "clerk")
    seen: list[str] = []
    path: str | None = "/api/v1/findings?limit=2&state=open"
    while path is not None:
        answer = clerk.client.get(site.address + path)
        body = answer.json()
        seen += [item["reference"] for item in body["items"]]
        assert (body["prev"], body["total_estimate"]) == (None, 5)
        path = answer.links.get("next", {}).get("url")
        assert (path is None) is (body["next"] is None)
    assert seen == [f"2023-1-{n}" for n in range(1, 6)]
    assert len(clerk.get("/organizations?limit=1").json()["items"]) == 1


def test_fields_choose(site: Site, world: World) -> None:
    world.unit("a")
    world.issue()
    clerk = program(site, "clerk", "clerk")
    (item,) = clerk.get("/findings?fields=state,last_day").json()["items"]
    assert item == {"reference": "2023-1-1", "state": "overdue", "last_day": "2024-01-26"}
    wrong = clerk.get("/findings?fields=password").json()
    assert (wrong["code"], wrong["errors"][0]["pointer"]) == ("validation", "?fields")


def test_what_has_not_changed_is_not_sent(site: Site, world: World) -> None:
    world.unit("a")
    world.issue()
    clerk = program(site, "clerk", "clerk")
    for path in ("/findings/2023-1-1", "/letters/2023-1"):
        first = clerk.get(path)
        tag = first.headers["etag"]
        same = clerk.get(path, headers={"if-none-match": f'W/{tag}, "x"'})
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
        world.acknowledge(1, at("2024-01-05T10:00")) if path.startswith("/f") else None
    # Another language is another answer.
    tag = clerk.get("/findings/2023-1-1").headers["etag"]
    headers = {"if-none-match": tag, "accept-language": "zh"}
    assert clerk.get("/findings/2023-1-1", headers=headers).status_code == 200


def test_the_feed_goes_on_where_it_ended(site: Site, world: World) -> None:
    two_units(world)
    clerk = program(site, "clerk", "clerk")
    first = clerk.get("/events?limit=3").json()
    second = clerk.get(f"/events?after={first['last']}").json()
    ids = [item["id"] for item in first["items"] + second["items"]]
    with world.database.read() as session:
        stored = sorted(one.id for n in range(1, 5) for one in history_of(session, n))
    assert ids == stored
    assert clerk.get(f"/events?after={second['last']}").json() == {
        "items": [], "last": second["last"],
    }  # fmt: skip


def test_figures_say_how_they_are_counted(site: Site, world: World) -> None:
    two_units(world)
    clerk = program(site, "clerk", "clerk")
    figures = clerk.get("/stats/summary").json()
    assert (figures["overdue"]["value"], figures["overdue"]["denominator"]) == (4, 4)
    for name in ("open", "overdue", "due_soon", "waiting_for_review", "draft"):
        listed = clerk.client.get(site.address + figures[name]["href"]).json()["items"]
        assert len(listed) == figures[name]["value"], name


def test_words_follow_the_reader(site: Site, world: World) -> None:
    clerk = program(site, "clerk", "clerk")
    said = [
        clerk.get("/findings/7", headers={"accept-language": language}).json()["detail"]
        for language in ("en", "zh-CN,zh;q=0.9", "fr")
    ]
    assert said[0] == "There is no finding 7."
    assert said[1] == said[2] != said[0]


def test_head_answers_without_a_body(site: Site, world: World) -> None:
    clerk = program(site, "clerk", "clerk")
    answer = clerk.client.head("/findings")
    assert (answer.status_code, answer.content) == (200, b"")
