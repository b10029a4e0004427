"""Windows: which release they are about, when they are open, and what is said of them."""

from datetime import date, datetime, time, timedelta

import pytest
from cast_of_tests import YEAR
from checking_of_tests import Exercise, keep_rules, release_of, text_with_window
from django.utils import timezone

from keystage.actions.checking import confirming, windows
from keystage.statute.season import LONDON
from keystage.store.models import CheckingRules, FiguresRelease, Organisation, Person, Pupil

pytestmark = pytest.mark.django_db
OPENS, CLOSES = date(2026, 9, 7), date(2026, 9, 18)


def at(day: date, hour: int = 0, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=LONDON)


@pytest.fixture
def september(nation: Organisation, operator: Person, pupils: list[Pupil]) -> FiguresRelease:
    """A release that came out before a window of September."""
    keep_rules(nation, operator, text_with_window(OPENS, CLOSES))
    return release_of(nation, operator, pupils)


def shown_in_september(release: FiguresRelease) -> FiguresRelease:
    release.shown_at = at(OPENS - timedelta(days=1))
    release.save(update_fields=("shown_at",))
    return release


@pytest.mark.parametrize(
    ("now", "is_open", "words"),
    [
        (at(OPENS - timedelta(days=1), 23, 59), False, "Opens on 7 September 2026."),
        (at(OPENS), True, "Open until 18 September 2026 at 5pm."),
        (at(CLOSES, 16, 59), True, "Open until 18 September 2026 at 5pm."),
        (at(CLOSES, 17), False, "Closed on 18 September 2026 at 5pm."),
    ],
)
def test_a_window_is_open_from_its_first_day_to_its_last_minute(
    september: FiguresRelease, school: Organisation, now: datetime, words: str, *, is_open: bool
) -> None:
    release = shown_in_september(september)

    (found,) = windows.windows(school, YEAR, now=now)

    assert (found.is_open, found.state_words) == (is_open, words)
    assert found.release == release
    assert windows.may_be_changed(release, now=now) == is_open
    assert found.closes == at(CLOSES, 17)


def test_a_window_without_a_time_lasts_until_the_end_of_its_day(
    nation: Organisation, operator: Person, pupils: list[Pupil]
) -> None:
    text = text_with_window(OPENS, CLOSES).replace("closes_at = 17:00:00\n", "")
    keep_rules(nation, operator, text)
    release = shown_in_september(release_of(nation, operator, pupils))

    assert windows.may_be_changed(release, now=at(CLOSES, 23, 59))
    assert not windows.may_be_changed(release, now=at(CLOSES + timedelta(days=1)))
    later = windows.refusal(release, now=at(CLOSES + timedelta(days=1)))
    assert later == "The window closed on 18 September 2026."


def test_a_window_that_is_to_come_says_when(september: FiguresRelease) -> None:
    release = shown_in_september(september)
    now = at(OPENS - timedelta(days=1), 12)
    assert windows.refusal(release, now=now) == "The window opens on 7 September 2026."


def test_a_window_without_a_release_is_not_open(
    nation: Organisation, operator: Person, school: Organisation
) -> None:
    keep_rules(nation, operator, text_with_window())

    (found,) = windows.windows(school, YEAR)

    assert (found.release, found.is_open, found.requests) == (None, False, {})
    assert found.state_words == "There are no figures to be checked yet."


def test_a_window_is_about_the_newest_release_of_its_stage(
    exercise: Exercise, nation: Organisation, operator: Person
) -> None:
    newer = release_of(nation, operator, exercise.pupils)
    revised = release_of(nation, operator, exercise.pupils, stage="revised")

    (found,) = windows.windows(exercise.school, YEAR)

    assert found.release == newer
    assert windows.may_be_changed(exercise.release)
    assert windows.refusal(revised) == "There is no window for figures that are revised."


def test_a_window_may_be_about_another_stage(
    exercise: Exercise, nation: Organisation, operator: Person
) -> None:
    keep_rules(nation, operator, text_with_window(stage="revised"))
    revised = release_of(nation, operator, exercise.pupils, stage="revised")

    (found,) = windows.windows(exercise.school, YEAR)

    assert found.release == revised


def test_changes_are_asked_for_in_the_agencys_figures_alone(
    exercise: Exercise, authority: Organisation, operator: Person
) -> None:
    theirs = release_of(authority, operator, exercise.pupils)
    assert windows.refusal(theirs) == "Changes are asked for in the agency's figures alone."
    (found,) = windows.windows(exercise.school, YEAR)
    assert found.release == exercise.release


def test_requests_are_counted_by_state_and_the_unresolved_ones_together(
    exercise: Exercise,
) -> None:
    exercise.draft(at=0)
    exercise.proposed(at=1)
    exercise.sent(at=2)
    confirming.confirm(release=exercise.release, school=exercise.school, by=exercise.sends)

    (found,) = windows.windows(exercise.school, YEAR)

    assert found.requests == {"draft": 1, "proposed": 1, "agreed": 1}
    assert found.unresolved == 2
    assert found.confirmed is not None
    assert found.confirmed.by == exercise.sends.person


@pytest.mark.parametrize(
    ("year", "why"),
    [
        (2026, "The windows of 2026 are not known: the service has a window in September 2026"),
        (2019, "Nothing is known of the checking exercise of 2019."),
        (2023, ""),
    ],
)
def test_a_year_without_windows_says_why(school: Organisation, year: int, why: str) -> None:
    assert windows.why_none(year).startswith(why)
    assert bool(windows.windows(school, year)) == (why == "")


def test_a_window_of_a_year_without_rules_is_not_open(school: Organisation) -> None:
    (found,) = windows.windows(school, 2023, now=at(date(2023, 9, 12), 12))
    assert (found.is_open, found.release) == (False, None)
    assert found.said.results_as_at == date(2023, 7, 11)


def test_no_window_is_named_where_none_is_open(exercise: Exercise) -> None:
    assert windows.window_key(exercise.release) == "september"
    with pytest.raises(LookupError):
        windows.window_key(exercise.release, now=timezone.now() + timedelta(days=30))


def test_a_window_is_not_open_while_its_rules_are_taken_back(exercise: Exercise) -> None:
    text = CheckingRules.objects.get().text
    cut = text[: text.index("[rules]")] + '[rules]\nabsent = "they were taken back"\n'
    CheckingRules.objects.update(text=cut)

    (found,) = windows.windows(exercise.school, YEAR)

    words = "The rules of 2026 are not known: they were taken back."
    assert (found.is_open, found.state_words) == (False, words)
    assert windows.refusal(exercise.release) == words
