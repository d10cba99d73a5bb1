"""Whether what a mail about an act tells is true when the mail leaves.

Such a mail keeps the words that were written with the act. What the act led to may have been
undone before the mail could leave; then nobody needs it.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from sqlmodel import Session

from models.escalation import EscalationState
from models.letter import Letter
from models.message import URGED, Message
from models.queries.act_mails import proposals_as_they_are, states_of
from models.transitions import State

FINDINGS, PROPOSALS, DAY = "findings", "proposals", "day"
"""What the ``guard`` of such a mail holds: ids, ids, and the last day that it names."""

_KEY = "findings that mails are about"

_THEIR_TURN = (State.ISSUED, State.ACKNOWLEDGED, State.OVERDUE)
_CLOSED = (State.RECTIFIED, State.WITHDRAWN)


def is_still_true(session: Session, message: Message) -> bool:
    """Whether anything that ``message`` tells of an act is true yet."""
    if message.template == "escalated" and PROPOSALS in message.guard:
        states = proposals_as_they_are(session, message.guard[PROPOSALS])
        return any(state is EscalationState.APPROVED for state in states)
    if message.template == "deadline-moved" and DAY in message.guard:
        letter = session.get_one(Letter, message.letter_id)
        return letter.present_last_day == date.fromisoformat(message.guard[DAY])
    check = _CHECKS.get(message.template)
    if check is None or FINDINGS not in message.guard:
        return True
    return check(_states(session, message.guard[FINDINGS]))


def _states(session: Session, finding_ids: Sequence[int]) -> list[tuple[State, bool]]:
    """How these findings are, read once for all mails in hand: nobody changes one meanwhile."""
    known: dict[int, tuple[State, bool]] = session.info.setdefault(_KEY, {})
    if not known.keys() >= set(finding_ids):
        in_hand = [one for one in session.identity_map.values() if isinstance(one, Message)]
        wanted = {number for one in in_hand for number in one.guard.get(FINDINGS, ())}
        known |= states_of(session, wanted.union(finding_ids) - known.keys())
    return [known[number] for number in finding_ids if number in known]


def _waits_for_receipt(states: Sequence[tuple[State, bool]]) -> bool:
    return any(state in _THEIR_TURN and not received for state, received in states)


def _is_their_turn(states: Sequence[tuple[State, bool]]) -> bool:
    return any(state in _THEIR_TURN for state, _received in states)


def _all_closed(states: Sequence[tuple[State, bool]]) -> bool:
    return all(state in _CLOSED for state, _received in states)


def _any_withdrawn(states: Sequence[tuple[State, bool]]) -> bool:
    return any(state is State.WITHDRAWN for state, _received in states)


_CHECKS: Mapping[str, Callable[[Sequence[tuple[State, bool]]], bool]] = {
    "issued": _waits_for_receipt,
    "returned": _is_their_turn,
    "reopened": _is_their_turn,
    URGED: _is_their_turn,
    "closed": _all_closed,
    "withdrawn": _any_withdrawn,
}
