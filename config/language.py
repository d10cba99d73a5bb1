"""The two languages: Chinese and English.

Source texts are English; the Chinese ones stand in ``config/locale/zh``. The
language belongs to the running context, so one process may answer one reader in
Chinese and render a mail for another in English.
"""

import gettext as _gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

_current: ContextVar[Language] = ContextVar("language", default="en")


@cache
def _catalogue(language: Language) -> _gettext.NullTranslations:
    if language == "en":
        return _gettext.NullTranslations()
    compiled = files("config").joinpath("locale", language, "LC_MESSAGES", "duban.mo")
    with compiled.open("rb") as stream:
        return _gettext.GNUTranslations(stream)


def current_language() -> Language:
    """The language of the running context."""
    return _current.get()


def set_language(language: Language) -> None:
    """Speak ``language`` from here on in this context."""
    _current.set(language)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak ``language`` inside the block."""
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)


def language_of_locale(environment: dict[str, str]) -> Language:
    """The reader's language by POSIX precedence; Chinese where the locale is Chinese."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def as_language(value: str) -> Language:
    """``value`` as a language.

    Raises:
        ValueError: it is neither ``zh`` nor ``en``.
    """
    for language in LANGUAGES:
        if language == value:
            return language
    raise ValueError(value)


def _(message: str) -> str:
    """``message`` in the current language."""
    return _catalogue(_current.get()).gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """The form for ``count`` in the current language."""
    return _catalogue(_current.get()).ngettext(singular, plural, count)
