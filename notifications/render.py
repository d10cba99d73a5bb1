"""Rendering a mail: subject, text, and the same text laid out as HTML.

The HTML part is laid out from the rendered text, so the two can never say
different things.
"""

from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Any

from config.language import Language, _, ngettext, speaking
from models.day_words import inclusive_day, long_day, short_day
from models.errors import BadInput
from notifications.values import Values

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = (
    "account-changed",
    "acknowledged",
    "closed",
    "deadline-moved",
    "digest",
    "escalated",
    "extension",
    "invitation",
    "issued",
    "reopened",
    "reset",
    "returned",
    "review-late",
    "submitted",
    "urged",
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
    given: dict[str, Any] = {field.name: getattr(values, field.name) for field in fields(values)}
    with speaking(language):
        subject = _environment().get_template(f"{template}/subject.txt").render(given)
        text = _environment().get_template(f"{template}/body.txt").render(given)
        text = "\n".join(line.rstrip() for line in text.strip().splitlines()) + "\n"
        html = (
            _environment()
            .get_template("layout.html")
            .render(
                subject=" ".join(subject.split()),
                language=language,
                link=values.link,
                blocks=[block.splitlines() for block in text.strip().split("\n\n")],
            )
        )
    return Rendered(" ".join(subject.split()), text, html)


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
    environment.filters.update(inclusive_day=inclusive_day, long_day=long_day, short_day=short_day)
    return environment
