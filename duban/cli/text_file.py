"""A file of text that somebody names on the line."""

from pathlib import Path

from config.language import _
from models.errors import BadInput


def read_text(path: Path) -> str:
    """The whole text; the byte order mark that Windows writes is no part of it.

    Raises:
        BadInput: it cannot be read or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            _("{path} cannot be read: {why}.").format(
                path=path, why=getattr(error, "strerror", None) or _("it is not UTF-8 text")
            )
        ) from error
