"""The reasoning of a deadline in words, to be read out where a date is disputed."""

from itertools import groupby
from typing import Any

from config.language import _
from models.day_words import long_day, short_day
from models.deadlines import Deadline, Step


def proof_sentences(deadline: Deadline) -> list[str]:
    """One sentence a step; consecutive rest days of one festival share a sentence."""
    sentences = []
    for (code, note), group in groupby(deadline.steps, key=lambda step: (step.code, step.note)):
        steps = list(group)
        sentences.append(_sentence(code, note, steps[0], steps[-1]))
    if deadline.provisional:
        sentences.append(
            _(
                "Provisional: the year's holiday notice is not published; "
                "the date may move later, never earlier."
            )
        )
    return sentences


def deadline_as_dict(deadline: Deadline) -> dict[str, Any]:
    """The deadline and its reasoning as plain values."""
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
            {
                "code": step.code,
                "on": step.on.isoformat(),
                "note": step.note,
                "text": _sentence(step.code, step.note, step, step),
            }
            for step in deadline.steps
        ],
    }


def _sentence(code: str, note: str, first: Step, last: Step) -> str:
    days = short_day(first.on)
    if last is not first:
        days = _("{first} to {last}").format(first=days, last=short_day(last.on))
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
        "last-day": _("Last day: {long}."),
    }[code].format(day=days, days=days, note=note, long=long_day(first.on))
