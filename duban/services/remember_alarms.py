"""Which alarms went to whom and when: a small file, for the database may be what is gone.

A file that is lost or cannot be read means one more mail and nothing worse.
"""

from datetime import datetime, timedelta
from pathlib import Path

from pydantic import AwareDatetime, TypeAdapter, ValidationError

NAME = "alarms.json"
QUIET = timedelta(hours=24)
"""For so long nobody is told of the same thing again."""

Told = dict[str, dict[str, AwareDatetime]]
"""When somebody was told, by what it is about and by address."""

_FORM = TypeAdapter(Told)


def recent_alarms(folder: Path, now: datetime) -> Told:
    """What was told in the last 24 hours; an instant ahead of ``now`` is not believed."""
    try:
        told = _FORM.validate_json((folder / NAME).read_bytes())
    except (OSError, ValidationError):
        return {}
    return {
        about: {to: at for to, at in people.items() if timedelta() <= now - at < QUIET}
        for about, people in told.items()
    }


def remember_alarm(folder: Path, about: str, to: str, now: datetime) -> None:
    """Write down that ``to`` was told, whole or not at all; what is older is forgotten.

    Raises:
        OSError: the folder cannot be written.
    """
    told = {key: people for key, people in recent_alarms(folder, now).items() if people}
    told.setdefault(about, {})[to] = now
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f"{NAME}.part"
    unfinished.write_bytes(_FORM.dump_json(told, indent=1))
    unfinished.replace(folder / NAME)
