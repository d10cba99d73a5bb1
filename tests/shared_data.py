"""The data that stands beside the project: ``$SHARED_DATA``, else ``../shared/data``."""

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("SHARED_DATA") or Path(__file__).parents[2] / "shared" / "data")


def shared(name: str) -> Path:
    """A file of it; without it the test says that it did not run."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"the shared data is not here: {name}")
    return path
