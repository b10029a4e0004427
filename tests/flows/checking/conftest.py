"""The rules of 2026, put together once."""

import pytest

from keystage.flows.checking.book import RuleBook, rule_book
from keystage.statute.checking_loader import load_checking


@pytest.fixture(scope="session")
def book() -> RuleBook:
    """The rules of 2026 with the dates of its season."""
    return rule_book(load_checking(2026))
