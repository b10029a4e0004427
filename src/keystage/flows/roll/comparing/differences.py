"""What does not agree about one pupil in the roll, the registration and the mark sheet."""

from collections.abc import Collection as Some
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from keystage.core.subjects import ASSESSED, Subject
from keystage.flows.roll.comparing.standings import OnSheet, Registered, Standing, registration_for
from keystage.flows.roll.likeness.names import is_same_name
from keystage.flows.roll.pupils import Facts
from keystage.statute.collection import Collection

DifferenceKind = Literal[
    "not_registered",
    "leaver_still_registered",
    "registered_as_left",
    "registered_after_the_tests",
    "registered_not_on_roll",
    "registered_not_on_sheet",
    "on_sheet_not_registered",
    "on_sheet_not_on_roll",
    "listed_twice",
    "name_differs",
    "number_differs",
    "birth_date_differs",
    "not_on_attendance_register",
    "on_attendance_register_only",
    "on_attendance_register_though_left",
    "moved_in_test_week",
    "judgement_for_a_test_sitter",
    "judgement_not_due",
    "judged_though_elsewhere",
    "said_to_be_elsewhere",
]
KINDS: tuple[DifferenceKind, ...] = get_args(DifferenceKind)
List = Literal["registration", "mark sheet"]

_LEFT = "left"  # the registration of those who left before the tests
#: What to do about each kind.
WHAT_TO_DO: dict[DifferenceKind, str] = {
    "not_registered": "Register the pupil for each test, or as working below it.",
    "leaver_still_registered": "Set the registration to Left.",
    "registered_as_left": "Correct the registration, or enter the day the pupil left.",
    "registered_after_the_tests": "Take the pupil out of the registration: the school where the "
    "pupil was in the week of the tests reports them.",
    "registered_not_on_roll": "Add the pupil to the roll, or set the registration to Left.",
    "registered_not_on_sheet": "Add the pupil to the mark sheet, also one who left since.",
    "on_sheet_not_registered": "Register the pupil, or take him or her off the sheet.",
    "on_sheet_not_on_roll": "Add the pupil to the roll with the day he or she left, or take the "
    "pupil off the sheet.",
    "listed_twice": "Keep one of the two.",
    "name_differs": "Keep the full legal name, and correct the other list.",
    "number_differs": "Keep the pupil's own permanent number, and correct the other list.",
    "birth_date_differs": "Look at the birth certificate, and correct the list that is wrong.",
    "not_on_attendance_register": "Add the pupil to the attendance register of the tests.",
    "on_attendance_register_only": "Register the pupil for the test, or take the codes out of the "
    "attendance register.",
    "on_attendance_register_though_left": "Correct the day the pupil left, or take the codes out "
    "of the attendance register.",
    "moved_in_test_week": "Agree with the other school who judges the pupil. Each school reports "
    "the tests that were taken there.",
    "judgement_for_a_test_sitter": "Take the judgement out, or correct the registration if the "
    "pupil works below the standard of the test.",
    "judgement_not_due": "Take the judgement out, or correct the registration.",
    "judged_though_elsewhere": "Record the code, or correct the registration if the pupil "
    "finishes the key stage here this year.",
    "said_to_be_elsewhere": "Record the judgement of the class teacher, or correct the "
    "registration.",
}
_Found = tuple[DifferenceKind, Subject | None, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something that does not agree.

    Attributes:
        kind: what sort of difference.
        who: the pupil; see `Standing`.
        subject: the subject, where it is about one.
        what: what differs, as a sentence without any name.
        todo: what to do, as a sentence.
        explained: whether a person has explained it.
    """

    kind: DifferenceKind
    who: str
    subject: Subject | None = None
    what: str
    todo: str
    explained: bool = False


def differences_of(
    standing: Standing, collection: Collection, twice: Some[str]
) -> Iterator[Difference]:
    """What does not agree about one pupil.

    Args:
        standing: where the pupil stands.
        collection: the year.
        twice: who is in one of the lists twice.
    """
    for kind, subject, what in _found(standing, collection, twice):
        yield Difference(
            kind=kind, who=standing.who, subject=subject, what=what, todo=WHAT_TO_DO[kind]
        )


def _found(one: Standing, collection: Collection, twice: Some[str]) -> Iterator[_Found]:
    codes = collection.registrations.codes
    given = [] if one.registered is None else list(one.registered.tests.values())
    takes = any(codes[code].sits or codes[code].below for code in given if code in codes)
    sits = any(codes[code].sits for code in given if code in codes)
    if one.who in twice or one.who.partition(" of ")[2] in twice:
        yield "listed_twice", None, "The pupil is in one of the lists twice."
    yield from _on_lists(one, collection, takes=takes)
    yield from _identities(one)
    registered = one.registered
    if sits and one.on_register is False and one.left != "before":
        yield (
            "not_on_attendance_register",
            None,
            "The pupil is registered for a test, and not on the attendance register.",
        )
    if one.on_register and not sits:
        what = "The pupil is on the attendance register, and registered for no test."
        yield "on_attendance_register_only", None, what
    if one.on_register and one.left == "before":
        what = "The pupil left before the tests, and is on the attendance register."
        yield "on_attendance_register_though_left", None, what
    if one.left == "during":
        yield "moved_in_test_week", None, "The pupil left in the week of the tests."
    if one.sheet is not None and registered is not None:
        yield from _judgements(one.sheet, registered, collection)


def _on_lists(one: Standing, collection: Collection, *, takes: bool) -> Iterator[_Found]:
    registered = one.registered
    if registered is None:
        if one.here:
            yield "not_registered", None, "The pupil is on roll, and not in the registration."
        if one.sheet is not None:
            what = "The pupil is on the mark sheet, and not in the registration."
            yield "on_sheet_not_registered", None, what
    else:
        if takes and one.left == "before":
            what = "The pupil left before the tests, and is registered all the same."
            yield "leaver_still_registered", None, what
        if takes and one.joined_after:
            what = "The pupil came after the tests, and is registered all the same."
            yield "registered_after_the_tests", None, what
        if _LEFT in registered.tests.values() and one.here:
            what = "The pupil is registered as Left, and was on roll for the tests."
            yield "registered_as_left", None, what
        if takes and one.roll is None:
            yield "registered_not_on_roll", None, "The pupil is registered, and not on the roll."
        if one.sheet is None and _is_due(registered, collection):
            what = "The pupil is registered, and not on the mark sheet."
            yield "registered_not_on_sheet", None, what
    if one.sheet is not None and one.roll is None:
        yield "on_sheet_not_on_roll", None, "The pupil is on the mark sheet, and not on the roll."


def _is_due(registered: Registered, collection: Collection) -> bool:
    return any(_due(registered, subject, collection)[1] for subject in ASSESSED)


def _due(
    registered: Registered, subject: Subject, collection: Collection
) -> tuple[str | None, tuple[str, ...]]:
    code = registration_for(registered, subject, collection)
    return code, () if code is None else collection.due(code, subject)


def _identities(one: Standing) -> Iterator[_Found]:
    lists: tuple[tuple[List, Facts | None], ...] = (
        ("registration", None if one.registered is None else one.registered.facts),
        ("mark sheet", None if one.sheet is None else one.sheet.facts),
    )
    if one.roll is None:
        return
    facts = one.roll.facts
    for name, other in lists:
        if other is None:
            continue
        if other.surname is not None and not is_same_name(facts, other):
            yield "name_differs", None, f"The name on the roll and on the {name} differ."
        numbers = {facts.upn, other.upn}
        if None not in numbers and len(numbers) > 1:
            yield "number_differs", None, f"The UPN on the roll and on the {name} differ."
        if (
            None not in {facts.birth_date, other.birth_date}
            and facts.birth_date != other.birth_date
        ):
            what = f"The birth date on the roll and on the {name} differ."
            yield "birth_date_differs", None, what


def _judgements(sheet: OnSheet, registered: Registered, collection: Collection) -> Iterator[_Found]:
    codes = collection.registrations.codes
    for subject in ASSESSED:
        given = (sheet.judgements.get(subject) or "").strip().upper()
        code, due = _due(registered, subject, collection)
        if not given or code is None or given in due:
            continue
        how = codes[code]
        if not due and how.sits:
            what = f"The pupil takes the {subject.label} test, and has a {subject.label} judgement."
            yield "judgement_for_a_test_sitter", subject, what
        elif not due:
            what = f"No {subject.label} judgement is due, and there is one."
            yield "judgement_not_due", subject, what
        elif how.elsewhere:
            what = f"By the registration the {subject.label} code is {how.elsewhere}, not {given}."
            yield "judged_though_elsewhere", subject, what
        elif given in collection.codes(subject, "elsewhere"):
            what = f"The {subject.label} code is {given}, and the pupil is registered here."
            yield "said_to_be_elsewhere", subject, what
