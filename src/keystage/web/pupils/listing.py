"""The rows of the cohort as its pages list them."""

from collections.abc import Collection as Some
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import QueryDict

from keystage.actions.roll.cohort_history import TESTS, as_text
from keystage.core.subjects import TESTED, Subject
from keystage.statute.collection_loader import load_collection
from keystage.store.models import CohortPupil, Sheet

NOT_KNOWN = "Not known"
#: The tests as tables head them, in the order of `Row.tests`.
TEST_HEADINGS = tuple(
    "GPS" if subject is Subject.GPS else subject.label.capitalize() for subject in TESTED
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A pupil of the cohort as the list shows one."""

    member: int
    pupil: UUID
    name: str
    upn: str
    class_name: str
    year_group: str
    tests: tuple[str, ...]
    on_register: str
    left_on: date | None
    added: bool
    removed: bool
    reason: str
    linked: bool


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which pupils of the cohort are shown."""

    class_name: str = ""
    registration: str = ""
    stands: str = ""

    def shows(self, member: CohortPupil) -> bool:
        """Whether a pupil is shown."""
        pupil = member.pupil
        if self.class_name and pupil.class_name != self.class_name:
            return False
        codes = {getattr(member, test) for test in TESTS}
        if (
            self.registration
            and ("" if self.registration == "none" else self.registration) not in codes
        ):
            return False
        return {
            "": True,
            "left": pupil.left_on is not None,
            "added": member.how == CohortPupil.How.ADDED,
        }[self.stands]


def filter_of(given: QueryDict) -> Filter:
    """The filter of an address; an unknown word shows everybody."""
    stands = given.get("stands", "")
    return Filter(
        class_name=given.get("class", ""),
        registration=given.get("registration", ""),
        stands=stands if stands in {"left", "added"} else "",
    )


def members_of(sheet: Sheet, *, removed: bool) -> list[CohortPupil]:
    """The pupils of a cohort, by class and name."""
    rows = sheet.cohort.filter(removed=removed).select_related("pupil")
    return list(
        rows.order_by("pupil__class_name", "pupil__surname", "pupil__forename", "pupil__upn")
    )


def row_of(member: CohortPupil, year: int, classes: Some[str] | None) -> Row:
    """A pupil of the cohort; the name is a link where the person may open the pupil's page."""
    pupil, codes = member.pupil, load_collection(year).registrations.codes
    given = [getattr(member, test) for test in TESTS]
    return Row(
        member=member.pk,
        pupil=pupil.pk,
        name=pupil.full_name,
        upn=pupil.upn or "None",
        class_name=pupil.class_name or "No class",
        year_group=pupil.year_group or NOT_KNOWN,
        tests=tuple(codes[code].label if code in codes else code or NOT_KNOWN for code in given),
        on_register=as_text(member.on_register).capitalize() or NOT_KNOWN,
        left_on=pupil.left_on,
        added=member.how == CohortPupil.How.ADDED,
        removed=member.removed,
        reason=member.reason,
        linked=classes is None or pupil.class_name in classes,
    )
