"""What differs between two policies, in words."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from config.language import _
from config.policy import Policy
from models.deadline_proof import period_words, rule_words
from models.ladder import Rung, ladder_from
from models.ladder_words import kind_of_rung_label, limit_label, when_words
from models.periods import Period
from models.words import contact_label, rung_label


class Difference(NamedTuple):
    """One thing that two policies say differently; empty where one of them has no such step."""

    what: str
    before: str
    after: str


def differences(before: Policy, after: Policy) -> list[Difference]:
    """Every one that can be told in words, the limits first; of steps as the ladders have them.

    Raises:
        ConfigurationInvalid: one of them names an offset that cannot be read.
    """
    limits = (Difference(what, told(before), told(after)) for what, told in _limits())
    return [one for one in (*limits, *_of_steps(before, after)) if one.before != one.after]


def length_words(text: str) -> str:
    """How long a period is that a policy writes down: ``P1M``, ``2wd``."""
    return period_words(Period.parse(text))


def window_words(policy: Policy) -> str:
    """How long an organization has, and what a rest day at the end does."""
    return rule_words({"window": policy.deadline.window, "rule": policy.deadline.rule})


def uncovered_words(policy: Policy) -> str:
    """What becomes of dates in a year without a notice."""
    if policy.deadline.uncovered == "provisional":
        return _("dates are provisional")
    return _("no letter is issued")


def brake_words(policy: Policy) -> str:
    """From where on the brake stops a night."""
    return _("more than {n} findings and {percent} beyond the forecast").format(
        n=policy.brake.findings, percent=f"{policy.brake.percent:g}%"
    )


def step_words(rung: Rung) -> str:
    """When a step comes, what it does, and who is told."""
    return _("{when}, counted from {limit}; {kind}; level {level}; told: {people}").format(
        when=when_words(rung), limit=limit_label(rung.counts), kind=kind_of_rung_label(rung.kind),
        level=rung.level, people=_(", ").join(map(contact_label, rung.to)),
    )  # fmt: skip


def _limits() -> list[tuple[str, Callable[[Policy], str]]]:
    """What a policy says beside its ladder: what it is called, and how it is told."""
    return [
        (_("To rectify"), window_words),
        (_("To report"), lambda policy: length_words(policy.deadline.report)),
        (_("To acknowledge the letter"), lambda policy: length_words(policy.limits.sign)),
        (_("For our review"), lambda policy: length_words(policy.limits.review)),
        (_("A year without a notice"), uncovered_words),
        (_("Brake of the night"), brake_words),
    ]


def _of_steps(before: Policy, after: Policy) -> Iterator[Difference]:
    old, new = ({rung.code: rung for rung in ladder_from(one)} for one in (before, after))
    for code in {**old, **new}:
        yield Difference(
            _("Step {name} ({code})").format(name=rung_label(code), code=code),
            *(step_words(rungs[code]) if code in rungs else "" for rungs in (old, new)),
        )
