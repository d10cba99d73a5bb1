"""What a command needs at its edge: settings, database, rules, the instant, the actor."""

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlmodel import Session

from config import clock
from config.language import _
from config.settings import Settings, load_settings
from duban.cli.options import OPTIONS
from duban.cli.output import held_back, tell
from duban.services.rules import Rules, load_rules
from duban.services.transition import Actor
from models.calendar import SHANGHAI
from models.database import Database, open_database
from models.day_words import local_minute
from models.errors import BadInput, RefusedByRule, WrongUsage
from models.installation import Installation
from models.queries.runs import last_recorded
from models.transitions import Role
from models.typed_days import typed_instant


@dataclass
class Desk:
    """One open installation; an act happened ``at`` an instant and is written down ``now``."""

    settings: Settings
    database: Database
    session: Session
    rules: Rules
    now: datetime
    at: datetime


def settings() -> Settings:
    """The settings this line names."""
    return load_settings(OPTIONS.config, OPTIONS.database)


def database() -> Database:
    """The database this line names, checked."""
    chosen = settings()
    return open_database(chosen.database_url, busy_seconds=chosen.database.busy_seconds)


@contextmanager
def reading(as_of: str | None = None) -> Iterator[Desk]:
    """A desk for questions; ``as_of`` is an instant other than now."""
    opened = database()
    try:
        with opened.read() as session:
            asked = now_of(session, as_of)
            if as_of is not None:
                _require_known(session, asked)
            yield _desk(opened, session, asked, asked)
    finally:
        opened.close()


@contextmanager
def writing(at: str | None = None) -> Iterator[Desk]:
    """A desk for one act: it commits at the end of the block, or leaves nothing.

    ``at`` is when it happened, if not now. With ``--dry-run`` the act is carried out and
    then forgotten.
    """
    opened = database()
    try:
        with held_back(), opened.read() if OPTIONS.dry_run else opened.begin(alone=True) as session:
            now = now_of(session)
            yield _desk(opened, session, now, past_instant(at, now) if at is not None else now)
        if OPTIONS.dry_run:
            tell(_("Dry run: nothing was written."))
    finally:
        opened.close()


def _desk(opened: Database, session: Session, now: datetime, at: datetime) -> Desk:
    chosen = settings()
    return Desk(chosen, opened, session, load_rules(session, chosen), now, at)


def policy_rules(session: Session) -> Rules:
    """The rules in force in an open database."""
    return load_rules(session, settings())


def now_of(session: Session, as_of: str | None = None) -> datetime:
    """``as_of``, else the demo's clock in a demo database, else the clock."""
    if as_of is not None:
        return typed_instant(as_of)
    installation = session.get(Installation, 1)
    if installation is not None and installation.demo and installation.demo_now is not None:
        return installation.demo_now
    return clock.now()


def actor(name: str | None, role: Role) -> Actor:
    """Who acts: ``--by``, else the name of the operating system's user."""
    chosen = (getpass.getuser() if name is None else name).strip()
    if not chosen:
        raise BadInput(_("Say who acts, with --by NAME."))
    return Actor(chosen, role)


def no_dry_run(instead: str) -> None:
    """Refuse ``--dry-run`` where it cannot be kept.

    Raises:
        WrongUsage: it was asked for.
    """
    if OPTIONS.dry_run:
        raise WrongUsage(_("There is no dry run here; use “{instead}”.").format(instead=instead))


def confirm_count(question: str, count: int) -> None:
    """Ask a person to type the number of things that are about to happen.

    Raises:
        WrongUsage: nobody is there to ask and ``--yes`` was not said.
        RefusedByRule: another number was typed.
    """
    if OPTIONS.yes or OPTIONS.dry_run:
        return
    if OPTIONS.no_input or sys.stdin is None or not sys.stdin.isatty():
        raise WrongUsage(_("Nobody is there to confirm; say --yes, or look first with --dry-run."))
    sys.stderr.write(question + " ")
    sys.stderr.flush()
    if sys.stdin.readline().strip() != str(count):
        raise RefusedByRule(_("Not confirmed; nothing was written."))


def past_instant(text: str, now: datetime) -> datetime:
    """The same, for what happened: not after ``now``, or the clock where a demo's is behind it.

    Raises:
        BadInput: it is not a real date or time, or lies ahead.
    """
    found = typed_instant(text)
    if found > max(now, clock.now()):
        raise BadInput(
            _("{at} lies ahead; only what has happened can be entered.").format(
                at=local_minute(found)
            )
        )
    return found


def _require_known(session: Session, asked: datetime) -> None:
    """Records hold the present; they cannot say how things stood before the last of them."""
    latest = last_recorded(session)
    if latest is not None and asked < latest:
        raise BadInput(
            _(
                "What happened up to {latest} is on record; ask about that instant or a later one."
            ).format(latest=local_minute(latest))
        )


def start(on: date) -> datetime:
    """The first instant of a civil day."""
    return datetime.combine(on, time(), SHANGHAI)
