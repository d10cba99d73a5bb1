"""The seven counters of a queue (attempted, acknowledged, ok, lost, unexpected, duplicated,
recovered), and two of the rules about a mail in doubt.

Called as a program, it kills senders and prints the counters of each way as a table.
"""

import sys
from collections.abc import Collection, Mapping
from dataclasses import astuple, dataclass, fields

from models.message import TAKEN, Message, MessageState

NOT_LEFT = (MessageState.REFUSED, MessageState.CANCELLED)


@dataclass(frozen=True)
class Counters:
    """What is known of the mails of a run when nothing moves any more.

    ``attempted`` were queued; ``acknowledged`` says Duban were taken; ``ok`` of those were.
    ``lost`` are taken for settled and did not arrive, or wait for nobody; ``unexpected``
    arrived and were never queued, or are said not to have left. ``duplicated`` counts copies
    beyond the first, ``unflagged`` those of them of which Duban does not know, ``recovered``
    mails whose sender died in doubt and which were settled without another copy; ``held`` wait
    for a person.
    """

    attempted: int
    acknowledged: int
    ok: int
    lost: int
    unexpected: int
    duplicated: int
    recovered: int
    unflagged: int
    held: int


def count_mails(
    mails: Mapping[str, Message], copies: Mapping[str, int], doubted: Collection[str]
) -> Counters:
    """The counters of an outbox beside what really arrived (copies by number).

    ``doubted`` are the numbers that had arrived when their sender was killed unheard.
    """
    acknowledged = {one.id for one in mails.values() if one.state in TAKEN}
    held = {one.id for one in mails.values() if one.state is MessageState.HELD}
    never_left = {one.id for one in mails.values() if one.state in NOT_LEFT}
    arrived = set(copies)
    return Counters(
        attempted=len(mails),
        acknowledged=len(acknowledged),
        ok=len(acknowledged & arrived),
        lost=len(set(mails) - arrived - held - never_left),
        unexpected=len(arrived - set(mails)) + len(arrived & never_left),
        duplicated=sum(number - 1 for number in copies.values()),
        recovered=sum(one in acknowledged and copies.get(one) == 1 for one in doubted),
        unflagged=sum(
            max(0, number - 1 - mails[one].blind_copies)
            for one, number in copies.items()
            if one in mails
        ),
        held=len(held),
    )


def main(arguments: list[str]) -> None:
    """Kill each way's senders and print what became of the mails."""
    from tests.mail.kill_runs import run_in_folder
    from tests.mail.sides import WAYS

    kills, mails = (int(word) for word in (*arguments, "500", "3000")[:2])
    names = [field.name for field in fields(Counters)]
    print("| way | kills | " + " | ".join(names) + " |\n" + "|---" * (len(names) + 2) + "|")  # noqa: T201  # a table for the page
    for way in WAYS:
        run = run_in_folder(way, kills=kills, mails=mails, seed=1)
        numbers = " | ".join(str(number) for number in astuple(run.counters))
        print(f"| {way} | {run.kills} | {numbers} |", flush=True)  # noqa: T201  # a table for the page
        print(f"windows: {dict(run.windows.most_common())}", file=sys.stderr)  # noqa: T201  # beside it


if __name__ == "__main__":
    main(sys.argv[1:])
