"""Times handing out and taking back a large ledger by the command, and how much memory that takes.

Every command runs in a process of its own, so that its peak is that of the work alone.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.imports import duban_measured, write_ledger

MOST_SECONDS, MOST_MB = 60, 300


def measure(rows: int) -> list[dict[str, Any]]:
    """Export a ledger of ``rows`` that came in, and check the file as it went out.

    Each measurement is ``name``, ``n`` (rows), ``seconds``, ``peak_mb`` (MiB) and ``file_mb``.

    Raises:
        subprocess.CalledProcessError: a command failed.
    """
    found = []
    with TemporaryDirectory() as folder:
        place = Path(folder)
        database, out = place / "ledger.db", place / "out.xlsx"
        first = write_ledger(place / "ledger.csv", rows)
        duban_measured(place, database, "init")
        duban_measured(
            place, database, "import", "ledger", "apply", first,
            "--create-organizations", "--yes", "--by", "bench",
        )  # fmt: skip
        for name, words in (
            ("ledger export", ("ledger", "export", "--to", out)),
            ("import check of the export", ("import", "ledger", "check", out)),
        ):
            seconds, peak = duban_measured(place, database, *words)
            size = out.stat().st_size / 2**20
            found.append({"name": name, "n": rows, "seconds": round(seconds, 2),
                          "peak_mb": round(peak), "file_mb": round(size, 1)})  # fmt: skip
    return found


def main() -> None:
    """Print the measurements of as many rows as the line names, or of 100,000."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    for one in measure(rows):
        sys.stdout.write(
            f"{one['name']:28} {one['n']:>8} rows {one['seconds']:8.2f} s {one['peak_mb']:6} MiB"
            f" {one['file_mb']:8} MiB file\n"
        )
    sys.stdout.write(f"asked of the export of 100,000: {MOST_SECONDS} s, {MOST_MB} MB\n")


if __name__ == "__main__":
    main()
