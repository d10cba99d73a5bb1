"""A small district in February 2024, and what its lists hold; for tests of figures."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

from duban.services.organizations import add_organization
from models.queries.ask import ask
from models.queries.organizations import organization_named
from models.queries.pages import page
from models.queries.scope import EVERYTHING, Scope
from tests.world import INSTALLED, World, at

NOW = at("2024-02-06T09:00")
TODAY = date(2024, 2, 6)


def live_a_month(world: World) -> None:
    """Four organizations: silent, working with more time, reported, done; and one that is idle."""
    world.unit("a", findings=3)
    (working,) = world.unit("b")
    reported = world.unit("c", findings=2)
    (done,) = world.unit("d")
    world.issue()
    world.unit("idle", findings=0)
    world.acknowledge(working, at("2023-12-27T09:00"))
    for one in (*reported, done):
        world.submit(one, at("2024-01-05T09:00"))
    world.accept(done, at("2024-01-08T09:00"))
    world.nights("2024-01-20", "2024-02-05")
    world.grant(world.ask(working, "10wd", at("2024-01-25T09:00")), at("2024-01-25T10:00"))
    world.ask(1, "5wd", at("2024-02-05T09:00"))


def below(world: World, parent: str, code: str) -> None:
    """An organization under another one."""
    with world.database.begin() as session:
        add_organization(session, code=code, name=f"单位{code}", name_en=f"Unit {code}",
                         parent=organization_named(session, parent), now=INSTALLED)  # fmt: skip


def rows_of(world: World, href: str, scope: Scope = EVERYTHING) -> int:
    """How many findings the list behind an address of the ledger has."""
    with world.database.read() as session:
        given = parse_qs(urlsplit(href).query)
        wanted = ask(session, given, NOW, scope=scope)
        return len(page(session, wanted, NOW, limit=1_000).rows)
