"""What is kept of a made country is what measuring it again gives."""

import tomllib

import msgspec
import numpy as np
import pytest

from keystage.cohort.centring import centring
from keystage.cohort.measuring import measure, text_of

pytestmark = pytest.mark.slow


def test_standings_and_groups_are_measured_as_they_are_kept() -> None:
    """A seventh of the schools, so that the thin ends and the rare groups are left out."""
    again, kept = measure(1_200, 5), centring()
    below = np.array(kept.key_stage_1.below)
    usual = (below > 1) & (below < 99)
    for subject in ("reading", "writing", "maths"):
        found = np.array(getattr(again.key_stage_1, subject))
        assert found[usual] == pytest.approx(
            np.array(getattr(kept.key_stage_1, subject))[usual], abs=0.15
        )
        assert getattr(again.groups, subject)[9:] == pytest.approx(
            getattr(kept.groups, subject)[9:], abs=0.45
        )


def test_the_text_that_is_written_is_read_back_the_same() -> None:
    kept = centring()
    raw = tomllib.loads(text_of(kept, 10, 1))
    assert msgspec.convert(raw, type(kept)) == kept
