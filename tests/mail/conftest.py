"""What the tests of mail share."""

import pytest

from config import clock
from tests.mail.installation import Clock


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of every process of a test."""
    made = Clock()
    monkeypatch.setattr(clock, "now", made)
    return made
