"""The printed letter against GB/T 9704-2012 (信函格式), by the table that ``benchmarks`` prints."""

import pytest

from benchmarks.letter_page import measures, sample

MEASURED = 28


@pytest.mark.usefixtures("office")
def test_the_printed_page_is_the_standards() -> None:
    found = measures(sample())
    assert [(one.what, one.required, one.measured) for one in found if not one.fits] == []
    assert len({one.what for one in found}) == MEASURED
