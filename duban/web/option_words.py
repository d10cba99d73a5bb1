"""Sentences of the ledger's reader that name options of the command line, for a page's form."""

import re
from dataclasses import replace

from config.language import _, current_language
from duban.ledger.ledger import Refusal

_MAP = r"--map(?: [a-z_]+=\w+)?(?: --map [a-z_]+=\w+)*"
_OPTION = re.compile(
    rf" ?(?:{_MAP}|--(?:organization|sheet)(?: NAME| 名称)?|--meeting(?: DATE| 日期)?"
    r"|--(?:year|date-order|fill-down|create-organizations|skip-refused)|“duban org add”) ?"
)


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
        "“duban": _("Organizations"),
    }


def for_form(sentence: str) -> str:
    """The sentence with the form's own fields in place of options."""
    words, chinese = field_words(), current_language() == "zh"

    def put(found: re.Match[str]) -> str:
        said = found[0]
        name = said.split()[0].removeprefix("--")
        before, after = said[: said[:1] == " "], said[len(said) - said.endswith(" ") :]
        quoted = f"“{words[name]}”"
        return quoted if chinese else f"{before}{quoted}{after}"

    return _OPTION.sub(put, sentence)


def for_form_of(refusal: Refusal) -> Refusal:
    """The refusal with a remedy that this form offers."""
    return replace(refusal, remedy=for_form(refusal.remedy))
