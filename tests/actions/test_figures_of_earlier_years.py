"""What a later year's figures tell of an earlier year's release that nobody has seen."""

from datetime import timedelta

import pytest
from cast_of_tests import MakePerson
from django.utils import timezone
from figures_of_tests import Statistics, play, statisticians

from keystage.actions.errors import RefusedError
from keystage.actions.figures import publishing
from keystage.store.models import FiguresRelease, Organisation

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def desk(person: MakePerson, monkeypatch: pytest.MonkeyPatch) -> Statistics:
    body = Organisation.objects.create(kind="national", code="STA", name="The agency")
    play(monkeypatch)
    return statisticians(person, body)


def approved(desk: Statistics, release: FiguresRelease, hours: int = 0) -> FiguresRelease:
    shown_at = timezone.now() + hours * HOUR
    return publishing.approve(release=release, by=desk.other, shown_at=shown_at)


def made(desk: Statistics, year: int) -> FiguresRelease:
    release = desk.make(year=year)
    assert release.failed_why == ""
    return release


def test_a_release_is_not_seen_before_those_of_earlier_years_that_it_tells_of(
    desk: Statistics,
) -> None:
    """Three years less two of them are the third; a series shows it at once."""
    first = approved(desk, made(desk, 2024))
    second = approved(desk, made(desk, 2025), hours=5)
    third = made(desk, 2026)
    assert third.inputs["earlier"] == {"2024": str(first.pk), "2025": str(second.pk)}

    with pytest.raises(RefusedError, match="2025 provisional, version 1"):
        approved(desk, third, hours=4)
    approved(desk, third, hours=6)

    with pytest.raises(RefusedError, match="2026 provisional, version 1"):
        publishing.move(release=second, shown_at=timezone.now() + 7 * HOUR, by=desk.one)
    second.refresh_from_db()
    assert second.state == "approved"
    publishing.move(release=second, shown_at=timezone.now() + HOUR, by=desk.one)


def test_a_minute_is_set_freely_once_a_later_years_release_has_told_all(desk: Statistics) -> None:
    """It was moved to an earlier minute, at which nobody had approved it again."""
    approved(desk, made(desk, 2024))
    second = approved(desk, made(desk, 2025), hours=2)
    third = approved(desk, made(desk, 2026), hours=3)
    publishing.move(release=second, shown_at=timezone.now() + HOUR, by=desk.one)
    FiguresRelease.objects.filter(pk=third.pk).update(shown_at=timezone.now() - HOUR)

    moved = publishing.move(release=second, shown_at=timezone.now() + HOUR * 5, by=desk.one)
    assert approved(desk, moved, hours=5).state == "approved"


def test_a_release_whose_cohort_was_withdrawn_unseen_is_computed_again(desk: Statistics) -> None:
    approved(desk, made(desk, 2024))
    second = approved(desk, made(desk, 2025), hours=1)
    third = made(desk, 2026)
    publishing.withdraw(release=second, by=desk.one, reason="A file was wrong.")

    with pytest.raises(RefusedError, match="nobody has seen by then"):
        approved(desk, third, hours=2)


def test_a_cohort_that_was_seen_and_withdrawn_since_stands_in_nobodys_way(
    desk: Statistics,
) -> None:
    approved(desk, made(desk, 2024))
    second = approved(desk, made(desk, 2025))
    third = made(desk, 2026)
    publishing.withdraw(release=second, by=desk.one, reason="A file was wrong.")

    assert approved(desk, third).state == "approved"


def test_an_earlier_years_release_looks_at_the_one_that_three_year_figures_tell_of(
    desk: Statistics,
) -> None:
    """It was withdrawn before anybody saw it, but for what the later year's figures tell."""
    first = approved(desk, made(desk, 2024))
    early = made(desk, 2025)
    told = approved(desk, made(desk, 2025), hours=1)
    never = made(desk, 2025)
    approved(desk, made(desk, 2026), hours=2)
    for one in (told, never):
        publishing.withdraw(release=one, by=desk.one, reason="A file was wrong.")

    again = made(desk, 2025)

    assert again.inputs["beside"] == [str(first.pk), str(told.pk)], "and none that nobody knows"
    with pytest.raises(RefusedError, match="had from the two"):
        approved(desk, early, hours=1)
    assert approved(desk, again, hours=1).state == "approved"
