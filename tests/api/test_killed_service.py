"""The running service is killed while schools send: what `benchmarks/gateway_killed.py` proves."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from systems_of_tests import Let

from keystage.actions.systems import asked
from keystage.actions.systems.asked import InProgressError

PROGRAM = Path(__file__).parents[2] / "benchmarks" / "gateway_killed.py"
SCHOOLS = 12


@pytest.mark.slow
def test_a_service_that_is_killed_keeps_every_receipt_and_takes_the_rest_when_asked_again(
    tmp_path: Path,
) -> None:
    ran = subprocess.run(  # noqa: S603  # ours
        [sys.executable, str(PROGRAM), "--folder", str(tmp_path), "--schools", str(SCHOOLS),
         "--databases", "SQLite", "--troubles", "killed"],
        check=False, capture_output=True, text=True,
    )  # fmt: skip

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert f"{SCHOOLS} taken of {SCHOOLS}, {SCHOOLS} returns accepted" in ran.stdout


@pytest.mark.django_db
@pytest.mark.parametrize(("ago", "waits"), [(30, True), (90, False)])
def test_what_a_killed_service_was_answering_may_be_sent_again_after_a_minute(
    let: Let, *, ago: int, waits: bool
) -> None:
    system = let("returns:upload").system
    request = asked.begin(system, key="one", route="POST send", digest="d").request
    request.at = timezone.now() - timedelta(seconds=ago)
    request.save()

    if waits:
        with pytest.raises(InProgressError):
            asked.begin(system, key="one", route="POST send", digest="d")
    else:
        assert not asked.begin(system, key="one", route="POST send", digest="d").answered
