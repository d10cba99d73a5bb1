"""Which Chromium the tests drive; as a program, install one where there is none and it may.

``make test`` runs it first. It never fails: tests that find no browser say that they did not run.
"""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NONE = "NO CHROMIUM: install it (Debian: apt-get install chromium), or name it in DUBAN_CHROMIUM"
PATIENCE = 240
"""Seconds that a download may take."""


def chromium() -> str | None:
    """The browser's program: the one that is named, the machine's, or Playwright's own."""
    named = os.environ.get("DUBAN_CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None) or _of_playwright()


@cache
def _of_playwright() -> str | None:
    """Playwright's own, if it was fetched and the machine has the libraries that it needs."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        program = playwright.chromium.executable_path
    starts = Path(program).exists() and _ends_well([program, "--version"], seconds=20)
    return program if starts else None


def _ends_well(command: list[str], *, seconds: int) -> bool:
    """Whether a command ended well in time, whatever it had to say."""
    try:
        subprocess.run(command, capture_output=True, timeout=seconds, check=True)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def main() -> None:
    """Fetch Playwright's own where no browser is found."""
    if chromium() is None:
        sys.stdout.write("No Chromium here; fetching one for the tests.\n")
        fetch = [sys.executable, "-m", "playwright", "install", "--no-shell", "chromium"]
        if not _ends_well(fetch, seconds=PATIENCE):
            sys.stdout.write(f"{NONE}\n")


if __name__ == "__main__":
    main()
