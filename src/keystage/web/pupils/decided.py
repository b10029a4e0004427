"""Changes of registrations as pages show them: what becomes of the five lists that follow."""

from collections.abc import Iterable
from dataclasses import dataclass

from keystage.actions.roll.asked_registrations import Asked
from keystage.actions.roll.cohort_history import ON_REGISTER, TESTS, as_text
from keystage.flows.register.consequences import Consequence
from keystage.statute.collection_loader import load_collection
from keystage.web.pupils import listing

YES_OR_NO = (("", "Not known"), ("yes", "Yes"), ("no", "No"))
HEADINGS = (*zip(TESTS, listing.TEST_HEADINGS, strict=True), (ON_REGISTER, "On the register"))


@dataclass(frozen=True, kw_only=True)
class Change:
    """A pupil whose registrations would change, and what that decides elsewhere."""

    name: str
    note: str
    lines: tuple[str, ...]
    told: tuple[Consequence, ...]


def choices_of(year: int) -> tuple[tuple[str, str], ...]:
    """The registrations there are in a year, with their words; first that nobody knows."""
    codes = load_collection(year).registrations.codes
    return (("", "Not known"), *((code, item.label) for code, item in codes.items()))


def changes_of(asked: Iterable[Asked], year: int) -> list[Change]:
    """What would change, pupil by pupil, in words."""
    labels = dict(HEADINGS)
    said = dict(choices_of(year)) | dict(YES_OR_NO)
    return [
        Change(
            name=one.member.pupil.full_name,
            note=one.member.pupil.class_name or "No class",
            lines=tuple(
                f"{labels[name]}: {said[as_text(one.before[name])]} to {said[as_text(value)]}"
                for name, value in one.after.items()
            ),
            told=one.told,
        )
        for one in asked
    ]
