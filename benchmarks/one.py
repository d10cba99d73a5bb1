"""One measurement in a process of its own: what it takes, and the most memory it held.

The parent calls :func:`measure`; the child is this module with the measurement's name and its
arguments as JSON, and answers with JSON on the last line.
"""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.places import Place


@dataclass(frozen=True, slots=True)
class Measured:
    """What a measurement answered, and its peak of resident memory in MiB."""

    answer: Any
    peak_mb: int


def measure(function: str, place: Place, *arguments: object) -> Measured:
    """Call ``benchmarks.MODULE.FUNCTION(place, *arguments)`` in a new process.

    Raises:
        subprocess.CalledProcessError: it failed; what it said is on standard error.
    """
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.one", function, json.dumps([asdict(place), *arguments])],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def peak_mb() -> int:
    """The most memory that this process has held, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) // 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 2**20


def main() -> None:
    """Carry out what the parent asked for."""
    module, _dot, function = sys.argv[1].rpartition(".")
    place, *arguments = json.loads(sys.argv[2])
    call = getattr(import_module(f"benchmarks.{module}"), function)
    answer = call(Place(**place), *arguments)
    sys.stdout.write(json.dumps({"answer": answer, "peak_mb": peak_mb()}) + "\n")


if __name__ == "__main__":
    main()
