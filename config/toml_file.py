"""Reading a TOML file into a typed model, with sentences for what is wrong."""

import tomllib
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path, PurePath
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.errors import ConfigurationInvalid
from config.language import _

M = TypeVar("M", bound=BaseModel)


def read_toml(path: Path) -> dict[str, Any]:
    """The file's tables.

    Raises:
        ConfigurationInvalid: it is missing, unreadable or not TOML.
    """
    return parse_toml(read_content(path), path)


def read_content(path: Path) -> bytes:
    """What stands in the file.

    Raises:
        ConfigurationInvalid: it is missing or unreadable.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationInvalid(
            _("The file {path} cannot be read: {why}.").format(path=path, why=error.strerror)
        ) from error


def parse_toml(content: bytes, path: PurePath) -> dict[str, Any]:
    """The tables of a file that was read; ``path`` is what it is called.

    Raises:
        ConfigurationInvalid: it is not TOML.
    """
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ConfigurationInvalid(
            _("The file {path} is not valid TOML: {why}.").format(path=path, why=error)
        ) from error


def as_model(kind: type[M], data: dict[str, Any], source: str) -> M:
    """``data`` as ``kind``; the first fault becomes the sentence.

    Raises:
        ConfigurationInvalid: a key is unknown (the nearest known one is named) or a
            value does not fit.
    """
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        raise ConfigurationInvalid(validation_sentence(kind, error, source)) from error


def validation_sentence(kind: type[BaseModel], error: ValidationError, source: str) -> str:
    """The first fault of ``error`` in words."""
    fault = error.errors()[0]
    key = ".".join(str(part) for part in fault["loc"] if not isinstance(part, int))
    entries = [part + 1 for part in fault["loc"] if isinstance(part, int)]
    if entries:
        key = _("{key} (entry {n})").format(key=key, n=entries[0])
    if fault["type"] == "extra_forbidden":
        return unknown_key(kind, source, key, str(fault["loc"][-1]))
    if fault["type"] == "missing":
        return _("{source}: the key “{key}” is missing.").format(source=source, key=key)
    why = why_not(fault, _example(kind, fault["loc"]))
    if isinstance(fault["input"], (dict, list, tuple)):
        where = f"{source}: “{key}”" if key else source
        return _("{where}: {why}.").format(where=where, why=why)
    return _("{source}: “{key}” cannot be {value}: {why}.").format(
        source=source, key=key, value=repr(fault["input"])[:80], why=why
    )


def unknown_key(kind: type[BaseModel], source: str, key: str, name: str) -> str:
    """That ``key`` sets nothing, and the known name nearest to ``name``."""
    section = _section(kind, key.split(".")[:-1])
    near = get_close_matches(name, _known_keys(section or kind), n=1)
    hint = _(" Did you mean “{near}”?").format(near=near[0]) if near else ""
    return _("{source}: there is no key “{key}”.").format(source=source, key=key) + hint


def _section(kind: type[BaseModel], path: Sequence[str]) -> type[BaseModel] | None:
    """The model of a section that a key names; none where the key does not say."""
    found: type[BaseModel] | None = None
    for part in path:
        field = (found or kind).model_fields.get(part)
        inner = field.annotation if field is not None else None
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return None
        found = inner
    return found


def why_not(fault: ErrorDetails, example: str | None = None) -> str:
    """What is wrong with a value, in the reader's language where we know the kind."""
    kind, context = fault["type"], fault.get("ctx", {})
    if example is not None and kind.startswith("string_"):
        return _("write it like {example}").format(example=example)
    limit = next(iter(context.values()), "")
    sentence = {
        "value_error": str(context.get("error", fault["msg"])),
        "literal_error": _("possible are {expected}").format(expected=context.get("expected")),
        "greater_than": _("more than {limit} is needed").format(limit=limit),
        "greater_than_equal": _("at least {limit} is needed").format(limit=limit),
        "less_than": _("less than {limit} is needed").format(limit=limit),
        "less_than_equal": _("at most {limit} is possible").format(limit=limit),
        "string_too_short": _("it must not be empty"),
        "string_too_long": _("at most {limit} characters are possible").format(limit=limit),
    }.get(kind)
    if sentence is not None:
        return sentence
    for known, words in (
        ("int_", _("a whole number is needed")),
        ("float_", _("a number is needed")),
        ("bool_", _("true or false is needed")),
        ("string_pattern", _("it has another form")),
        ("string_", _("a text is needed")),
        ("tuple_", _("a list is needed")),
        ("path_", _("a path is needed")),
        ("model_", _("a table of keys is needed")),
    ):
        if kind.startswith(known):
            return words
    return fault["msg"]


def _example(kind: type[BaseModel], path: Sequence[int | str]) -> str | None:
    """How a value of this key is written, where the key says so."""
    for part in path:
        field = kind.model_fields.get(str(part))
        if field is None:
            continue
        if field.examples:
            return str(field.examples[0])
        for inner in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                kind = inner
    return None


def _known_keys(kind: type[BaseModel]) -> list[str]:
    keys: list[str] = []
    for name, field in kind.model_fields.items():
        keys.append(field.alias or name)
        for part in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(part, type) and issubclass(part, BaseModel):
                keys.extend(_known_keys(part))
    return keys
