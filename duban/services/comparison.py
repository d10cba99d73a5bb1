"""The result of checking a ledger: what becomes of each row."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cached_property

from duban.ledger.ledger import Ledger, LedgerRow, Refusal
from duban.services.compare_returned import Conflict, Missing
from duban.services.find_reworded import CLOSED
from models.queries.ledger import Known

PLACE = ("sheet", "row", "key", "fingerprint", "organization", "origin")
COLUMNS = tuple(field.name for field in fields(LedgerRow) if field.name not in PLACE)


class Verdict(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Compared:
    """A row that can be taken, the finding it is, and what differs: (before, after).

    Without an ``organization_id`` the organization is one of those that would be created.
    ``conflicts`` are cells that were changed in the file and here since the ledger was exported;
    as long as nobody has decided them, the row is changed and nothing is brought in. ``key_here``
    is the finding's own key.
    """

    row: LedgerRow
    verdict: Verdict
    organization_id: int | None
    finding: Known | None = None
    changes: tuple[tuple[str, str, str], ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    key_here: str = ""


@dataclass(frozen=True)
class Comparison:
    """The result of a check; ``digest`` is the same as long as an import would do the same."""

    ledger: Ledger
    rows: tuple[Compared, ...]
    refusals: tuple[Refusal, ...]
    new_organizations: Mapping[str, tuple[str, ...]]
    """Those that would be created, each with the nearest names that there are."""

    missing: tuple[Missing, ...] = ()
    """What an exported ledger had and its copy has no more; nothing becomes of it."""

    @cached_property
    def counts(self) -> dict[str, int]:
        """Rows by what becomes of them; every data row of the file is in one of them."""
        tally = Counter(item.verdict for item in self.rows)
        return {
            **{verdict.value: tally[verdict] for verdict in Verdict},
            "refused": len({(refusal.sheet, refusal.row) for refusal in self.refusals}),
        }

    @cached_property
    def conflicts(self) -> int:
        """How many cells were changed in the file and here, and wait for a decision."""
        return sum(len(item.conflicts) for item in self.rows)

    @cached_property
    def digest(self) -> str:
        """Twelve characters that change when the file or its effect does."""
        content = hashlib.sha256(f"[{json.dumps(self.ledger.sha256)}".encode())
        for part in (
            ((item.row.key, item.verdict, item.changes, *item.conflicts) for item in self.rows),
            ((refusal.sheet, refusal.row, refusal.code) for refusal in self.refusals),
            self.new_organizations,
        ):
            content.update(b", [")
            for n, one in enumerate(part):
                content.update((", " if n else "").encode() + json.dumps(one).encode())
            content.update(b"]")
        content.update(b"]")
        return content.hexdigest()[:12]

    @cached_property
    def closed_again(self) -> int:
        """Rows that are closed findings already and name no meeting that could raise them anew."""
        return sum(
            item.finding is not None
            and item.finding.state in CLOSED
            and item.row.meeting_on is None
            and item.row.origin is None
            for item in self.rows
        )
