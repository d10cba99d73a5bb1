"""The values of every mail that is written when it leaves."""

from datetime import UTC, date, datetime

from notifications.brief_values import Brief, BriefFigures, NightLine, Undecided, WorstFinding
from notifications.values import (
    CourtesyMail,
    Letter,
    NightEntry,
    OverdueMail,
    ReviewEntry,
    Values,
    ViewEntry,
)

WHEN = datetime(2024, 1, 27, 0, 30, tzinfo=UTC)
LETTER = Letter(
    "示纪函〔2023〕12号", 2023, 12, date(2024, 1, 26), date(2024, 1, 26), date(2023, 12, 28), True
)
BASE = {"organization": "示例区教育局党组", "site": "示例区纪委监委", "office": "党风室",
        "phone": "0000-0000000", "link": "http://127.0.0.1:8765/letters/1", "record": "a1b2c3d4e5f6"}  # fmt: skip

ENTRIES = {
    kind: [
        NightEntry(LETTER, kind, count, LETTER.last_day, days, waiting, upcoming,
                   date(2024, 2, 2) if upcoming else None, "教育局")
        for count, days, waiting, upcoming in ((1, 1, 0, ""), (2, 0, 1, ""), (3, 7, 2, "circular"))
    ]
    for kind in ("overdue", "due-soon", "receipt")
}  # fmt: skip
REMINDERS = (*ENTRIES["due-soon"], *ENTRIES["receipt"])
REVIEWS = (ReviewEntry(LETTER, "教育局", 2, date(2024, 1, 29)),) * 2
HOME = BASE["link"]
VIEWS = (
    ViewEntry("甲", f"{HOME}/12", (("Overdue", 1), ("In progress", 2)), 1, 2),
    ViewEntry("甲", f"{HOME}/1"),
    ViewEntry("甲", f"{HOME}/3", ()),
)
CALM = Brief(date(2024, 1, 29), BriefFigures(0, 0, 0, 0, 0, 0), readers_link=f"{HOME}/readers")
BUSY = Brief(
    date(2024, 1, 29), BriefFigures(13, 5, 0, 5, 2, 5), BriefFigures(13, 0, 5, 5, 0, 0),
    date(2024, 1, 26), 4, (WorstFinding("2023-12-1", "教育局", 3), WorstFinding("2023-12-2", "教育局", 1)),
    (Undecided("通报", "2023-12-1", "教育局", date(2024, 1, 27)), Undecided("", "2023-12-2", "教育局", date(2024, 1, 28))),
    (f"{HOME}/escalations", f"{HOME}/extensions"), ("教育局", "教育局"), 1, 2,
    (NightLine(date(2024, 1, 27), "甲", 13, (5, 0, 8, 0, 0), True, 2, 2, 0, 0),
     NightLine(date(2024, 1, 28), "甲", 13, (0, 0, 13, 0, 0), False, 3, 1, 1, 1),
     NightLine(date(2024, 1, 29), "甲")), f"{HOME}/readers",
)  # fmt: skip
SAME = Brief(date(2024, 1, 29), BriefFigures(1, 0, 0, 1, 0, 0), BriefFigures(1, 0, 0, 1, 0, 0),
             date(2024, 1, 26), 1, readers_link=f"{HOME}/readers")  # fmt: skip


def values_of_nights(template: str) -> list[Values]:
    """Every shape that the values of such a mail can have."""
    if template == "overdue":
        overdue = ENTRIES["overdue"]
        return [*(OverdueMail(**BASE, entries=(one,)) for one in overdue),
                OverdueMail(**BASE, entries=tuple(overdue))]  # fmt: skip
    if template == "reminder":
        return [
            *(_courtesy(reminders=(one,)) for one in REMINDERS), _courtesy(reminders=REMINDERS),
            _courtesy(reminders=REMINDERS, reviews=REVIEWS, views=VIEWS),
        ]  # fmt: skip
    if template == "review-late":
        return [_courtesy(reviews=REVIEWS[:1]), _courtesy(reviews=REVIEWS, views=VIEWS)]
    if template == "views":
        return [*(_courtesy(views=(one,), link=VIEWS_LINK) for one in VIEWS),
                _courtesy(views=VIEWS, link=VIEWS_LINK)]  # fmt: skip
    return [
        *(_courtesy(brief=brief) for brief in (CALM, BUSY, SAME)),
        _courtesy(brief=BUSY, reminders=REMINDERS, reviews=REVIEWS, views=VIEWS),
    ]


VIEWS_LINK = f"{HOME}/views"


def _courtesy(**given: object) -> CourtesyMail:
    values = {**BASE, "at": WHEN, "views_link": VIEWS_LINK, **given}
    return CourtesyMail(**values)  # type: ignore[arg-type]  # a table of overrides
