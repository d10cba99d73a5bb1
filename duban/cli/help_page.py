"""Help pages in the reader's language: examples first, and no sentence cut short."""

from typing import Any

from rich.table import Table
from rich.text import Text
from typer import rich_utils

from config.language import _
from duban.cli.examples import examples_of
from duban.cli.options import OPTIONS


class _FoldingTable(Table):
    """Typer leaves rich's way with long words, which cuts Chinese sentences off."""

    def add_row(self, *cells: Any, **options: Any) -> None:
        super().add_row(*cells, **options)
        for column in self.columns:
            column.overflow = "fold"


def _one_text(parts: list[Text]) -> Text:
    """A help text with its default as one text that folds; Typer sets them in columns."""
    return Text(" ").join(parts)


def set_up_help() -> None:
    """Make Typer's help speak the current language, fold and leave colours off when asked."""
    vars(rich_utils).update(Table=_FoldingTable, Columns=_one_text)
    rich_utils.COLOR_SYSTEM = None if OPTIONS.no_color else "auto"
    rich_utils.ARGUMENTS_PANEL_TITLE = _("Arguments")
    rich_utils.OPTIONS_PANEL_TITLE = _("Options")
    rich_utils.COMMANDS_PANEL_TITLE = _("Commands")
    rich_utils.DEFAULT_STRING = _("[default: {}]")
    rich_utils.REQUIRED_LONG_STRING = _("[required]")


def print_examples(words: str) -> None:
    """The lines that show how ``words`` are used, if there are any."""
    lines = examples_of(words)
    if not lines:
        return
    from duban.cli.output import say

    say()
    say(" " + _("For instance:"))
    for line in lines:
        say(f"   {line}")
