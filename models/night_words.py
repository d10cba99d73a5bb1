"""The words for what started a night and what it does, in the current language."""

from config.language import _


def via_label(via: str) -> str:
    """What started a night; Prefect keeps its name."""
    return {
        "cli": _("by hand"),
        "web": _("by hand"),
        "embedded": _("by the scheduler"),
        "demo": _("demo"),
        "prefect": "Prefect",
    }.get(via, via)


def outcome_label(outcome: str, proposes: bool) -> str:
    """What a night did with a finding; ``proposes`` where a person must decide now."""
    return {
        "changed": _("became overdue"),
        "noticed": _("proposed") if proposes else _("told"),
        "held": _("held back"),
        "none": _("nothing"),
        "failed": _("failed"),
    }[outcome]


def plan_label(outcome: str, proposes: bool) -> str:
    """What a night is going to do with a finding."""
    return {
        "changed": _("become overdue"),
        "noticed": _("be proposed") if proposes else _("be told"),
        "held": _("be held back"),
        "none": _("stay as it is"),
    }[outcome]
