"""The reasoning of a deadline: kept as plain values, read out in words.

What is kept names no language, so a date that was computed for one reader can be
explained to another years later.
"""

from collections.abc import Mapping
from datetime import date
from itertools import groupby
from typing import Any

from config.language import _
from models.day_words import long_day, short_day
from models.deadlines import Deadline


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
    steps = [{**step, "text": _sentence([step])} for step in record["steps"]]
    return {**record, "steps": steps}


def proof_sentences(record: Mapping[str, Any]) -> list[str]:
    """One sentence a step; consecutive rest days of one festival share a sentence."""
    groups = groupby(record["steps"], key=lambda step: (step["code"], step["note"]))
    sentences = [_sentence(list(group)) for _kind, group in groups]
    if record["provisional"]:
        sentences.append(
            _(
                "Provisional: the year's holiday notice is not published; "
                "the date may move later, never earlier."
            )
        )
    return sentences


def _sentence(steps: list[dict[str, str]]) -> str:
    first, last = (date.fromisoformat(step["on"]) for step in (steps[0], steps[-1]))
    note = steps[0]["note"]
    days = short_day(first)
    if last != first:
        days = _("{first} to {last}").format(first=days, last=short_day(last))
    return {
        "day-zero": _("Day zero is {day}; it is not counted."),
        "working-days": _("{note} working days later is {day}."),
        "month-end": _("That month has no such day, so its last day counts: {day}."),
        "nominal": _("The period ends on {day}."),
        "rest-day": _("{days} is a rest day ({note}): on to the next day.")
        if note
        else _("{days} is a weekend: on to the next day."),
        "make-up-day": _("{day} is a make-up working day ({note}): the period stops here."),
        "working-day": _("{day} is a working day: the period stops here."),
        "kept": _("People were told {day} before; a date never moves earlier."),
        "last-day": _("Last day: {long}."),
    }[steps[0]["code"]].format(day=days, days=days, note=note, long=long_day(first))
