"""The next night by two policies, as lines of a page."""

from collections.abc import Iterable
from typing import NamedTuple

from config.language import _
from duban.services.preview_policy import ForeseenNight, PolicyPreview
from models.ladder import Rung
from models.words import rung_label


class NightLine(NamedTuple):
    """One thing a night does, and how often by the rules in force and by the proposed ones."""

    what: str
    present: int
    proposed: int


def night_lines(preview: PolicyPreview, rungs: Iterable[Rung]) -> list[NightLine]:
    """What becomes of findings, then each of ``rungs`` that meets one, then what leaves."""
    nights = preview.present, preview.proposed
    codes = dict.fromkeys(rung.code for rung in rungs)
    steps = [
        NightLine(rung_label(code), *(night.steps.get(code, 0) for night in nights))
        for code in codes
        if any(code in night.steps for night in nights)
    ]
    return [
        _of(nights, _("Become overdue"), "lapsed"),
        *steps,
        _of(nights, _("Held back"), "held"),
        _of(nights, _("Proposals for a person to decide"), "proposals"),
        _of(nights, _("Mails"), "messages"),
    ]


def _of(nights: Iterable[ForeseenNight], what: str, name: str) -> NightLine:
    return NightLine(what, *(night.counts[name] for night in nights))
