"""Who of an organization is told of an act: by role, or the next person with an address."""

from collections.abc import Collection, Iterable

from models.organization import Contact, ContactRole

_TURN = {role: place for place, role in enumerate(ContactRole)}


def whom_to_tell(people: Iterable[Contact], roles: Collection[ContactRole]) -> list[Contact]:
    """Those of ``people``, who have working addresses, in ``roles``; else the next of the others.

    The next is the contact person, the head, the leader in charge, in this order.
    """
    found = [*people]
    by_role = [one for one in found if one.role in roles]
    return by_role or sorted(found, key=lambda one: (_TURN[one.role], one.id or 0))[:1]
