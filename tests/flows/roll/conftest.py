"""Invented pupils of a roll."""

from collections.abc import Callable
from datetime import date

import pytest

from keystage.core.upn import make_upn
from keystage.flows.roll.pupils import Facts


@pytest.fixture(scope="session")
def upn() -> Callable[[int], str]:
    """A permanent number with its check letter."""
    return lambda serial: make_upn(999, 301, 2020, serial)


@pytest.fixture(scope="session")
def ada(upn: Callable[[int], str]) -> Facts:
    """A pupil with everything that identifies one."""
    return Facts(
        upn=upn(1), surname="Ashdown", forename="Ada", birth_date=date(2015, 2, 1), sex="F"
    )
