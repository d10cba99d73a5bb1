"""Saved views: one's own, the commission's, and whose they are."""

from tests.web.ledger_marks import links, references
from tests.web.seen import set_clock
from tests.web.site import Person, Site
from tests.world import World


def save(person: Person, name: str, query: str, **more: str) -> int:
    """Save a view as the form of the ledger would; the status of the answer."""
    person.get(f"/ledger?{query}")
    return person.post("/views", {"name": name, "query": query, **more}).status_code


def test_a_shared_view_leads_a_colleague_to_the_same_rows(site: Site, world: World) -> None:
    world.unit("a", findings=2)
    world.unit("b")
    world.issue()
    set_clock(world, "2024-02-08T08:30")
    li, zhou = site.person("li", "clerk"), site.person("zhou", "verifier")
    save(li, "A late", "state=overdue&org=a", shared="yes")
    assert li.page.url.path + "?" + li.page.url.query.decode() == "/ledger?state=overdue&org=a"
    assert "The view “A late” is saved." in li.words
    save(li, "mine", "state=submitted")
    zhou.get("/ledger")
    assert (links(zhou, "A late"), links(zhou, "mine")) == (["/ledger?state=overdue&org=a"], [])
    zhou.get("/ledger?state=overdue&org=a")
    assert references(zhou) == references(li.get("/ledger?state=overdue&org=a") and li)
    assert references(zhou) == ["2023-1-1", "2023-1-2"]
    li.get("/ledger")
    assert links(li, "mine") == ["/ledger?state=submitted"]


def test_only_the_owner_deletes_a_view(site: Site, world: World) -> None:
    li, zhou = site.person("li", "clerk"), site.person("zhou", "verifier")
    save(li, "late", "state=overdue", shared="yes")
    zhou.get("/views")
    assert ("late" in zhou.words, "/delete" in zhou.page.text) == (True, False)
    foreign = zhou.post("/views/1/delete")
    absent = zhou.post("/views/99/delete")
    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert [li.post("/views/1/delete").status_code, "is deleted" in li.words] == [200, True]
    li.get("/ledger")
    assert links(li, "late") == []


def test_what_cannot_be_saved_keeps_what_was_typed(site: Site, world: World) -> None:
    li = site.person("li", "clerk")
    assert save(li, "late", "state=overdue") == 200
    said = {}
    for name, query in (("late", "state=issued"), (" ", "state=issued"), ("x" * 61, "state=issued"),
                        ("wrong", "state=lost"), ("long", "text=" + "y" * 2001)):  # fmt: skip
        li.get("/ledger")
        status = li.post("/views", {"name": name, "query": query, "shared": "yes"}).status_code
        said[name[:5]] = (status, "There is a problem" in li.words)
    assert said == dict.fromkeys(said, (422, True))
    li.post("/views", {"name": "late", "query": "state=issued", "shared": "yes"})
    assert 'value="late"' in li.page.text
    assert 'name="query" value="state=issued"' in li.page.text
    assert 'value="yes" checked' in li.page.text


def test_a_view_keeps_nothing_but_filters(site: Site, world: World) -> None:
    li = site.person("li", "clerk")
    save(li, "odd", "state=overdue&after=abc&page=7&next=//evil.example")
    assert li.page.url.query.decode() == "state=overdue"
