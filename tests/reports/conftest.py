"""What tests of reports share."""

from collections.abc import Callable

import pytest
from words_of_pdf import words_of


@pytest.fixture(scope="session")
def pages_of() -> Callable[[bytes], list[str]]:
    """Read the text of each page of a PDF file."""
    return words_of
