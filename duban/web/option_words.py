"""Sentences of the ledger's reader that name options of the command line, said otherwise."""

import re
from collections.abc import Callable
from dataclasses import replace

from config.language import _, current_language
from duban.ledger.ledger import Refusal

_MAP = r"--map(?: [a-z_]+=\w+)?(?: --map [a-z_]+=\w+)*"
_OPTION = re.compile(
    rf" ?(?:{_MAP}|--(?:organization|sheet)(?: NAME| 名称)?|--meeting(?: DATE| 日期)?"
    r"|--(?:year|date-order|fill-down|create-organizations|skip-refused|conflicts)"
    r"|“duban org add”) ?"
)

OTHER_NAMES = {"“duban": "/organizations"}
"""What the API calls a command."""


def field_words() -> dict[str, str]:
    """What the form calls each option, by the option's name."""
    return {
        "map": _("Columns"),
        "sheet": _("Sheet"),
        "organization": _("One organization for every row"),
        "meeting": _("Day of the meeting"),
        "year": _("Year of dates that have none"),
        "date-order": _("Order of day and month"),
        "fill-down": _("An empty organization is that of the row above"),
        "create-organizations": _("Add organizations that are unknown"),
        "skip-refused": _("Leave the refused rows out"),
        "conflicts": _("Cells that were changed on both sides"),
        "“duban": _("Organizations"),
    }


def for_form(sentence: str) -> str:
    """The sentence with the form's own fields in place of options."""
    words = field_words()
    return _said(sentence, lambda name: words[name])


def for_program(sentence: str) -> str:
    """The sentence with the names that the API has for options."""
    return _said(sentence, lambda name: OTHER_NAMES.get(name, name.replace("-", "_")))


def _said(sentence: str, word: Callable[[str], str]) -> str:
    chinese = current_language() == "zh"

    def put(found: re.Match[str]) -> str:
        said = found[0]
        name = said.split()[0].removeprefix("--")
        before, after = said[: said[:1] == " "], said[len(said) - said.endswith(" ") :]
        quoted = f"“{word(name)}”"
        return quoted if chinese else f"{before}{quoted}{after}"

    return _OPTION.sub(put, sentence)


def for_form_of(refusal: Refusal) -> Refusal:
    """The refusal with a remedy that this form offers."""
    return replace(refusal, remedy=for_form(refusal.remedy))
