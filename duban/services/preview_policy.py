"""What another policy would do to the next night; nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from duban.services.brake import Braking
from duban.services.preview_night import preview_night
from duban.services.rules import Rules
from models.queries.night_preview import steps_of_batch


@dataclass(frozen=True)
class ForeseenNight:
    """A night by one policy: its account, how many findings each rung meets, and the brake."""

    counts: Mapping[str, int]
    steps: Mapping[str, int]
    braking: Braking


@dataclass(frozen=True)
class PolicyPreview:
    """The same night by the rules in force and by others."""

    present: ForeseenNight
    proposed: ForeseenNight


def preview_policy(
    session: Session, rules: Rules, proposed: Rules, as_of: datetime
) -> PolicyPreview:
    """The night of ``as_of`` by ``rules`` and by those ``proposed``, on what is recorded now."""
    return PolicyPreview(_foresee(session, rules, as_of), _foresee(session, proposed, as_of))


def _foresee(session: Session, rules: Rules, as_of: datetime) -> ForeseenNight:
    preview = preview_night(session, rules, as_of, limit=0)
    # The night still stands in the working tables, until the next one is decided.
    found = session.connection().execute(steps_of_batch())
    steps = {row.rung: int(row.n) for row in found}
    return ForeseenNight(preview.counts, steps, preview.braking)
