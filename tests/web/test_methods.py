"""Every address with every method that it does not take: 405, and nothing happens."""

from duban.web.api.service import ADDRESS, all_operations
from duban.web.app import all_doors
from tests.web.access_world import NOTHING, rows_of
from tests.web.api import program
from tests.web.site import Site
from tests.world import World

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE")
PREVIEW = f"{ADDRESS}/letters/preview"
"""Asked for with GET it is a letter called “preview”, which there is not."""


def addresses() -> dict[str, set[str]]:
    """What each address takes."""
    found: dict[str, set[str]] = {}
    taken = [(door.method, door.path) for door in all_doors()]
    taken += [(one.method, ADDRESS + one.path) for one in all_operations()]
    for method, path in taken:
        also = {"HEAD"} if method == "GET" else set()
        found.setdefault(path, set()).update({method} | also)
    found[PREVIEW] |= {"GET", "HEAD"}
    return found


def test_methods_that_an_address_does_not_take(site: Site, world: World) -> None:
    world.unit("a")
    world.issue()
    person, caller = site.person("li", "clerk"), program(site, "wang", "clerk")
    caller.get("/runs")
    before, wrong, asked = rows_of(world), [], 0
    for path, taken in addresses().items():
        api = path.startswith(ADDRESS)
        client = caller.client if api else person.client
        for method in sorted(set(METHODS) - taken):
            answer = client.request(method, site.address + NOTHING.fill(path))
            asked += 1
            kind = "application/problem+json" if api or method == "TRACE" else "text/html"
            allowed = set(answer.headers.get("allow", "").replace(" ", "").split(","))
            fits = answer.headers["content-type"].startswith(kind)
            named = method == "TRACE" or path == PREVIEW or allowed == taken
            if answer.status_code != 405 or not fits or not named:
                wrong.append((method, path, answer.status_code, allowed))
    assert wrong == []
    assert rows_of(world) == before
    assert asked >= 800
