"""The log: it says where a fault came about, and nothing of the pupil it came about with."""

import logging
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from keystage.store.models import Organisation, Pupil
from keystage.web.log_lines import WithoutValues

UPN = "A999030120001"


def line_of(raising: Callable[[], object]) -> str:
    """The line that is written when something raises."""
    try:
        raising()
    except Exception:  # noqa: BLE001  # whatever it raises is what is looked at
        record = logging.LogRecord("a", logging.ERROR, __file__, 1, "It failed", (), sys.exc_info())
        return WithoutValues().format(record)
    pytest.fail("Nothing was raised.")


@pytest.mark.django_db
def test_a_key_that_is_there_twice_is_not_told(school: Organisation) -> None:
    def twice() -> None:
        for _ in range(2):
            with transaction.atomic():
                Pupil.objects.create(
                    school=school,
                    upn=UPN,
                    surname="Ashby",
                    forename="Tom",
                    birth_date=date(2015, 1, 2),
                )

    said = line_of(twice)

    assert "IntegrityError" in said
    assert "test_log_lines.py" in said
    assert UPN not in said
    assert "Ashby" not in said


def test_neither_is_a_value_that_could_not_be_read() -> None:
    def failing() -> None:
        try:
            int(UPN)
        except ValueError as error:
            raise IntegrityError(f"Key (upn)=({UPN}) already exists.") from error

    said = line_of(failing)

    assert said.startswith("It failed\n")
    assert said.endswith("builtins.ValueError")
    assert "brought about by:" in said
    assert f"({UPN})" not in said


def test_what_is_wrong_with_the_service_is_told() -> None:
    assert "No such file" in line_of(lambda: open("/nowhere/at/all"))  # noqa: PTH123, SIM115  # it never opens


def test_the_log_is_written_so() -> None:
    formatters: Any = settings.LOGGING["formatters"]
    assert formatters["line"]["()"] == f"{WithoutValues.__module__}.{WithoutValues.__qualname__}"
