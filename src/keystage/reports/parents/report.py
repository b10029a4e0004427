"""What a report to parents says of one pupil, and what is the same for every pupil of a school.

There is no place here for progress, for prior attainment or for another pupil: schools are asked
not to share pupils' progress scores with parents (technical guide of 2022, pupil progress).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from keystage.core.errors import InputError
from keystage.core.subjects import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectResult:
    """A pupil's result in one subject, in a sentence; of a test with its numbers where known.

    ``highest_mark`` is given with ``mark``. Made by ``words.result_of_test`` and
    ``words.result_of_assessment``.
    """

    subject: Subject
    sentence: str
    score: int | None = None
    mark: int | None = None
    highest_mark: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The share of pupils who met a standard: at the school and nationally, as printed.

    ``None`` is a share that is not shown; `Comparisons.notes` says why.
    """

    label: str
    school: str | None
    national: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparisons:
    """The shares of a school and of the nation; made by ``comparison.comparisons``.

    Attributes:
        rows: one a standard; none where nothing is known.
        national: what the national shares are of, their source and the day it was read.
        notes: sentences about what is not shown, and why.
    """

    rows: Sequence[Comparison] = ()
    national: str = ""
    notes: Sequence[str] = ()

    @classmethod
    def none(cls, why: str) -> Self:
        """No comparison, and the sentence that says so."""
        return cls(notes=(why,))


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolHeading:
    """The school, and what is the same in every report it makes.

    Attributes:
        name: the school's name.
        academic_year: such as 2025/26.
        contact: whom to talk to about the report and how, as sentences.
        address: in one line; may be empty.
        comparison: the school and the nation.
        about_scores: what a scaled score is, in a sentence (see ``words.about_scores``).
    """

    name: str
    academic_year: str
    contact: str
    address: str = ""
    comparison: Comparisons
    about_scores: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """A pupil's attendance in sessions, which are half days, up to a day the school names.

    Raises:
        InputError: a number is below 0, or attended and missed do not make the possible sessions.
    """

    possible: int
    attended: int
    authorised: int
    unauthorised: int
    up_to: str = ""

    def __post_init__(self) -> None:
        """Refuse numbers that do not add up: they would be told to a parent."""
        parts = (self.attended, self.authorised, self.unauthorised)
        if min(*parts, self.possible) < 0 or sum(parts) != self.possible:
            raise InputError(
                f"{self.attended} sessions attended, {self.authorised} authorised and "
                f"{self.unauthorised} unauthorised absences do not make {self.possible} possible "
                "sessions.",
                todo="Correct the attendance of the pupil.",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What someone wrote of the pupil: plain text of any length, a blank line between paragraphs.

    ``writer`` is the name to print below it; may be empty.
    """

    text: str
    writer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentReport:
    """The report on one pupil.

    Attributes:
        pupil: the pupil's name as the family writes it.
        class_name: such as 6 Oak; may be empty.
        year_group: such as Year 6.
        tests: results of national tests; none where the pupil was to take none.
        assessments: teacher assessments.
        attendance: none where the school has not given it, which the report says.
        teacher: the class teacher's comment, if there is one.
        head: the headteacher's, if there is one.
    """

    pupil: str
    class_name: str
    year_group: str
    tests: Sequence[SubjectResult]
    assessments: Sequence[SubjectResult]
    attendance: Attendance | None = None
    teacher: Comment | None = None
    head: Comment | None = None
