"""Lists by more time and by what was said of a delay hold what the histories tell."""

from sqlmodel import col, select

from duban.services.explain_delay import explain
from duban.services.reopen import reopen
from models.finding import Finding
from models.queries.ledger_order import Sort
from models.queries.pages import Filter, page
from models.queries.particulars import MoreTime, Particulars
from models.queries.submissions import history_of
from models.transition_log import standing_extension
from tests.services.counter_acts import reinstate, revoke, withdraw
from tests.world import SUPERVISOR, World, at


def grant(world: World, finding_id: int, day: str) -> None:
    world.grant(world.ask(finding_id, "5wd", at(f"{day}T09:00")), at(f"{day}T10:00"))


def open_again(world: World, finding_id: int, day: str) -> None:
    with world.database.begin() as session:
        reopen(
            session, [session.get_one(Finding, finding_id)], reason="re-check", now=at(day),
            actor=SUPERVISOR, rules=world.rules(session),
        )  # fmt: skip


def listed(world: World, particulars: Particulars) -> list[int]:
    """The findings of the list, which are the same in every order."""
    found = set()
    with world.database.read() as session:
        for sort in Sort:
            wanted = Filter(particulars=particulars, sort=sort)
            rows = page(session, wanted, at("2024-03-20T09:00"), limit=20).rows
            found.add(tuple(sorted(row.finding.id or 0 for row in rows)))
    (ids,) = found
    return list(ids)


def test_granted_time_is_listed_while_it_counts(world: World) -> None:
    names = ("never", "asked", "granted", "taken back", "one of two", "both", "anew",
             "kept", "reopened", "since")  # fmt: skip
    ids = dict(zip(names, world.unit("a", findings=len(names)), strict=True))
    world.issue()
    asked = ids["asked"]
    world.ask(asked, "5wd", at("2024-01-15T09:00"))
    for name in names[2:]:
        grant(world, ids[name], "2024-01-15")
    for name in ("one of two", "both"):
        grant(world, ids[name], "2024-01-16")
    for name, hours in (("taken back", ("09",)), ("one of two", ("09",)), ("both", ("09", "10"))):
        for hour in hours:
            revoke(world, ids[name], at(f"2024-01-17T{hour}:00"))
    # It is withdrawn past its last day and begins anew, or comes back before that day.
    for name, back in (("kept", "2024-01-18T09:00"), ("anew", "2024-02-20T09:00")):
        withdraw(world, ids[name], at("2024-01-17T11:00"))
        reinstate(world, ids[name], at(back))
    for name in ("reopened", "since"):
        world.submit(ids[name], at("2024-01-20T09:00"))
        world.accept(ids[name], at("2024-01-22T09:00"))
        open_again(world, ids[name], "2024-02-21T09:00")
    grant(world, ids["since"], "2024-02-22")
    counts = ("granted", "one of two", "kept", "since")
    assert listed(world, Particulars(more_time=MoreTime.GRANTED)) == [ids[one] for one in counts]
    assert listed(world, Particulars(more_time=MoreTime.ASKED)) == [asked]
    with world.database.read() as session:
        every = session.exec(select(Finding.id).order_by(col(Finding.id))).all()
        told = [one for one in every if standing_extension(history_of(session, one or 0))]
    assert told == [ids[one] for one in counts]
    with world.database.begin() as session:
        explain(session, session.get_one(Finding, ids["never"]), "late", by="a",
                now=at("2024-02-23T09:00"))  # fmt: skip
    assert listed(world, Particulars(explained=True)) == [ids["never"]]
    assert listed(world, Particulars(explained=False)) == sorted(set(every) - {ids["never"]})
