"""The API held against its own description: what it is not said to answer, it never answers."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import count
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from files_of_tests import row_of, sheet_file
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pytest_django import Settings
from schemathesis.checks import (
    content_type_conformance,
    negative_data_rejection,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.generation import GenerationMode
from systems_of_tests import Let, Speaker

from keystage.store.models import Pupil, Sheet

pytestmark = pytest.mark.django_db
EXAMPLES = 6
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
_KEYS = count(1)


@pytest.fixture
def speaker(let: Let, settings: Settings) -> Speaker:
    """A system that may do everything, as often as it likes."""
    settings.API_READS = settings.API_CHANGES = 10_000
    return let()


@pytest.fixture
def file(speaker: Speaker, judged_sheet: Sheet, pupils: Sequence[Pupil], gateway_open: date) -> str:
    """A file that was sent."""
    sent = speaker.send("POST", "/returns", sheet_file([row_of(one) for one in pupils]))
    return str(sent.json()["id"])


@pytest.fixture
def one_connection(file: str) -> Iterator[None]:
    """Requests are asked in the transaction of the test: its connection stays open.

    The client that sent the file lets connections be closed again when it is done.
    """
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def operations() -> Iterator[Any]:
    described: Any = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    for found in described.get_all_operations():
        yield found.ok()


@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_answer_is_one_that_is_described(
    speaker: Speaker, file: str, mode: GenerationMode
) -> None:
    """Sound requests and unsound ones, to the school of the system, drawn from the description."""
    checks = [*CHECKS, *([negative_data_rejection] if mode is GenerationMode.NEGATIVE else [])]
    asked: dict[str, set[int]] = {}

    for operation in operations():
        if mode is GenerationMode.NEGATIVE and operation.path == "/api/v1/leave":
            continue  # it takes nothing that could be unsound
        strategy = operation.as_strategy(generation_mode=mode)

        @given(case=strategy, known=st.booleans())
        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def ask(case: Any, *, known: bool) -> None:
            unsound = {
                str(where.value)
                for where, part in case.meta.components.items()
                if part.mode is GenerationMode.NEGATIVE
            }
            path = case.path_parameters or {}
            if "urn" in path and "path" not in unsound:
                path |= {"urn": "900003", "year": 2026, **({"file": file} if known else {})}
            headers = {"Authorization": f"Bearer {speaker.token}"}
            if "header" not in unsound:
                headers["Idempotency-Key"] = f"conforms-{next(_KEYS)}"
            response = case.call_and_validate(headers=headers, checks=checks)
            asked.setdefault(case.operation.label, set()).add(response.status_code)

        ask()

    assert len(asked) == (14 if mode is GenerationMode.POSITIVE else 13)
    if mode is GenerationMode.POSITIVE:
        well = {label for label, statuses in asked.items() if min(statuses) < 400}
        assert len(well) > 8, asked
