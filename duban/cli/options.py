"""Options that every command takes, wherever they stand on the line."""

import os
from dataclasses import dataclass, fields
from pathlib import Path

from config.language import Language, _, as_language, language_of_locale, set_language
from models.errors import WrongUsage


@dataclass
class GlobalOptions:
    """What was asked for on this line."""

    language: Language = "en"
    config: Path | None = None
    database: str | None = None
    json: bool = False
    fields: tuple[str, ...] = ()
    csv: bool = False
    plain: bool = False
    no_color: bool = False
    no_input: bool = False
    quiet: bool = False
    debug: bool = False
    yes: bool = False
    dry_run: bool = False


OPTIONS = GlobalOptions()
"""The options of the running process; ``main`` fills them before anything else."""

_VALUED = ("--lang", "--config", "--database")
_FLAGS = {
    "--json": "json",
    "--csv": "csv",
    "--no-color": "no_color",
    "--no-input": "no_input",
    "--plain": "plain",
    "--quiet": "quiet",
    "-q": "quiet",
    "--debug": "debug",
    "--yes": "yes",
    "--dry-run": "dry_run",
    "-n": "dry_run",
}


def take_global_options(arguments: list[str], options: GlobalOptions) -> list[str]:
    """Fill ``options`` from ``arguments`` alone and give back the rest, in order.

    Raises:
        WrongUsage: a value is missing or not possible.
    """
    for field in fields(options):
        setattr(options, field.name, field.default)
    # Known first: what is wrong with another option is then said in the form asked for.
    options.json = any(word.partition("=")[0] == "--json" for word in arguments)
    options.no_color = bool(os.environ.get("NO_COLOR"))
    options.language = language_of_locale(dict(os.environ))
    set_language(options.language)
    rest: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--":
            rest += [argument, *waiting]
            break
        name, equals, value = argument.partition("=")
        if name in _VALUED:
            _set_value(options, name, value if equals else next(waiting, None))
        elif name in ("--json", "--csv") and equals:
            setattr(options, _FLAGS[name], True)
            options.fields = tuple(part for part in value.split(",") if part)
        elif argument in _FLAGS:
            setattr(options, _FLAGS[argument], True)
        else:
            rest.append(argument)
    if options.json and options.csv:
        raise WrongUsage(_("Choose one of --json and --csv."))
    return rest


def _set_value(options: GlobalOptions, name: str, value: str | None) -> None:
    if not value:
        raise WrongUsage(_("{name} needs a value.").format(name=name))
    match name:
        case "--lang":
            try:
                options.language = as_language(value)
            except ValueError as error:
                raise WrongUsage(
                    _("The language is zh or en, not “{value}”.").format(value=value)
                ) from error
            set_language(options.language)
        case "--config":
            options.config = Path(value)
        case _:
            options.database = value
