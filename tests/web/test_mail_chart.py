"""Whether mail arrived: the picture, its table and the mails behind it say the same."""

import re
from collections import Counter
from datetime import date, timedelta
from hashlib import md5

from duban.web.charts.deliveries import deliveries
from models.message import Message, MessageState
from models.queries.delivery_days import Became, delivery_days
from models.queries.scope import Scope
from tests.web.seen import set_clock
from tests.web.site import Site
from tests.world import World, at

TODAY = date(2024, 1, 29)
DAYS = [TODAY - timedelta(days=n) for n in reversed(range(14))]
LIVED = {
    # day of the last attempt: states
    "2024-01-15T23:59": "delivered",
    "2024-01-16T00:00": "delivered accepted refused",
    "2024-01-26T09:00": "delivered delivered bounced held in-doubt in-doubt",
    "2024-01-29T08:30": "accepted cancelled queued",
}


def put(world: World, organization_id: int) -> None:
    with world.database.begin() as session:
        for when, states in LIVED.items():
            for n, state in enumerate(states.split()):
                name = f"{when}{n}"
                session.add(
                    Message(
                        id=md5(name.encode()).hexdigest(), step_key=name, to="x@y.example",
                        template="issued", organization_id=organization_id, to_name="X",
                        language="en", queued_at=at("2024-01-12T09:00"), attempts=1,
                        next_attempt_at=at(when) - timedelta(days=2), attempted_at=at(when),
                        state=MessageState(state),
                    )
                )  # fmt: skip


def test_each_day_says_what_became_of_its_mails(world: World, site: Site) -> None:
    put(world, world.commission_id)
    with world.database.read() as session:
        found = delivery_days(session, DAYS, Scope())
        nothing = delivery_days(session, DAYS, Scope(nothing=True))
    assert {day: dict(+counts) for day, counts in found.items() if counts.total()} == {
        date(2024, 1, 16): {Became.DELIVERED: 1, Became.ACCEPTED: 1, Became.LOST: 1},
        date(2024, 1, 26): {
            Became.DELIVERED: 2, Became.HELD: 1, Became.IN_DOUBT: 2, Became.LOST: 1,
        },
        date(2024, 1, 29): {Became.ACCEPTED: 1},
    }  # fmt: skip
    assert ([*found], sum(nothing.values(), Counter())) == (DAYS, Counter())
    chart = deliveries(found)
    assert chart.summary == (
        "Of 10 mails of the last 14 days: delivered 3, taken by the mail server 2, "
        "waits for a person 1, in doubt 2, refused or returned 2."
    )
    assert [[cell.words for cell in row] for row in chart.rows] == [
        ["Tue 2024-01-16", "1", "1", "0", "0", "1"],
        ["Fri 2024-01-26", "2", "0", "1", "2", "1"],
        ["Mon 2024-01-29", "0", "1", "0", "0", "0"],
    ]
    drawn = str(chart.picture)
    assert re.findall(r"<title>[^·<]+ · ([^<]+)</title>", drawn) == [
        f"{words} · {n}"
        for words, n in (
            ("delivered", 1), ("taken by the mail server", 1), ("refused or returned", 1),
            ("delivered", 2), ("waits for a person", 1), ("in doubt", 2),
            ("refused or returned", 1), ("taken by the mail server", 1),
        )
    ]  # fmt: skip
    assert re.findall(r'font-size="11">(\d+)</text>', drawn) == ["3", "6", "1"]
    set_clock(world, "2024-01-29T10:00")
    clerk = site.person("li", "clerk")
    clerk.get("/mails")
    assert chart.summary in clerk.words
    assert "Of 2 mails nobody knows whether the mail server took them" in clerk.words
    assert "If nothing is done, whoever did not get it never will." in clerk.words
    clerk.get("/mails?state=held")
    assert ("Did mail arrive?" in clerk.words, "If nothing is done" in clerk.words) == (
        False, False,
    )  # fmt: skip
