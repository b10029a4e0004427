"""An invented authority: every account of it can be used for what its role is."""

from pathlib import Path

import pytest
from django.utils import timezone

from keystage.access.decide import decide
from keystage.access.rights import Condition
from keystage.access.roles import load_roles
from keystage.actions.errors import RefusedError
from keystage.actions.inventing.authority import invent
from keystage.actions.inventing.checked_pupils import open_exercise
from keystage.actions.inventing.released_figures import release_figures
from keystage.actions.rule_books import in_force
from keystage.store.models import CheckingRequest, CheckingRules, Grant, Pupil, Sheet
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


def test_its_figures_are_out_twice_and_pupils_changed_between(tmp_path: Path) -> None:
    invent(year=2026, seed=1, schools=3, password="a calm afternoon", files=tmp_path)  # noqa: S106  # invented

    first, second = release_figures(year=2023, seed=1, files=tmp_path)

    assert second.before == first
    assert first.counts["pupils"] == second.counts["pupils"] + 1
    before, after = ({row.code: row.sha256 for row in one.pupils.all()} for one in (first, second))
    assert before.keys() == after.keys()
    assert before != after


def test_its_checking_exercise_is_open_with_requests_at_every_step(tmp_path: Path) -> None:
    made = invent(year=2026, seed=1, schools=4, password="a calm afternoon", files=tmp_path)  # noqa: S106  # invented

    opened = open_exercise(files=tmp_path)

    assert (opened.year, opened.school, opened.window.is_open) == (2026, made.finished, True)
    assert "Invented" in opened.window.label
    asked = {one.reason: one for one in CheckingRequest.objects.all()}
    assert {reason: one.state for reason, one in asked.items()} == {
        "year_group": "agreed", "missing": "refused", "other": "scrutiny",
        "characteristic": "scrutiny", "not_on_roll": "returned", "moved": "draft",
    }  # fmt: skip
    assert asked["year_group"].trace
    assert (asked["characteristic"].proposed, asked["other"].proposed) == ("agreed", "")
    assert len({one.pupil for one in asked.values()}) == len(asked)
    version = in_force(2026)
    assert version.row is not None
    assert version.row.made_by != version.row.approved_by
    assert "Made up" in version.checking.sources["invented"].title
    release = asked["moved"].release
    assert not release.pupils.filter(code__in=(made.fresh.code, made.half_way.code)).exists()
    with pytest.raises(RefusedError, match="There is a window of 2026 already"):
        open_exercise(files=tmp_path)


def test_no_checking_exercise_is_opened_of_a_year_whose_rules_are_not_known(
    tmp_path: Path,
) -> None:
    with pytest.raises(RefusedError, match="no invented school"):
        open_exercise(files=tmp_path)
    invent(year=2026, seed=1, schools=3, password="a calm afternoon", files=tmp_path)  # noqa: S106  # invented
    Sheet.objects.update(year=2025)
    with pytest.raises(RefusedError, match="The rules of 2025 are not known"):
        open_exercise(files=tmp_path)
    assert not CheckingRules.objects.exists()


def test_without_an_invented_authority_there_are_no_figures(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="no invented authority"):
        release_figures(year=2023, seed=1, files=tmp_path)
