"""Draws ``docs/state-machine.md`` from the table of arrows: ``make docs``."""

from pathlib import Path

from models.transitions import ARROWS, Guard, State

TARGET = Path(__file__).with_name("state-machine.md")

STATES = {
    State.DRAFT: "imported, not yet in a letter",
    State.ISSUED: "the letter is out, no receipt yet (待签收)",
    State.ACKNOWLEDGED: "received, being rectified (整改中)",
    State.SUBMITTED: "reported; waits for our review, and the clock stands still (待核验)",
    State.OVERDUE: "the due instant has passed without a report (已逾期)",
    State.RECTIFIED: "accepted and struck off (已销号), on time or late by both dates",
    State.WITHDRAWN: "taken back (已撤回)",
}

TEXT = """# The states of a finding

Drawn from the table in [`models/transitions.py`](../models/transitions.py) by `make docs`;
a test holds both together. The one writer is `duban/services/transition.py`.

```mermaid
stateDiagram-v2
    [*] --> draft
{edges}
```

| State | Means |
|---|---|
{states}

| Event | From | To | By | When |
|---|---|---|---|---|
{arrows}

Timeliness is judged when the report is handed in, not when it is accepted: our own
delay never makes an organization overdue. A finding that is past its due instant and
not yet recorded as overdue is shown as overdue everywhere, by the same function that
the nightly check uses (`has_lapsed`).

What the commission did by mistake is taken back by an act of its own with a reason, and both
stay in the history:

| What was done | Taken back by | What holds then |
|---|---|---|
| issue | withdraw | nothing more is asked; the number is not used again |
| withdraw | reinstate | state and last day as they were (¹) |
| acknowledge | annul | the whole letter waits for its receipt (²) |
| submit | return | the organization has the report back |
| accept | reopen | a new window |
| extend | revoke | the former last day, as told or as a notice moved it since (³) |
| a step of the ladder, approved | rescind | the level that is left (⁴) |

Nobody becomes overdue by what is taken back. (¹) A last day that passed while nothing was
asked gives way to a new window. (²) By the same day; refused once a report is there.
(³) Refused once that day has passed. (⁴) It is not proposed again for the same last day.
"""


def draw() -> str:
    """The whole page."""
    edges = dict.fromkeys(f"    {a.source} --> {a.target}: {a.event}" for a in ARROWS)
    arrows = (
        f"| {a.event} | {a.source} | {a.target} | {a.by} | "
        f"{'' if a.guard is Guard.ALWAYS else a.guard} |"
        for a in ARROWS
    )
    states = (f"| {state} | {STATES[state]} |" for state in State)
    return TEXT.format(edges="\n".join(edges), states="\n".join(states), arrows="\n".join(arrows))


if __name__ == "__main__":
    TARGET.write_text(draw(), encoding="utf-8")
