"""Faults of the command line in the reader's language."""

import re

from config.language import _


def usage_sentence(error: Exception) -> str | None:
    """What is wrong with the words of a command; none for errors of other kinds.

    Typer's classes are known by their names: it keeps the module that holds them private.
    """
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if "ClickException" not in kinds:
        return None
    name = _parameter(error)
    if "NoArgsIsHelpError" in kinds:
        return ""
    if "NoSuchOption" in kinds:
        return _("There is no option {name}; see --help.").format(name=name)
    if "MissingParameter" in kinds:
        return _("{name} is missing; see --help.").format(name=name)
    if "BadOptionUsage" in kinds:
        return _("{name} needs a value.").format(name=name)
    if "BadParameter" in kinds and error.__cause__ is not None:
        return _value_sentence(name, error.__cause__)
    message = str(getattr(error, "message", error))
    if extra := re.fullmatch(r"Got unexpected extra argument\S* \((.*)\)\.?", message):
        command = getattr(getattr(error, "ctx", None), "command_path", "duban")
        return _("“{command}” takes no argument such as “{name}”.").format(
            command=command, name=extra[1]
        )
    return _("{message} See --help.").format(message=message)


def _value_sentence(name: str, cause: BaseException) -> str:
    from pydantic import ValidationError

    from config.toml_file import why_not

    if not isinstance(cause, ValidationError):
        return _("{name} cannot be that; see --help.").format(name=name)
    fault = cause.errors()[0]
    return _("{name} cannot be “{value}”: {why}.").format(
        name=name, value=str(fault["input"])[:80], why=why_not(fault)
    )


def _parameter(error: Exception) -> str:
    parameter = getattr(error, "param", None)
    if parameter is not None:
        return str(max(getattr(parameter, "opts", None) or [parameter.name], key=len))
    return str(getattr(error, "option_name", ""))
