"""The mails of a night: one for each address of an organization, written when it leaves."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from sqlmodel import Session

from duban.services.night import Night
from duban.services.queue_message import address_key
from models.ladder import Limit
from models.message import MessageState
from models.organization import ContactRole
from models.queries.contacts import contacts_of_commission
from models.queries.night import contacts_of_batch
from models.queries.night_outcomes import rungs_told

DIGEST, REVIEW_LATE = "digest", "review-late"

_NAMESPACE = UUID("c2f3b9de-35a5-4b0c-8d0a-1f7e5f0a6c21")


def mails_of_batch(session: Session, night: Night) -> Iterator[dict[str, Any]]:
    """Rows of ``messages`` for what the batch tells: one for each address and kind of mail.

    ``guard`` holds every rung that the address hears, told by this batch or not: the lines
    of the mail are the notices of the same run and organization when it leaves, so another
    batch of the night may add to it. ``step_key`` is the same for the same address.
    """
    connection = session.connection()
    told: dict[int, set[str]] = defaultdict(set)
    for organization_id, rung in connection.execute(rungs_told()):
        told[organization_id].add(rung)
    people: dict[int, list[Any]] = defaultdict(list)
    for person in connection.execute(contacts_of_batch()):
        people[person.organization_id].append(person)
    ours = contacts_of_commission(session)
    ladder = night.rules.ladder
    digest = {rung.code: rung.to for rung in ladder if rung.counts is not Limit.REVIEW}
    review = {rung.code: rung.to for rung in ladder if rung.counts is Limit.REVIEW}
    for organization_id, rungs in told.items():
        for template, hear, contacts in (
            (DIGEST, digest, people[organization_id]), (REVIEW_LATE, review, ours),
        ):  # fmt: skip
            if not rungs.isdisjoint(hear):
                yield from _letterboxes(night, organization_id, template, contacts, hear, rungs)


def _letterboxes(
    night: Night,
    organization_id: int,
    template: str,
    contacts: Sequence[Any],
    hear: Mapping[str, Sequence[ContactRole]],
    told: set[str],
) -> Iterator[dict[str, Any]]:
    boxes: dict[str, list[Any]] = defaultdict(list)
    for person in contacts:
        boxes[address_key(person)].append(person)
    listening = {role for code in told for role in hear.get(code, ())}
    for members in boxes.values():
        roles = {person.role for person in members}
        rungs = [code for code, to in hear.items() if not roles.isdisjoint(to)]
        first = next((person for person in members if person.role in listening), None)
        if first is not None:
            key = f"{template}:{night.run_id}:{organization_id}:{members[0].id}"
            yield {
                "id": uuid5(_NAMESPACE, f"{key}:{night.now.isoformat()}").hex,
                "step_key": key,
                "template": template,
                "contact_id": first.id,
                "organization_id": organization_id,
                "run_id": night.run_id,
                "to": first.email,
                "to_name": first.name,
                "language": first.language,
                "guard": {"rungs": rungs},
                "queued_at": night.now,
                "next_attempt_at": night.now,
                "state": MessageState.QUEUED,
                "subject": "",
                "text": "",
                "html": "",
                "headers": {},
                "attempts": 0,
            }
