"""The templates that ship, and the office's own in their place."""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from config.errors import ConfigurationInvalid
from config.language import _
from duban.documents import circular, closing_slip, letter, urging_notice
from duban.documents.allowed import Allowed
from duban.documents.fill import check_template


@dataclass(frozen=True)
class Shipped:
    """A kind of paper: how its template is built, and what that may ask for."""

    build: Callable[[], bytes]
    allowed: Allowed


SHIPPED: dict[str, Shipped] = {
    letter.FILE: Shipped(letter.letter_template, letter.ALLOWED),
    urging_notice.FILE: Shipped(urging_notice.urging_notice_template, urging_notice.ALLOWED),
    circular.FILE: Shipped(circular.circular_template, circular.ALLOWED),
    closing_slip.FILE: Shipped(closing_slip.closing_slip_template, closing_slip.ALLOWED),
}
"""Every kind of paper by the name of its template's file."""


def template_of(file: str, folder: Path | None) -> bytes:
    """The template called ``file``: the office's own in ``folder``, else the one that ships.

    Raises:
        ConfigurationInvalid: the office's own cannot be read.
    """
    own = None if folder is None else folder / file
    if own is None or not own.exists():
        return shipped_template(file)
    try:
        return own.read_bytes()
    except OSError as error:
        raise ConfigurationInvalid(
            _("The template {name} cannot be read: {problem}.").format(
                name=own, problem=error.strerror
            )
        ) from error


@cache
def shipped_template(file: str) -> bytes:
    """The template that ships."""
    return SHIPPED[file].build()


def check_templates(folder: Path | None) -> list[str]:
    """Try every template in ``folder``; the names of those that will be used.

    Raises:
        ConfigurationInvalid: the folder is not there, or holds a .docx that nobody asks for.
        TemplateRefused: a template cannot be used.
    """
    if folder is None:
        return []
    if not folder.is_dir():
        raise ConfigurationInvalid(
            _("There is no folder {folder}, which documents.templates names.").format(folder=folder)
        )
    found = sorted(one.name for one in folder.glob("*.docx") if not one.name.startswith("~$"))
    for name in found:
        if name not in SHIPPED:
            near = get_close_matches(name, SHIPPED, n=1, cutoff=0) or list(SHIPPED)
            raise ConfigurationInvalid(
                _("No paper is called {name}; did you mean {near}?").format(name=name, near=near[0])
            )
        check_template(template_of(name, folder), SHIPPED[name].allowed, name=name)
    return found
