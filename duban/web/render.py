"""Pages from templates: every value escaped, every word in the reader's language."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from config.language import _, current_language, ngettext
from duban.web.problems import titles
from models import heard_words, night_words, reach_words, trouble_words, words
from models.day_words import inclusive_day, list_day, local_minute, long_day, short_day
from models.queries.due import count_open
from models.rights import Right
from models.transitions import State

if TYPE_CHECKING:
    from jinja2 import Environment

    from duban.web.desk import Desk
    from duban.web.sight import Sight


@dataclass(frozen=True)
class Place:
    """An entry of the menu."""

    path: str
    words: str
    count: int = 0


def render_page(
    desk: "Desk", template: str, sight: "Sight | None", *, status: int, values: dict[str, Any]
) -> Response:
    """``template`` filled; a page that needs no database has no ``sight``."""
    frame = {"places": _places(desk, sight), "said": desk.take_said()}
    return HTMLResponse(render(desk, template, sight, frame | values), status_code=status)


def render(desk: "Desk", template: str, sight: "Sight | None", values: dict[str, Any]) -> Markup:
    """``template`` filled with ``values`` and what every page and part of one knows."""
    watch = None
    if sight is not None and _cares_for_nights(desk):
        watch = desk.kept("nights", lambda: sight.night_watch, now=sight.now)
    known = {
        "desk": desk,
        "visitor": desk.visitor,
        "sight": sight,
        "language": current_language(),
        "site": desk.house.settings.site,
        "night": watch.newest if watch and _sees_nights(desk) else None,
        "night_missing": watch.expected if watch and watch.missing else None,
        "titles": titles(),
    }
    return Markup(_environment().get_template(template).render(known | values))


def _sees_nights(desk: "Desk") -> bool:
    return desk.visitor is not None and desk.visitor.of_office


def _cares_for_nights(desk: "Desk") -> bool:
    """Whoever must care that the checks run."""
    operates = desk.visitor is not None and Right.OPERATE in desk.visitor.rights
    return operates or _sees_nights(desk)


def _places(desk: "Desk", sight: "Sight | None") -> list[Place]:
    """The menu of this visitor."""
    visitor = desk.visitor
    if visitor is None or sight is None:
        return []
    rights = visitor.rights
    found: list[Place] = []
    if Right.READ_OFFICE in rights:
        waiting = desk.kept("waiting", lambda: _to_review(sight), now=sight.now)
        found += [
            Place("/dashboard", _("Dashboard")),
            Place("/ledger", _("Ledger")),
            Place("/letters", _("Letters")),
            Place("/reviews", _("Review queue"), waiting),
            *(_to_decide() if Right.DECIDE in rights else []),
            Place("/organizations", _("Organizations")),
            Place("/nights", _("Nightly check")),
            Place("/mails", _("Mail")),
        ]
    elif Right.REPORT in rights:
        found += [
            Place("/todo", _("To do")),
            Place("/letters", _("Letters")),
            Place("/details", _("Our details")),
        ]
    if rights & {Right.PROPOSE_RULES, Right.APPROVE_RULES, Right.OPERATE, Right.KEEP_ACCOUNTS}:
        found.append(Place("/admin", _("Administration")))
    if Right.READ_LOG in rights:
        found.append(Place("/log", _("Log")))
    return [*found, Place("/help", _("Help"))]


def _to_review(sight: "Sight") -> int:
    return count_open(sight.session, scope=sight.scope).get(State.SUBMITTED, 0)


def _to_decide() -> list[Place]:
    return [Place("/extensions", _("Extensions")), Place("/escalations", _("Escalations"))]


@cache
def asset(name: str) -> str:
    """The address of one of our own files; it changes with the file."""
    data = files("duban.web").joinpath("static", name).read_bytes()
    return f"/static/{hashlib.sha256(data).hexdigest()[:12]}/{name}"


def _with_query(desk: "Desk", **changes: str | None) -> str:
    """The present address with some of its question changed; None takes a part away."""
    pairs = [(name, value) for name, value in desk.query.multi_items() if name not in changes]
    pairs += [(name, value) for name, value in changes.items() if value is not None]
    path = desk.page_path or desk.request.url.path
    return path + (f"?{urlencode(pairs)}" if pairs else "")


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("duban.web"),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_callables(_, ngettext, newstyle=True)  # type: ignore[attr-defined]  # added by the i18n extension
    environment.filters.update(
        inclusive_day=inclusive_day, list_day=list_day, long_day=long_day, short_day=short_day,
        local_minute=local_minute,
    )  # fmt: skip
    environment.globals.update(
        asset=asset,
        with_query=_with_query,
        **{
            name: getattr(module, name)
            for module in (words, night_words, heard_words, reach_words, trouble_words)
            for name in dir(module)
            if name.endswith(("_label", "_words"))
        },
    )
    return environment
