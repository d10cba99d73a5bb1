"""Rendering a mail: subject, text, and the same text laid out as HTML.

The HTML part is laid out from the rendered text, so the two can never say
different things.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Any

from config.language import LANGUAGES, Language, _, ngettext, speaking
from models.day_words import inclusive_day, local_minute, long_day, short_day
from models.errors import BadInput
from notifications.values import Values
from notifications.wrap import wrapped

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = (
    "account-changed",
    "acknowledged",
    "brief",
    "closed",
    "database-gone",
    "deadline-moved",
    "escalated",
    "extension",
    "invitation",
    "issued",
    "night-missing",
    "overdue",
    "reminder",
    "reopened",
    "reset",
    "returned",
    "review-late",
    "submitted",
    "taken-back",
    "trouble",
    "urged",
    "views",
    "withdrawn",
)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail in words."""

    subject: str
    text: str
    html: str


def render(template: str, values: Values, language: Language) -> Rendered:
    """``template`` filled with ``values`` in ``language``.

    Raises:
        BadInput: there is no such template.
        jinja2.UndefinedError: the template asks for what the values do not hold.
    """
    if template not in TEMPLATES:
        raise BadInput(_("There is no mail called “{name}”.").format(name=template))
    subject, text = _words(template, values, language)
    return Rendered(subject, wrapped(text), _laid_out(subject, values, {language: text}))


def render_in_both(template: str, fill: Callable[[], Values]) -> Rendered:
    """``template`` in Chinese and in English, one below the other in one mail.

    ``fill`` makes its values in the language being spoken.
    """
    subjects, texts = [], {}
    for language in LANGUAGES:
        with speaking(language):
            values = fill()
        subject, texts[language] = _words(template, values, language)
        subjects.append(subject)
    both = " / ".join(subjects)
    return Rendered(both, wrapped("\n".join(texts.values())), _laid_out(both, values, texts))


def _words(template: str, values: Values, language: Language) -> tuple[str, str]:
    """The subject, and the text whose lines end with a line break."""
    given: dict[str, Any] = {field.name: getattr(values, field.name) for field in fields(values)}
    with speaking(language):
        subject = _environment().get_template(f"{template}/subject.txt").render(given)
        text = _environment().get_template(f"{template}/body.txt").render(given)
    lines = (line.rstrip() for line in text.strip().splitlines())
    return " ".join(subject.split()), "\n".join(lines) + "\n"


def _laid_out(subject: str, values: Values, texts: Mapping[Language, str]) -> str:
    """The texts as HTML, each with its language."""
    parts = {
        language: [block.splitlines() for block in text.strip().split("\n\n")]
        for language, text in texts.items()
    }
    # An address may begin like another one.
    links = sorted(values.links, key=len, reverse=True)
    layout = _environment().get_template("layout.html")
    return layout.render(subject=subject, language=next(iter(texts)), links=links, parts=parts)


@cache
def _environment() -> "Environment":
    from jinja2 import PackageLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        loader=PackageLoader("notifications"),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        autoescape=lambda name: bool(name and name.endswith(".html")),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.install_gettext_callables(_, ngettext, newstyle=True)  # type: ignore[attr-defined]  # added by the i18n extension
    environment.filters.update(
        inclusive_day=inclusive_day, local_minute=local_minute, long_day=long_day,
        short_day=short_day,
    )  # fmt: skip
    return environment
