"""Test week as one year has it: papers, attendance codes, access arrangements, the declaration.

`TestRegister` says what an attendance register holds and what its codes mean.
``load_register(2026)`` of `keystage.statute.register_loader` gives one; there is no default year.
"""

from collections.abc import Iterator, Mapping
from typing import Literal

from keystage.core.subjects import TESTED, Subject
from keystage.statute.entry import Entry
from keystage.statute.table import Absent, Confidence, Record, Source, Table

#: Who decides about an arrangement: the agency beforehand; the school, which tells the agency; the
#: school alone; or it is no arrangement but asks for special consideration.
Class = Literal["permission", "notice", "school", "consideration"]


class Paper(Record, frozen=True, kw_only=True):
    """A paper of a test. ``marks`` is the highest mark, where it is known."""

    subject: Subject
    label: str
    short: str
    marks: int | None = None


class Papers(Table, frozen=True, kw_only=True):
    """The papers of each test, in the order in which they are listed."""

    papers: Mapping[str, Paper]


class AttendanceCode(Record, frozen=True, kw_only=True):
    """What the register says of a pupil and a paper.

    Attributes:
        label: the code for people.
        meaning: what it says.
        script: whether there is a script to mark.
        whole_test: whether it holds for every paper of a test or for none.
        outcome: the code of results that goes with it, empty where the marks decide.
        registrations: the registrations for the test it goes with; none where any is.
        implied_by: the registrations that say it by themselves, so that nobody has to enter it.
        confidence: where it is lower than the table's.
    """

    label: str
    meaning: str
    script: bool = False
    whole_test: bool = False
    outcome: str = ""
    registrations: tuple[str, ...] = ()
    implied_by: tuple[str, ...] = ()
    confidence: Confidence | None = None


class AttendanceCodes(Table, frozen=True, kw_only=True):
    """The codes of the register. A paper without a code is not yet known.

    ``no_script``: the outcomes that say that a script is missing.
    """

    no_script: tuple[str, ...]
    codes: Mapping[str, AttendanceCode]


class Sort(Record, frozen=True, kw_only=True):
    """A sort of access arrangement, or special consideration.

    ``due`` is the event of the season by which it is asked for, empty where none is known;
    ``tests`` are those it can be for, none for all.
    """

    label: str
    kind: Class
    due: str = ""
    tests: tuple[Subject, ...] = ()
    confidence: Confidence | None = None


class Sorts(Table, frozen=True, kw_only=True):
    """The sorts there are; ``late`` is the rule about those asked for too late."""

    late: str
    sorts: Mapping[str, Sort]


class Declaration(Table, frozen=True, kw_only=True):
    """The headteacher's declaration: how long an explanation may be, in characters."""

    longest: int


class RegisterYear(Record, frozen=True, kw_only=True):
    """Which year: ``id`` is the year of the results."""

    id: int


class TestRegister(Record, frozen=True, kw_only=True):
    """Test week of one year. ``entry`` may be absent, with its reason in `absent`."""

    __test__ = False

    year: RegisterYear
    sources: Mapping[str, Source]
    papers: Papers
    attendance: AttendanceCodes
    arrangements: Sorts
    declaration: Declaration
    entry: Entry | None = None
    absent: Mapping[str, Absent] = {}

    def papers_of(self, test: Subject) -> tuple[str, ...]:
        """The keys of a test's papers."""
        return tuple(key for key, one in self.papers.papers.items() if one.subject == test)

    def tests(self) -> Iterator[tuple[Subject, tuple[str, ...]]]:
        """Each test with its papers, in the order of `TESTED`."""
        for test in TESTED:
            yield test, self.papers_of(test)

    def implied(self, registration: str) -> str:
        """The code a registration says by itself, empty if it says none."""
        codes = self.attendance.codes.items()
        return next((code for code, one in codes if registration in one.implied_by), "")
