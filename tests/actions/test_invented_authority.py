"""An invented authority: every account of it can be used for what its role is."""

from pathlib import Path

import pytest
from django.utils import timezone

from keystage.access.decide import decide
from keystage.access.rights import Condition
from keystage.access.roles import load_roles
from keystage.actions.inventing.authority import invent
from keystage.store.models import Grant, Pupil
from keystage.store.rights import access_grant, place_of

pytestmark = pytest.mark.django_db


def test_every_role_that_is_given_counts_where_it_is_given(tmp_path: Path) -> None:
    invent(year=2026, seed=1, schools=3, password="a calm afternoon", files=tmp_path)  # noqa: S106  # invented

    on, roles = timezone.localdate(), load_roles().roles
    grants = list(Grant.objects.select_related("organisation"))
    useless = [
        (row.role, permission)
        for row in grants
        for permission, right in roles[row.role].rights.items()
        if Condition.AGREEMENT not in right.conditions
        and not decide(
            [access_grant(row)], permission, place_of(row.organisation), season=2026, on=on
        ).allowed
    ]
    assert useless == []
    assert {row.role for row in grants} == roles.keys()


def test_the_pupils_of_a_finished_school_have_their_outcomes_of_key_stage_1(
    tmp_path: Path,
) -> None:
    made = invent(year=2026, seed=1, schools=3, password="a calm afternoon", files=tmp_path)  # noqa: S106  # invented

    pupils = Pupil.objects.filter(school=made.finished)
    assert pupils.exclude(ks1_reading="").count() > pupils.count() / 2
    assert "KS1 reading" in (made.files / "1-roll.csv").read_text().splitlines()[0]
