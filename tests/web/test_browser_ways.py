"""The whole way in a real browser: by mouse, by keyboard alone, and where no script runs.

Whoever goes it, and in whatever language, the same history must stand in the database.
"""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlmodel import select

from config.language import Language, set_language
from models.escalation import Escalation
from models.letter import Letter
from models.submission import Evidence, Submission
from models.transition_log import TransitionRecord
from tests.web.browser import Visit
from tests.web.hands import Hands, Keyboard, Mouse, WithoutScripts
from tests.web.site import Site
from tests.web.whole_way import WholeWay
from tests.world import World, minute

HISTORY = {
    (Letter, "number organization_id issued_by last_day sign_by"): [
        ("示纪函〔2023〕1号", 2, "li", "2024-01-26", "2023-12-28"),
        ("示纪函〔2023〕2号", 3, "li", "2024-01-26", "2023-12-28"),
    ],
    (TransitionRecord, "finding_id event target effective_at actor role reason"): [
        (1, "issue", "issued", "2023-12-26T17:30", "li", "clerk", None),
        (2, "issue", "issued", "2023-12-26T17:30", "li", "clerk", None),
        (1, "acknowledge", "acknowledged", "2023-12-27T09:12", "zhang", "organization", None),
        (1, "submit", "submitted", "2024-01-10T10:00", "zhang", "organization", None),
        (1, "return", "acknowledged", "2024-01-11T09:00", "zhou", "verifier", "缺少签到表。"),
        (1, "submit", "submitted", "2024-01-12T10:00", "zhang", "organization", None),
        (1, "accept", "rectified", "2024-01-15T09:00", "zhou", "verifier", None),
        (2, "lapse", "overdue", "2024-01-27T00:00", "duban", "system", None),
    ],
    (Submission, "report submitted_at submitted_by on_time decision decided_by reason"): [
        ("集中学习四次。", "2024-01-10T10:00", "zhang", True, "returned", "zhou", "缺少签到表。"),
        ("集中学习五次,签到表附后。", "2024-01-12T10:00", "zhang", True, "accepted", "zhou", None),
    ],
    (Evidence, "finding_id submission_id name size uploaded_by"): [
        (1, 1, "小结.pdf", 35, "zhang"),
        (1, 1, "照片.png", 33, "zhang"),
    ],
    (Escalation, "finding_id rung state decided_by decided_at reason"): [
        (2, "circular", "approved", "sun", "2024-02-02T09:00", None),
    ],
}
"""What the whole way leaves: of each table these columns, in the order of its rows."""


@pytest.mark.parametrize(
    ("hands", "language"), [(Mouse, "en"), (Keyboard, "zh"), (WithoutScripts, "en")]
)
def test_the_whole_way(
    site: Site, world: World, visit: Callable[..., Visit], hands: type[Hands], language: Language
) -> None:
    set_language(language)
    way = WholeWay(site, world, partial(hands, visit))
    way.go()
    assert {asked: _rows(world, *asked) for asked in HISTORY} == HISTORY
    hosts = set().union(*(one.visit.hosts for one in way.windows))
    assert hosts == {urlsplit(site.address).netloc}


def _rows(world: World, table: Any, columns: str) -> list[tuple[object, ...]]:
    with world.database.read() as session:
        return [
            tuple(_plain(getattr(one, column)) for column in columns.split())
            for one in session.exec(select(table).order_by(table.id))
        ]


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return minute(value)
    return str(value) if isinstance(value, date) else value
