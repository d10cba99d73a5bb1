"""The numbers of saved views, kept with the mail that tells them until it leaves."""

from collections.abc import Iterable
from typing import Any

from models.message import VIEWS, Message
from models.queries.pages import Tally
from models.transitions import State
from models.words import state_label
from notifications.values import ViewEntry


def kept_view(view_id: int, name: str, found: Tally | None) -> dict[str, Any]:
    """A view and its numbers as plain values; without numbers where its filters fit no longer."""
    if found is None:
        return {"id": view_id, "name": name}
    states = {one.value: found.states[one] for one in State if found.states[one]}
    return {"id": view_id, "name": name, "states": states, "due_soon": found.due_soon}


def view_entries(message: Message, base_url: str) -> Iterable[ViewEntry]:
    """What ``message`` tells of each view, in the language being spoken."""
    for view in message.guard.get(VIEWS, ()):
        link = f"{base_url}/views/{view['id']}"
        if "states" not in view:
            yield ViewEntry(view["name"], link)
            continue
        states = tuple((state_label(State(one)), n) for one, n in view["states"].items())
        overdue = view["states"].get(State.OVERDUE.value, 0)
        yield ViewEntry(view["name"], link, states, overdue, view["due_soon"])
