"""LibreOffice for the tests that look at a printed page; without it they do not run, in CI they fail."""

import os

import pytest

from duban.documents.to_pdf import office_program

NONE = "NO LIBREOFFICE: install it (Debian: apt-get install libreoffice-writer-nogui)"


def need_office() -> None:
    """Leave the test where LibreOffice is not installed."""
    if office_program() is None:
        if os.environ.get("CI"):
            pytest.fail(NONE)
        pytest.skip(NONE)
