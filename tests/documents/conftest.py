"""What tests of papers share."""

import pytest

from tests.office import need_office


@pytest.fixture(scope="session")
def office() -> None:
    """Only where LibreOffice is installed."""
    need_office()
