"""Secrets stand in files of their own that nobody else may read."""

import os
from pathlib import Path

from pydantic import SecretStr

from config.errors import ConfigurationInvalid
from config.language import _


def read_secret(key: str, path: Path) -> SecretStr:
    """The one secret in the file that the setting ``key`` names.

    Raises:
        ConfigurationInvalid: it is missing or empty, or its mode lets others read it.
    """
    try:
        mode = path.stat().st_mode & 0o077
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or _("it is not UTF-8 text")
        raise ConfigurationInvalid(
            _("{key}: the secret file {path} cannot be read: {why}.").format(
                key=key, path=path, why=why
            )
        ) from error
    if mode and os.name == "posix":
        raise ConfigurationInvalid(
            _(
                "{key}: the secret file {path} can be read by others; run “chmod 600 {path}”."
            ).format(key=key, path=path)
        )
    if not secret:
        raise ConfigurationInvalid(
            _("{key}: the secret file {path} is empty.").format(key=key, path=path)
        )
    return SecretStr(secret)
