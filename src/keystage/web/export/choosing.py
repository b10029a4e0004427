"""Who is chosen for a file, kept in the session while a person filters and goes on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, QueryDict
from django.utils import timezone

from keystage.actions import settings
from keystage.actions.returns import cohort_of, collection_of
from keystage.store.models import CohortPupil, Pupil, Sheet


@dataclass(frozen=True)
class Filter:
    """Which pupils the page shows. What it hides stays as it was chosen."""

    class_name: str = ""
    left: str = ""
    year_group: str = ""

    def shows(self, member: CohortPupil, day: date) -> bool:
        """Whether a pupil is shown, who is on roll or is not on a day."""
        of_class = not self.class_name or member.pupil.class_name == self.class_name
        of_year = not self.year_group or taught_in(member.pupil) == self.year_group
        here = on_roll(member.pupil, day)
        return of_class and of_year and {"": True, "left": not here, "here": here}[self.left]


def filter_of(given: QueryDict) -> Filter:
    """The filter of an address or form; an unknown word shows everybody."""
    left = given.get("left", "")
    return Filter(
        given.get("class", ""), left if left in {"left", "here"} else "", given.get("year", "")
    )


def taught_in(pupil: Pupil) -> str:
    """The year in which a pupil is taught; the pupil's own where nothing else is known."""
    return pupil.year_taught or pupil.year_group


def on_roll(pupil: Pupil, day: date) -> bool:
    """Whether a pupil is on roll on a day: has come by then, and not left before."""
    come = pupil.entered_on is None or pupil.entered_on <= day
    return come and (pupil.left_on is None or pupil.left_on >= day)


def usual_day(sheet: Sheet) -> date:
    """The effective date unless a person chooses another: the first day of the week of the tests.

    Today, where the year's week is not known.
    """
    week = collection_of(sheet).test_week
    return week.first if week else timezone.localdate()


def effective_day(request: HttpRequest, sheet: Sheet) -> date:
    """The day as on which pupils are looked at."""
    kept = request.session.get(_key(sheet, "day"))
    return date.fromisoformat(kept) if kept else usual_day(sheet)


def look_as_on(request: HttpRequest, sheet: Sheet, day: date) -> None:
    """Look at the pupils as on a day. The choice itself does not change."""
    request.session[_key(sheet, "day")] = day.isoformat()


def left_out(request: HttpRequest, sheet: Sheet) -> set[int]:
    """The pupils who are taken out of the choice; at first nobody, or as the school's set-up is."""
    kept = request.session.get(_key(sheet, "out"))
    if kept is not None:
        return set(kept)
    if settings.value_of(sheet.school, settings.WHO_AT_FIRST) == "on_roll":
        return not_on_roll(sheet, effective_day(request, sheet))
    return set()


def not_on_roll(sheet: Sheet, day: date) -> set[int]:
    """The pupils of the cohort who are not on roll on a day."""
    return {member.pk for member in cohort_of(sheet) if not on_roll(member.pupil, day)}


def choose(request: HttpRequest, sheet: Sheet, out: Iterable[int]) -> None:
    """Choose everybody but some."""
    request.session[_key(sheet, "out")] = sorted(out)


def remember(request: HttpRequest, sheet: Sheet, shown: Iterable[str], chosen: set[str]) -> None:
    """Keep the choice of the pupils that were shown; others stay as they were."""
    out = left_out(request, sheet)
    known = {str(member.pk): member.pk for member in cohort_of(sheet)}
    for text in shown:
        if (key := known.get(text)) is not None:
            (out.discard if text in chosen else out.add)(key)
    choose(request, sheet, out)


def forget(request: HttpRequest, sheet: Sheet) -> None:
    """Begin anew."""
    for what in ("out", "day"):
        request.session.pop(_key(sheet, what), None)


def _key(sheet: Sheet, what: str) -> str:
    return f"export {what} {sheet.pk}"
