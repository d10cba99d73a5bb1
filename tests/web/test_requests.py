"""More time, explanations, contact persons: what is shown before, and the receipt after."""

import re

import pytest
from sqlmodel import select

from models.account_event import AccountEvent
from models.explanation import Explanation
from models.extension import ExtensionRequest
from models.organization import Contact, ContactRole
from tests.web.seen import set_clock, version
from tests.web.site import Person, Site
from tests.web.unit import facts, following, refusal
from tests.world import World, at


@pytest.fixture
def contact(site: Site, world: World) -> Person:
    """The contact of an organization that has one finding, due on 26 January; it is the 22nd."""
    world.unit("a")
    world.issue()
    set_clock(world, "2024-01-22T10:00")
    return site.person("zhang", "organization", "a")


def choices(person: Person) -> list[str]:
    """The periods that the page offers, with their days."""
    return re.findall(r"(\d+ working days?: \w{3} \d+ \w{3} \d{4})", person.words)


def extend(person: Person, **more: str) -> None:
    """Ask for more time for the finding."""
    person.get("/findings/2023-1-1/extend")
    data = {"version": version(person), "days": "10", "reason": "bids take longer"}
    person.post("/findings/2023-1-1/extend", data | more)


def requests(world: World) -> list[tuple[str, str, bool, str, str]]:
    with world.database.read() as session:
        return [
            (one.period, one.reason, one.late, str(one.old_last_day), str(one.new_last_day))
            for one in session.exec(select(ExtensionRequest))
        ]


def test_the_old_and_the_new_day_are_shown_before(contact: Person, world: World) -> None:
    contact.get("/findings/2023-1-1/extend?days=7")
    assert "Last day now: Fri 26 Jan 2024 (inclusive)" in contact.words
    assert choices(contact) == [
        "5 working days: Fri 2 Feb 2024", "7 working days: Mon 5 Feb 2024",
        "10 working days: Thu 8 Feb 2024", "15 working days: Wed 21 Feb 2024",
    ]  # fmt: skip
    extend(contact)
    assert requests(world) == [("10wd", "bids take longer", False, "2024-01-26", "2024-02-08")]
    assert facts(contact) == {
        "Receipt number": "E-1",
        "Letter": "示纪函〔2023〕1号",
        "Organization": "Unit a",
        "Finding": "2023-1-1",
        "Last day until now": "Fri 26 Jan 2024 (inclusive)",
        "Last day asked for": "Thu 8 Feb 2024 (inclusive)",
        "Time": "2024-01-22 10:00",
        "Done by": "zhang",
    }
    assert following(contact) == (
        "A supervisor decides; until then 26 Jan (inclusive) stays the last day. You are told of "
        "the decision by mail."
    )
    contact.get("/findings/2023-1-1/extend")
    assert "zhang asked for more time until 8 Feb (inclusive);" in contact.words
    contact.get("/todo")
    assert "more time was asked for, until 8 Feb" in contact.words
    world.grant(1, at("2024-01-23T09:00"))
    contact.get("/receipts/extensions/1")
    assert following(contact) == "It was granted."
    assert len(world.messages("extension")) == 2


def test_a_late_request_is_marked_and_must_lie_ahead(contact: Person, world: World) -> None:
    set_clock(world, "2024-02-05T10:00")
    contact.get("/findings/2023-1-1/extend?days=3")
    assert refusal(contact) == "3 working days end on Wed 2024-01-31, which is over; ask for more."
    assert choices(contact)[0] == "10 working days: Thu 8 Feb 2024"
    assert "marked as late" in contact.words
    extend(contact, days="5")
    assert contact.page.status_code == 422
    extend(contact)
    assert requests(world) == [("10wd", "bids take longer", True, "2024-01-26", "2024-02-08")]
    assert facts(contact)["Remark"] == "asked for after the last day"


WRONG: list[tuple[dict[str, str], int, str]] = [
    ({"reason": " "}, 422, "A request for more time needs a reason."),
    ({"days": ""}, 422, "Choose how much more time is needed."),
    ({"days": "0"}, 422, "Write a number of working days from 1 to 120."),
    ({"days": "1" * 40}, 422, "Write a number of working days from 1 to 120."),
    ({"version": "0"}, 409,
     "Somebody else changed this finding meanwhile; look at it again, then decide."),
]  # fmt: skip


def test_what_is_wrong_with_a_request(contact: Person, world: World) -> None:
    for typed, status, says in WRONG:
        extend(contact, **typed)
        assert (contact.page.status_code, refusal(contact)) == (status, says)
        assert ("bids take longer</textarea>" in contact.page.text) == ("reason" not in typed)
    assert requests(world) == []


def test_a_delay_is_explained(contact: Person, site: Site, world: World) -> None:
    contact.get("/findings/2023-1-1/explain")
    assert "This finding is not overdue; there is nothing to explain." in contact.words
    contact.post("/findings/2023-1-1/explain", {"version": "1", "text": "x"})
    assert contact.page.status_code == 409
    set_clock(world, "2024-01-29T10:00")
    contact.get("/findings/2023-1-1/explain")
    contact.post("/findings/2023-1-1/explain", {"version": version(contact), "text": " "})
    assert refusal(contact) == "Say why it is late, and until when it will be done."
    said = "the builder <b>left</b>; done by 5 February"
    contact.post("/findings/2023-1-1/explain", {"version": version(contact), "text": said})
    assert facts(contact)["Receipt number"] == "X-1"
    assert following(contact).startswith("Whoever decides on the next step reads it.")
    with world.database.read() as session:
        stored = session.exec(select(Explanation)).one()
        assert (stored.finding_id, stored.text, stored.said_by) == (1, said, "zhang")
    contact.get("/findings/2023-1-1/explain")
    assert "the builder &lt;b&gt;left&lt;/b&gt;; done by 5 February" in contact.page.text
    world.unit("b")
    foreign = site.person("wang", "organization", "b")
    assert foreign.get("/receipts/explanations/1").status_code == 404
    assert foreign.get("/receipts/extensions/1").status_code == 404


def test_a_contact_person_is_changed_and_the_change_logged(
    contact: Person, site: Site, world: World
) -> None:
    contact.get("/details")
    assert "contact@a.example" in contact.words
    assert "head@a.example" in contact.words
    number = re.findall(r"/details/contacts/(\d+)", contact.page.text)
    assert len(number) == 1
    path = f"/details/contacts/{number[0]}"
    typed = {"name": "Liu", "email": "not an address", "phone": "12345", "language": "zh"}
    contact.post(path, typed)
    assert refusal(contact).startswith("“not an address” is not an e-mail address;")
    contact.post(path, typed | {"email": ""})
    assert refusal(contact) == "Mail must reach somebody: write an address."
    contact.post(path, typed | {"email": "liu@a.example"})
    assert facts(contact)["Organization"] == "Unit a"
    with world.database.read() as session:
        changed = session.get_one(Contact, int(number[0]))
        assert (changed.name, changed.email, changed.phone, changed.role) == (
            "Liu", "liu@a.example", "12345", ContactRole.CONTACT,
        )  # fmt: skip
        made = select(AccountEvent).where(AccountEvent.what == "contact.changed")
        event = session.exec(made).one()
        receipt = f"/receipts/contacts/{event.id}"
        assert event.by == "zhang"
        assert event.details == {"organization": changed.organization_id, "contact": changed.id}
        heads = select(Contact.id).where(Contact.role == ContactRole.HEAD)
        head = session.exec(heads).one()
    assert contact.get(f"/details/contacts/{head}").status_code == 404
    world.unit("b")
    foreign = site.person("wang", "organization", "b")
    assert foreign.get(path).status_code == 404
    assert contact.get(receipt).status_code == 200
    assert foreign.get(receipt).status_code == 404
