"""How far an act on findings would reach, before anybody presses its button."""

from collections.abc import Collection, Hashable, Iterable
from typing import NamedTuple

from sqlmodel import Session

from duban.services.queue_message import addressed
from duban.services.tell_event import LEADING
from duban.services.whom_to_tell import whom_to_tell
from models.letter import Letter
from models.organization import ContactRole
from models.queries.contacts import contacts_by_organization


class Reach(NamedTuple):
    """Letters that an act concerns, the organizations that have them, and the mails it makes."""

    letters: int
    organizations: int
    mails: int


def foresee_mails(
    session: Session,
    told: Iterable[tuple[Letter, Hashable]],
    roles: Collection[ContactRole] = LEADING,
) -> Reach:
    """The reach of an act that tells something of each letter to people in these roles.

    What is told of one letter in the same words goes in one mail, and one mail goes to an
    address, as ``tell_event.py`` and ``queue_message.py`` do it.
    """
    batches = {(letter.id or 0, letter.organization_id, words) for letter, words in told}
    people = contacts_by_organization(session, {organization for _id, organization, _w in batches})
    addresses = {
        organization: len(addressed(whom_to_tell(found, roles)))
        for organization, found in people.items()
    }
    return Reach(
        letters=len({letter for letter, _organization, _words in batches}),
        organizations=len(people),
        mails=sum(addresses[organization] for _letter, organization, _words in batches),
    )
