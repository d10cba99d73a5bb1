"""What the mails of nights in hand are made of, read at once for all of them.

A mail needs its night, its organization, the notices and their letters. Asked one mail at a time
that is most of what writing it takes; asked for a whole batch it is next to nothing.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session

from models.message import Message
from models.nightly_run import NightlyRun
from models.queries.due import letters_by_id
from models.queries.night_mail import notices_of_run
from models.queries.organizations import organizations_by_id

_KEY = "night mails"
_MOST = 500

Box = tuple[int, int]
"""A night and an organization."""


@dataclass
class Read:
    """By night and organization the notices, each beside its finding; and what they name.

    It lives as long as the transaction, in which nobody acts on findings. What is ``kept`` stays
    at hand in the session, which otherwise lets go of what nobody holds.
    """

    notices: dict[Box, Sequence[Any]] = field(default_factory=dict)
    kept: list[object] = field(default_factory=list)


def notices_in_hand(session: Session, message: Message) -> Sequence[Any]:
    """What the night of ``message`` told its organization and nobody withdrew."""
    read: Read = session.info.setdefault(_KEY, Read())
    box = _box(message)
    if box not in read.notices:
        if len(read.notices) > _MOST:
            read.notices.clear()
            read.kept.clear()
        in_hand = [one for one in session.identity_map.values() if isinstance(one, Message)]
        boxes = {_box(one) for one in (message, *in_hand) if one.run_id is not None}
        _read(session, read, {one for one in boxes if one not in read.notices})
    return read.notices[box]


def _box(message: Message) -> Box:
    return message.run_id or 0, message.organization_id


def _read(session: Session, read: Read, boxes: set[Box]) -> None:
    of_run: dict[int, set[int]] = defaultdict(set)
    for run_id, organization_id in boxes:
        of_run[run_id].add(organization_id)
    letters: set[int] = set()
    for run_id, organizations in of_run.items():
        found: dict[int, list[Any]] = {one: [] for one in organizations}
        for row in notices_of_run(session, run_id, organizations):
            found[row.organization_id].append(row)
            letters.add(row.letter_id)
        read.notices |= {(run_id, one): rows for one, rows in found.items()}
        read.kept.append(session.get_one(NightlyRun, run_id))
    by_number = letters_by_id(session, letters)
    named = {one for _run, one in boxes} | {one.organization_id for one in by_number.values()}
    read.kept += [*by_number.values(), *organizations_by_id(session, named).values()]
