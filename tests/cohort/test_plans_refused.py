"""Plans that cannot be made are refused in words."""

from typing import Any

import pytest

from keystage.cohort.plan import Plan
from keystage.core.errors import UsageError


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"year": 2020}, "No cohort of 2020 can be made."),
        ({"seed": -1}, "The seed -1 is below 0."),
        ({"schools": 0}, "A cohort of 0 schools cannot be made. Give a number from 1 to 16300."),
        ({"schools": 16_301}, "A cohort of 16301 schools cannot be made."),
        ({"schools": 1_000, "nowhere": True}, "Give a number from 1 to 999."),
        ({"authorities": 0}, "A cohort of 0 authorities cannot be made."),
        ({"authorities": 500}, "Give a number from 1 to 152."),
        ({"schools": 5, "authorities": 5}, "Both a number of schools and a number of authorities"),
    ],
)
def test_a_plan_that_cannot_be_made_says_why(asked: dict[str, Any], sentence: str) -> None:
    whole: dict[str, Any] = {"year": 2022, "release": "provisional", "seed": 1, **asked}
    with pytest.raises(UsageError) as caught:
        Plan(**whole)
    assert sentence in str(caught.value)
