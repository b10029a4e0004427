"""The attendance register of a school and season: what it says, and what does not agree."""

from collections.abc import Collection as Some
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from keystage.actions.attendance import (
    Cell,
    cells_of,
    entered_of,
    registration_of,
    seal_of,
    sits_of,
    standing,
)
from keystage.actions.season.dates import collection_in_force
from keystage.core.subjects import TESTED, Subject
from keystage.flows.register.contradictions import Contradiction, OnRegister, contradictions
from keystage.statute.collection import Collection
from keystage.statute.register import Paper, TestRegister
from keystage.statute.register_loader import load_register
from keystage.store.models import CohortPupil, RegisterConfirmation, Sheet


@dataclass(frozen=True, kw_only=True)
class Row:
    """A pupil of the register with a cell for each paper."""

    member: CohortPupil
    cells: Mapping[str, Cell]


@dataclass(frozen=True, kw_only=True)
class Register:
    """The attendance register of a school and season.

    Attributes:
        sheet: of which school and season.
        book: the papers and codes of the year.
        collection: the registrations of the year, its dates as they are in force.
        rows: the pupils of the cohort in the order of the mark sheet.
        confirmation: the confirmation that holds, if there is one.
    """

    sheet: Sheet
    book: TestRegister
    collection: Collection
    rows: tuple[Row, ...]
    confirmation: RegisterConfirmation | None

    @property
    def papers(self) -> Mapping[str, Paper]:
        """The papers of the year by key."""
        return self.book.papers.papers

    @property
    def missing(self) -> int:
        """How many codes are missing."""
        return sum(
            cell.needed and not cell.code for row in self.rows for cell in row.cells.values()
        )

    @property
    def seal(self) -> str:
        """The digest of what it says."""
        return seal_of({row.member.pk: row.cells for row in self.rows})

    @cached_property
    def found(self) -> tuple[Contradiction, ...]:
        """What does not agree."""
        return tuple(contradictions(map(_on_register, self.rows), self.book, self.collection))

    @property
    def wrong(self) -> tuple[Contradiction, ...]:
        """What has to be put right before the register is confirmed."""
        return tuple(one for one in self.found if one.is_wrong)

    def counts(self) -> dict[str, dict[str, int]]:
        """How often each code stands for each paper, without those that have none."""
        told: dict[str, dict[str, int]] = {paper: {} for paper in self.papers}
        for row in self.rows:
            for paper, cell in row.cells.items():
                if cell.code:
                    told[paper][cell.code] = told[paper].get(cell.code, 0) + 1
        return told


def register_of(sheet: Sheet, classes: Some[str] | None = None) -> Register:
    """The attendance register of a sheet, of some classes only where these are named.

    The register of some classes has no seal of its own: what is confirmed is the whole.
    """
    collection = collection_in_force(sheet.school, sheet.year)
    book, sits = load_register(sheet.year), sits_of(collection)
    members = (
        sheet.cohort.filter(removed=False)
        .select_related("pupil")
        .prefetch_related("attendance", "results")
        .order_by("pupil__surname", "pupil__forename", "pupil__upn", "pk")
    )
    return Register(
        sheet=sheet,
        book=book,
        collection=collection,
        rows=tuple(
            Row(member=one, cells=cells_of(one, entered_of(one), book, sits))
            for one in members
            if classes is None or one.pupil.class_name in classes
        ),
        confirmation=standing(sheet),
    )


def _on_register(row: Row) -> OnRegister:
    member = row.member
    return OnRegister(
        who=member.pk,
        registrations={test: registration_of(member, test) for test in TESTED},
        codes={paper: cell.code for paper, cell in row.cells.items()},
        left_on=member.pupil.left_on,
        entered_on=member.pupil.entered_on,
        results={
            Subject(one.subject): (
                one.outcome,
                one.raw_mark is not None or one.scaled_score is not None,
            )
            for one in member.results.all()
        },
    )
