"""The diary of the demo month: what each day was not quiet about."""

from dataclasses import dataclass, field
from datetime import date

from models.database import Database
from models.queries.runs import rungs_of_run

GROUPS = {
    "receipt": ("receipt", "receipt-again"),
    "reminder": ("due-7", "due-3", "due-1"),
    "overdue": ("lapse",),
    "review": ("review-late",),
}
PROPOSALS = ("circular", "summons", "referral")
"""Rungs of the ladder that ships, as the diary groups them."""


@dataclass(frozen=True)
class Entry:
    """One line: a day, what happened, and its numbers."""

    day: date
    what: str
    facts: dict[str, int | str] = field(default_factory=dict, hash=False)


def entries_of_run(database: Database, night: date, run_id: int) -> list[Entry]:
    """What a night's run did; nothing for a quiet night."""
    with database.read() as session:
        rungs = rungs_of_run(session, run_id)
    entries = []
    for what, codes in GROUPS.items():
        found = [rungs[code] for code in codes if code in rungs]
        if found:
            findings, organizations = map(sum, zip(*found, strict=True))
            facts: dict[str, int | str] = {"findings": findings, "organizations": organizations}
            entries.append(Entry(night, what, facts))
    for code in PROPOSALS:
        if code in rungs:
            findings, organizations = rungs[code]
            facts = {"rung": code, "findings": findings, "organizations": organizations}
            entries.append(Entry(night, "proposal", facts))
    return entries
