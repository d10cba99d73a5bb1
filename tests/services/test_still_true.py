"""A mail about an act leaves with the words of the act, or not at all if the act was undone."""

from duban.services.reopen import reopen
from duban.services.send_mail import send_due
from duban.services.urge import urge
from models.finding import Finding
from models.queries.findings import row_by_reference
from tests.services.counter_acts import approve, reinstate, rescind, withdraw
from tests.world import CLERK, SUPERVISOR, World, at


def test_what_was_undone_before_it_left_is_not_mailed(world: World) -> None:
    world.without_office()
    units = ("returned", "urged", "closed", "withdrawn", "escalated")
    returned, urged, closed, withdrawn, escalated = (
        world.unit(name, roles=("head", "contact"))[0] for name in units
    )
    world.issue()
    send_due(world.database, now=at("2023-12-26T17:30"), settings=world.settings)
    world.night("2024-01-27")
    world.night("2024-02-02")
    send_due(world.database, now=at("2024-02-02T08:30"), settings=world.settings)
    before = {mail.id for mail in world.messages()}
    (received,) = world.unit("received", roles=("contact",))
    world.issue(at("2024-02-02T10:00"))
    day = "2024-02-02T1"
    world.acknowledge(received, at(f"{day}1:00"))
    world.submit(returned, at(f"{day}1:00"))
    world.send_back(returned, at(f"{day}2:00"))
    world.submit(returned, at(f"{day}3:00"))
    with world.database.begin() as session:
        rows = [row_by_reference(session, f"#{urged}", at(f"{day}1:00"))]
        urge(session, rows, now=at(f"{day}1:00"), actor=CLERK, rules=world.rules(session))
    world.submit(urged, at(f"{day}2:00"))
    world.submit(closed, at(f"{day}1:00"))
    world.accept(closed, at(f"{day}2:00"))
    with world.database.begin() as session:
        reopen(session, [session.get_one(Finding, closed)], reason="not done", actor=SUPERVISOR,
               now=at(f"{day}3:00"), rules=world.rules(session))  # fmt: skip
    withdraw(world, withdrawn, at(f"{day}1:00"))
    reinstate(world, withdrawn, at(f"{day}2:00"))
    approve(world, escalated, at(f"{day}1:00"))
    rescind(world, escalated, at(f"{day}2:00"))
    send_due(world.database, now=at(f"{day}4:00"), settings=world.settings)
    new = [mail for mail in world.messages() if mail.id not in before]
    assert {(mail.template, mail.state.value, mail.answer) for mail in new
            if mail.state != "accepted"} == {
        (template, "cancelled", "no-longer-true")
        for template in ("issued", "returned", "urged", "closed", "withdrawn", "escalated")
    }  # fmt: skip
    assert {mail.template for mail in new if mail.state == "accepted"} == {
        "acknowledged", "submitted", "reopened", "taken-back",
    }  # fmt: skip
