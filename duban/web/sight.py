"""What one visitor sees: things by their names, and nothing outside the visitor's scope.

Lists come from the named queries, each of which takes ``scope``. What is absent and what is
somebody else's answer with the same words.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlmodel import Session

from config.language import _
from config.settings import Settings
from duban.services.rules import Rules, load_rules
from models.errors import BadInput, NotFound
from models.finding import Finding
from models.installation import Installation
from models.letter import Letter
from models.message import Message
from models.organization import Organization
from models.queries.findings import Row, row_by_reference
from models.queries.health import NightWatch, night_watch
from models.queries.letters import letter_by_reference
from models.queries.organizations import organization_by_name
from models.queries.scope import Scope

_FINDING = re.compile(r"\d{1,18}|\d{4}-\d{1,9}-\d{1,9}")
_LETTER = re.compile(r"\d{4}-\d{1,9}")


@dataclass
class Sight:
    """One question as of ``now``, asked within ``scope``."""

    session: Session
    settings: Settings
    scope: Scope
    now: datetime
    installation: Installation

    @cached_property
    def rules(self) -> Rules:
        """The rules in force."""
        return load_rules(self.session, self.settings)

    @cached_property
    def night_watch(self) -> NightWatch:
        """Whether the nightly checks run."""
        settings = self.settings
        return night_watch(
            self.session, self.now, nightly_at=settings.schedule.nightly_at,
            grace_minutes=settings.web.nightly_grace_minutes,
        )  # fmt: skip

    def finding(self, reference: str) -> Finding:
        """The finding called ``2023-12-3`` or ``17``.

        Raises:
            NotFound: there is none, or it is not to be seen.
        """
        return self.row(reference).finding

    def row(self, reference: str) -> Row:
        """The same as a line of a list.

        Raises:
            NotFound: there is none, or it is not to be seen.
        """
        absent = NotFound(_("There is no finding {reference}.").format(reference=reference))
        if _FINDING.fullmatch(reference) is None:
            raise absent
        try:
            found = row_by_reference(self.session, reference, self.now)
        except (NotFound, BadInput):
            raise absent from None
        # What no letter has carried yet is the commission's own matter.
        unsent = self.scope.organization is not None and found.letter is None
        if unsent or not self.scope.covers(found.organization):
            raise absent
        return found

    def letter(self, reference: str) -> Letter:
        """The letter called ``2023-12``.

        Raises:
            NotFound: there is none, or it is not to be seen.
        """
        absent = NotFound(_("There is no letter {reference}.").format(reference=reference))
        if _LETTER.fullmatch(reference) is None:
            raise absent
        try:
            found = letter_by_reference(self.session, reference)
        except (NotFound, BadInput):
            raise absent from None
        if not self.scope.covers(self.session.get_one(Organization, found.organization_id)):
            raise absent
        return found

    def organization(self, code: str) -> Organization:
        """The organization with this code.

        Raises:
            NotFound: there is none, or it is not to be seen.
        """
        found = organization_by_name(self.session, code)
        if found is None or found.code != code or not self.scope.covers(found):
            raise NotFound(_("There is no organization “{name}”.").format(name=code))
        return found

    def message(self, message_id: str) -> Message:
        """The mail with this number.

        Raises:
            NotFound: there is none, or it is not to be seen.
        """
        found = self.session.get(Message, message_id)
        absent = NotFound(_("There is no mail {id}.").format(id=message_id))
        if found is None:
            raise absent
        addressee = self.session.get_one(Organization, found.organization_id)
        if not self.scope.covers(addressee):
            raise absent
        return found


def sight_of(session: Session, settings: Settings, scope: Scope, wall: datetime) -> Sight:
    """What a visitor with this scope sees now; by a demo's clock where there is one.

    Raises:
        NotFound: the database is not installed.
    """
    installation = installation_of(session)
    return Sight(session, settings, scope, clock_of(installation, wall), installation)


def installation_of(session: Session) -> Installation:
    """The one installation of a database.

    Raises:
        NotFound: the database is not installed.
    """
    installation = session.get(Installation, 1)
    if installation is None:
        raise NotFound(_("This installation is empty; run “duban init” first."))
    return installation


def clock_of(installation: Installation, wall: datetime) -> datetime:
    """What time it is here: a demo has a clock of its own."""
    return installation.demo_now or wall if installation.demo else wall
