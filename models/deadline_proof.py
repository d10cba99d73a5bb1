"""The reasoning of a deadline: kept as plain values, read out in words.

What is kept names no language, so a date that was computed for one reader can be
explained to another years later.
"""

from collections.abc import Mapping
from datetime import date
from itertools import groupby
from typing import Any

from config.language import _, ngettext
from models.day_words import festival_words, long_day, short_day, year_day
from models.deadlines import Deadline, Rule
from models.periods import Period, Unit


def deadline_record(deadline: Deadline) -> dict[str, Any]:
    """The deadline and its steps as plain values, to be stored."""
    return {
        "due_at": deadline.due_at.isoformat(),
        "last_day": deadline.last_day.isoformat(),
        "nominal_last_day": deadline.nominal_day.isoformat(),
        "day_zero": deadline.day_zero.isoformat(),
        "window": str(deadline.window),
        "rule": str(deadline.rule),
        "calendar_version": deadline.calendar_version,
        "provisional": deadline.provisional,
        "steps": [
            {"code": step.code, "on": step.on.isoformat(), "note": step.note}
            for step in deadline.steps
        ],
    }


def told(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record with a sentence beside each step, in the current language."""
    sentences = _sentences([[step] for step in record["steps"]])
    steps = [{**step, "text": text} for step, text in zip(record["steps"], sentences, strict=True)]
    return {**record, "steps": steps}


def proof_sentences(record: Mapping[str, Any]) -> list[str]:
    """One sentence a step; consecutive rest days of one festival share a sentence."""
    groups = groupby(record["steps"], key=lambda step: (step["code"], step["note"]))
    sentences = _sentences([list(group) for _kind, group in groups])
    if record["provisional"]:
        sentences.append(
            _(
                "Provisional: the year's holiday notice is not published; "
                "the date may move later, never earlier."
            )
        )
    return sentences


def rule_words(record: Mapping[str, Any]) -> str:
    """How long the period is, and what a rest day at its end does."""
    period = Period.parse(record["window"])
    rule = {
        Rule.NEXT_WORKDAY: _("a rest day moves it to the next working day"),
        Rule.STATUTORY_ONLY: _("a day off of a festival moves it, a weekend does not"),
        Rule.NATURAL: _("rest days do not move it"),
    }[Rule(record["rule"])]
    return _("{period}; {rule}").format(period=period_words(period), rule=rule)


def period_words(period: Period) -> str:
    """How long a period is: ``one month``, ``10 working days``."""
    n = period.count
    if period.unit is Unit.MONTH:
        return _("one month") if n == 1 else _("{n} months").format(n=n)
    if period.unit is Unit.DAY:
        return ngettext("{n} day", "{n} days", n).format(n=n)
    return ngettext("{n} working day", "{n} working days", n).format(n=n)


def _sentences(groups: list[list[dict[str, str]]]) -> list[str]:
    """One sentence a group; a day names its year where that is another than before."""
    found = []
    year = None
    for steps in groups:
        first, last = (date.fromisoformat(step["on"]) for step in (steps[0], steps[-1]))
        days = _day(first, year)
        if last != first:
            days = _("{first} to {last}").format(first=days, last=_day(last, first.year))
        found.append(_sentence(steps[0], days, first == last, long_day(first)))
        year = last.year
    return found


def _day(day: date, year: int | None) -> str:
    return short_day(day) if day.year == (year or day.year) else year_day(day)


def _sentence(step: Mapping[str, str], days: str, one: bool, long: str) -> str:
    note = festival_words(step["note"])
    return {
        "day-zero": _("Day zero is {day}; it is not counted."),
        "working-days": _("{note} working days later is {day}."),
        "month-end": _("That month has no such day, so its last day counts: {day}."),
        "nominal": _("The period ends on {day}."),
        "rest-day": _rest_days(one, note),
        "make-up-day": _("{day} is a make-up working day ({note}): the period stops here."),
        "working-day": _("{day} is a working day: the period stops here."),
        "kept": _("People were told {day} before; a date never moves earlier."),
        "last-day": _("Last day: {long}."),
    }[step["code"]].format(day=days, days=days, note=note, long=long)


def _rest_days(one: bool, note: str) -> str:
    if note:
        if one:
            return _("{days} is a rest day ({note}): on to the next day.")
        return _("{days} are rest days ({note}): on to the next day.")
    if one:
        return _("{days} is a weekend day: on to the next day.")
    return _("{days} are a weekend: on to the next day.")
