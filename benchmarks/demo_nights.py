"""Times what people wait for, each against its floor in the same run: ``make bench``."""

import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from config.settings import MailSettings, Settings
from duban.demo.walk import nights, set_up, walk
from duban.services.catch_up import catch_up
from duban.services.nightly import run_night
from models.calendar import civil_date
from models.schema import upgrade

REPEATS = 7


def main() -> None:
    """Print seconds, and the ratio to the floor named in each line."""
    with TemporaryDirectory() as place:
        url = f"sqlite:///{place}/demo.db"
        _nights(Path(place), url)
        _commands(url)


def _nights(place: Path, url: str) -> None:
    settings = Settings(mail=MailSettings(folder=place))
    spent: list[float] = []
    idle: list[float] = []
    with upgrade(url) as database:
        set_up(database, settings)

        def night(due_at):  # type: ignore[no-untyped-def]  # the walk names its types
            began = perf_counter()
            report = catch_up(database, as_of=due_at, settings=settings, via="bench")
            spent.append(perf_counter() - began)
            began = perf_counter()
            run_night(database, as_of=due_at, business_date=civil_date(due_at), via="bench",
                      settings=settings)  # fmt: skip
            idle.append(perf_counter() - began)
            return report

        began = perf_counter()
        walk(database, settings, run=night)
        whole = perf_counter() - began - sum(idle)
    _line("a night of the demo month", median(spent), "the same night once more", median(idle))
    _line(f"all {len(nights())} nights with acts and mail", whole, "nights alone", sum(spent))


def _commands(url: str) -> None:
    floor = _start("-c", "pass")
    sqlmodel = _start("-c", "import sqlmodel")
    program = "from duban.cli.main import main; main()"
    _line("duban --help", _start("-c", program, "--help"), "python", floor)
    _line(
        "duban status",
        _start("-c", program, "--database", url, "status"),
        "import sqlmodel",
        sqlmodel,
    )
    _line("import prefect, for comparison", _start("-c", "import prefect.main"), "python", floor)


def _start(*words: str) -> float:
    times = []
    for _repeat in range(REPEATS):
        began = perf_counter()
        subprocess.run([sys.executable, *words], check=True, capture_output=True)
        times.append(perf_counter() - began)
    return median(times)


def _line(what: str, seconds: float, floor_name: str, floor: float) -> None:
    sys.stdout.write(
        f"{what:40} {seconds:8.3f} s   {seconds / floor:5.1f} x {floor_name} ({floor:.3f} s)\n"
    )


if __name__ == "__main__":
    main()
