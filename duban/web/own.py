"""An organization's own findings and letters at its doors, and the mark of what a form showed."""

from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple

from config.language import _
from duban.web.sight import Sight
from models.errors import NotFound
from models.finding import Finding
from models.letter import Letter
from models.queries.findings import Row
from models.queries.letters import reference_of
from models.queries.todo import Task


class OwnFinding(NamedTuple):
    """A finding that a letter carries; before that an organization knows nothing of it."""

    row: Row
    letter: Letter

    @property
    def finding(self) -> Finding:
        """The finding itself."""
        return self.row.finding

    @property
    def letter_reference(self) -> str:
        """What people call its letter: ``2023-12``."""
        return reference_of(self.letter)


def own_finding(sight: Sight, reference: str) -> OwnFinding:
    """The finding of this name that was issued to the visitor.

    Raises:
        NotFound: there is none, it is not to be seen, or no letter carries it yet.
    """
    row = sight.row(reference)
    if row.letter is None:
        raise NotFound(_("There is no finding {reference}.").format(reference=reference))
    return OwnFinding(row, row.letter)


def mark_of_findings(findings: Iterable[Finding]) -> str:
    """What tells how findings stood when a form showed them."""
    return _mark(f"{one.id}:{one.version}" for one in findings)


def mark_of_tasks(tasks: Iterable[Task]) -> str:
    """The same, with what was written on them and the files beside it."""
    return _mark(
        f"{one.finding.id}:{one.finding.version}:{one.draft}:{[file.id for file in one.files]}"
        for one in tasks
    )


def _mark(parts: Iterable[str]) -> str:
    return sha256("\0".join(parts).encode()).hexdigest()[:32]
