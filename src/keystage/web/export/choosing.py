"""Who is chosen for a file, kept in the session while a person filters and goes on."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, QueryDict

from keystage.actions.returns import cohort_of
from keystage.store.models import CohortPupil, Sheet


@dataclass(frozen=True)
class Filter:
    """Which pupils the page shows. What it hides stays as it was chosen."""

    class_name: str = ""
    left: str = ""

    def shows(self, member: CohortPupil) -> bool:
        """Whether a pupil is shown."""
        of_class = not self.class_name or member.pupil.class_name == self.class_name
        gone = member.pupil.left_on is not None
        return of_class and {"": True, "left": gone, "here": not gone}[self.left]


def filter_of(given: QueryDict) -> Filter:
    """The filter of an address or form; an unknown word shows everybody."""
    left = given.get("left", "")
    return Filter(given.get("class", ""), left if left in {"left", "here"} else "")


def left_out(request: HttpRequest, sheet: Sheet) -> set[int]:
    """The pupils who were taken out of the choice; everybody is in it at first."""
    return set(request.session.get(_key(sheet), []))


def remember(request: HttpRequest, sheet: Sheet, shown: Iterable[str], chosen: set[str]) -> None:
    """Keep the choice of the pupils that were shown; others stay as they were."""
    out = left_out(request, sheet)
    known = {str(member.pk): member.pk for member in cohort_of(sheet)}
    for text in shown:
        if (key := known.get(text)) is not None:
            (out.discard if text in chosen else out.add)(key)
    request.session[_key(sheet)] = sorted(out)


def forget(request: HttpRequest, sheet: Sheet) -> None:
    """Begin anew with everybody."""
    request.session.pop(_key(sheet), None)


def _key(sheet: Sheet) -> str:
    return f"export left out {sheet.pk}"
