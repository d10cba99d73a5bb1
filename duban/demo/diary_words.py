"""The diary of the demo month in words."""

from config.language import _, current_language, ngettext
from duban.demo.diary import Entry
from duban.demo.district import UNITS
from models.day_words import list_day


def diary_line(entry: Entry) -> str:
    """One line: the day, what happened, and its numbers."""
    return f"{list_day(entry.day)}  {_what(entry)}"


def _what(entry: Entry) -> str:
    facts = entry.facts
    match entry.what:
        case "issued":
            return _("{letters} letters issued with {findings} findings").format(**facts)
        case "receipt":
            return ngettext(
                "{organizations} organization has not acknowledged: reminded",
                "{organizations} organizations have not acknowledged: reminded",
                int(facts["organizations"]),
            ).format(**facts)
        case "reminder":
            return ngettext(
                "the last day comes near: {organizations} organization reminded",
                "the last day comes near: {organizations} organizations reminded",
                int(facts["organizations"]),
            ).format(**facts)
        case "overdue":
            return _(
                "{findings} findings become overdue; {organizations} organizations urged"
            ).format(**facts)
        case "proposal":
            return _(
                "{rung} proposed for {organizations} organizations ({findings} findings); "
                "a person must decide"
            ).format(**{**facts, "rung": _rung(str(facts["rung"]))})
        case "review":
            return ngettext(
                "{findings} report waits for us beyond our own limit: our supervisor reminded",
                "{findings} reports wait for us beyond our own limit: our supervisor reminded",
                int(facts["findings"]),
            ).format(**facts)
        case "granted":
            return _("{unit}: more time granted, until {until}").format(
                unit=_unit(facts), until=facts["until"]
            )
        case _:
            return _("{unit}: {findings} findings reported late").format(
                unit=_unit(facts), findings=facts["findings"]
            )


def _rung(code: str) -> str:
    return {
        "circular": _("A circular is"),
        "summons": _("A summons is"),
        "referral": _("A referral is"),
    }[code]


def _unit(facts: dict[str, int | str]) -> str:
    unit = next(unit for unit in UNITS if unit.code == facts["unit"])
    return unit.name_en if current_language() == "en" else unit.name
