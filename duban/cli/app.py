"""Typer in the reader's language: usage, panels and the help line."""

from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from config.language import _
from models.errors import WrongUsage

HELP = {"help_option_names": ["-h", "--help"]}


class _InWords:
    """What Typer prints itself, translated."""

    def get_usage(self, ctx: Any) -> str:
        usage: str = super().get_usage(ctx)  # type: ignore[misc]  # mixed into Typer's commands
        return usage.replace("Usage: ", _("Usage: "), 1)

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc]  # mixed into Typer's commands
        if option is not None:
            option.help = _("Show this message and exit.")
        return option

    def format_help(self, ctx: Any, formatter: Any) -> None:
        from duban.cli.help_page import print_examples, set_up_help

        set_up_help()
        print_examples(ctx.command_path)
        super().format_help(ctx, formatter)  # type: ignore[misc]  # mixed into Typer's commands


class _Group(_InWords, TyperGroup):
    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if self.get_command(ctx, args[0]) is None:
            if not self.list_commands(ctx):
                raise WrongUsage(
                    _("“{command}” takes no argument such as “{name}”.").format(
                        command=ctx.command_path, name=args[0]
                    )
                )
            raise WrongUsage(
                _("There is no command “{name}”; there are: {known}.").format(
                    name=args[0], known=", ".join(self.list_commands(ctx))
                )
            )
        return super().resolve_command(ctx, args)


class _Command(_InWords, TyperCommand):
    pass


class App(typer.Typer):
    """A group of commands."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(
            cls=_Group,
            no_args_is_help=True,
            add_completion=False,
            pretty_exceptions_enable=False,
            context_settings=HELP,
            **settings,
        )

    def verb(
        self, name: str | None = None, *, help: str
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """A command of this group, with its line in the help."""
        return super().command(name, cls=_Command, context_settings=HELP, help=help)

    def alone(self) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """The one function of a noun that has no verbs, such as ``duban status``."""
        return super().callback(
            invoke_without_command=True, no_args_is_help=False, subcommand_metavar=""
        )
