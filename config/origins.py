"""Where each setting comes from: the command line, the environment, the file, or the default."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from config.settings import PREFIX, Settings, settings_file
from config.toml_file import read_toml


class Origin(StrEnum):
    """Who set a value; the first in this order wins."""

    FLAG = "flag"
    ENVIRONMENT = "environment"
    FILE = "file"
    DEFAULT = "default"


@dataclass(frozen=True)
class Setting:
    """One key with the value that is in force; a password in an address is not shown."""

    key: str
    value: Any
    origin: Origin


def origins(
    settings: Settings, config_path: Path | None = None, database: str | None = None
) -> list[Setting]:
    """Every key of ``settings``, which were loaded with the same arguments."""
    path = settings_file(config_path)
    written = {} if path is None else dict(_flat(read_toml(path)))
    variables = {name.upper() for name in os.environ}
    found = []
    for key, value in _flat(settings):
        if key == "database.url" and database is not None:
            origin = Origin.FLAG
        elif PREFIX + key.replace(".", "__").upper() in variables:
            origin = Origin.ENVIRONMENT
        else:
            origin = Origin.FILE if key in written else Origin.DEFAULT
        found.append(Setting(key, without_password(value), origin))
    return found


def without_password(value: Any) -> Any:
    """An address without the password that may stand in it."""
    if not isinstance(value, str):
        return value
    hidden = re.sub(r"(://[^:/@]*):.*@", r"\1:***@", value)
    return re.sub(r"([?&]\w*password=)[^&]*", r"\1***", hidden)


def _flat(section: BaseModel | Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    pairs = section.items() if isinstance(section, Mapping) else iter(section)
    for name, value in pairs:
        if isinstance(value, (BaseModel, Mapping)):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield before + name, value
