"""The season of an invented authority: every mistake is found where it shows first."""

from pathlib import Path

import pytest

from keystage.actions.errors import RefusedError
from keystage.actions.inventing.figures import When
from keystage.actions.inventing.playing import play
from keystage.actions.inventing.rehearsal import Rehearsal, set_scene
from keystage.store.models import Receipt, SchoolReturn

pytestmark = pytest.mark.django_db


def scene_of(files: Path, *, schools: int, rate: float) -> Rehearsal:
    return set_scene(
        year=2026, seed=4, schools=schools, rate=rate, password="a calm afternoon", files=files  # noqa: S106  # invented
    )  # fmt: skip


def test_every_mistake_is_found_and_every_school_ends_accepted(tmp_path: Path) -> None:
    scene = scene_of(tmp_path, schools=14, rate=0.8)
    played = play(scene)

    lost = [one for one in played.found if one.when != When.RESULTS and one.found < one.seeded]
    assert lost == []
    assert {one.when for one in played.found} == set(When)
    assert played.false_red == []
    assert (played.false_differences, played.false_results) == (0, 0)
    assert played.refused > 0
    assert played.accepted_first < played.accepted == played.schools == 14
    assert played.received == played.expected > 0
    assert Receipt.objects.count() >= played.schools
    assert set(SchoolReturn.objects.values_list("state", flat=True)) == {"accepted"}
    with pytest.raises(RefusedError, match="organisations in this service already"):
        scene_of(tmp_path / "again", schools=3, rate=0)


def test_schools_without_mistakes_are_accepted_at_once(tmp_path: Path) -> None:
    played = play(scene_of(tmp_path, schools=4, rate=0))

    assert (played.refused, played.accepted_first) == (0, 4)
    assert [one.kind for one in played.found if one.seeded] == ["a pupil without a registration"]
