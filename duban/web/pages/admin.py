"""The entry of the administration: what this visitor may do here, and the facts of the system."""

import platform
from importlib.metadata import version

from starlette.responses import Response

from config.language import _
from config.policy_file import policy_file
from duban.web.coverage import missing_year
from duban.web.desk import Desk
from duban.web.doors import Open, Pages
from duban.web.render import Place
from models.database import SCHEMA_REVISION
from models.errors import NotFound
from models.queries.changes import waiting_changes
from models.rights import Right
from models.sqlite import library

pages = Pages()

_ENTER = {
    Right.PROPOSE_RULES, Right.APPROVE_RULES, Right.OPERATE, Right.KEEP_ACCOUNTS, Right.READ_LOG,
}  # fmt: skip


@pages.get("/admin", Open.TO_SIGNED_IN)
def admin(desk: Desk) -> Response:
    rights = desk.person.rights
    if not rights & _ENTER:
        raise NotFound(_("There is no such page."))
    with desk.reading() as sight:
        sees_rules = Right.READ_OFFICE in rights
        waiting = len(waiting_changes(sight.session)) if sees_rules else 0
        return desk.page(
            "admin.html", sight, links=_links(rights, waiting),
            facts=_facts(desk) if Right.OPERATE in rights else [],
            years=sight.rules.calendar.covered_years,
            missing=missing_year(sight.rules, sight.now),
        )  # fmt: skip


def _links(rights: frozenset[Right], waiting: int) -> list[tuple[Place, str]]:
    """The places behind this one, each with what it is for."""
    every = [
        (Right.KEEP_ACCOUNTS, Place("/admin/accounts", _("Accounts")),
         _("Who may sign in, as what; invitations and resets.")),
        (Right.KEEP_CONTACTS, Place("/admin/contacts", _("Contacts")),
         _("The people of each organization who are told by mail.")),
        (Right.READ_OFFICE, Place("/admin/rules", _("Rules and calendars"), waiting),
         _("Time limits, ladder, holiday notices.")),
        (Right.OPERATE, Place("/admin/rehearsal", _("Rehearsal")),
         _("Work on real data while no mail leaves.")),
        (Right.READ_LOG, Place("/log", _("Log")),
         _("Who signed in, and who changed whose account.")),
    ]  # fmt: skip
    return [(place, purpose) for right, place, purpose in every if right in rights]


def _facts(desk: Desk) -> list[tuple[str, str]]:
    settings, engine = desk.house.settings, desk.house.database.engine
    kind = engine.dialect.name
    file = settings.policy.file
    where = str(file) if file is not None else _("the one that ships with the program")
    base = f"SQLite {library().sqlite_version}" if kind == "sqlite" else "PostgreSQL"
    offered = settings.web.second_factor == "offered"
    return [
        (_("Program"), f"duban {version('duban')}"),
        (_("Database"), base),
        (_("Schema"), SCHEMA_REVISION),
        ("Python", platform.python_version()),
        (_("Policy file"), where),
        (_("SHA-256 of the policy file"), policy_file(file).sha256),
        (_("Mail leaves by"), settings.mail.transport),
        (_("Address of the service"), settings.site.base_url),
        (_("Second factor"), _("offered to everybody") if offered else _("required of everybody")),
        (_("Identity provider"), settings.oidc.issuer or _("none")),
    ]
