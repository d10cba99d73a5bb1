"""The check of a ledger as its page shows it: what is wrong first, then row by row."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from config.language import _
from duban.ledger.refusal_runs import Run, runs_of
from duban.services.comparison import Compared, Comparison, Verdict
from duban.web.ledger_options import LedgerOptions
from duban.web.option_words import for_form, for_form_of
from duban.web.show_returned import Returned

SHOWN = 200
"""So many refusals and rows stand on a page."""


@dataclass(frozen=True)
class Check:
    """What an import would do; ``start`` is the first of the rows that are shown, from 0."""

    comparison: Comparison
    options: LedgerOptions
    start: int = 0

    @property
    def wanted(self) -> int:
        """How many rows an import would write."""
        return self.comparison.counts["new"] + self.comparison.counts["changed"]

    @property
    def refused(self) -> int:
        """How many rows cannot be taken."""
        return self.comparison.counts["refused"]

    @cached_property
    def runs(self) -> list[Run]:
        """Every refusal, those alike of rows in a run together."""
        return runs_of(map(for_form_of, self.comparison.refusals))

    @property
    def shown_runs(self) -> Sequence[Run]:
        """The first of them."""
        return self.runs[:SHOWN]

    @property
    def rows(self) -> Sequence[Compared]:
        """The rows of this page."""
        return self.comparison.rows[self.start : self.start + SHOWN]

    @property
    def next(self) -> int | None:
        """Where the next page of rows begins; none after the last."""
        following = self.start + SHOWN
        return following if following < len(self.comparison.rows) else None

    @cached_property
    def returned(self) -> Returned | None:
        """The same cell by cell, where the file is an exported ledger."""
        return Returned(self.comparison) if self.comparison.ledger.returned else None

    @property
    def unknown(self) -> bool:
        """Whether rows are refused because their organization is unknown."""
        return any(one.code == "organization-unknown" for one in self.comparison.refusals)

    @property
    def warnings(self) -> list[str]:
        """What the reader noticed."""
        return [for_form(warning) for warning in self.comparison.ledger.warnings]

    @property
    def closed_again(self) -> str:
        """The sentence about rows that are closed findings."""
        return for_form(
            _(
                "{n} of these rows are closed findings; if a later meeting raised them again, "
                "name it with --meeting DATE."
            ).format(n=self.comparison.closed_again)
        )

    @property
    def headings(self) -> list[str]:
        """Every heading of the sheets that were read."""
        used = [sheet for sheet in self.comparison.ledger.sheets if sheet.used]
        found = (
            heading
            for sheet in used
            for heading in (*(one.heading for one in sheet.columns), *sheet.unmapped)
        )
        return list(dict.fromkeys(found))

    def query_with(self, **more: str) -> str:
        """The options and ``more`` behind a question mark."""
        return f"?{urlencode({**self.options.given, **more})}"


def verdict_label(verdict: Verdict) -> str:
    """What becomes of a row."""
    return {
        Verdict.NEW: _("new"),
        Verdict.CHANGED: _("changed"),
        Verdict.SAME: _("the same"),
    }[verdict]


def shown(comparison: Comparison, options: LedgerOptions, start: str) -> Check:
    """The page of a check that begins at row ``start`` of those that can be taken."""
    plain = start.isascii() and start.isdigit() and len(start) <= 6
    return Check(comparison, options, int(start) if plain else 0)
