"""The sheet as a table for a file, and a file that was read as lines for the page."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl
from django.utils import timezone

from keystage.actions.settings import SENSITIVE, value_of
from keystage.actions.sheets.cells import Cell, Refused
from keystage.actions.sheets.reading_back import ReadBack
from keystage.core.subjects import ASSESSED, TESTED, Subject
from keystage.reports.mark_sheet import PaperSheet
from keystage.statute.collection_codes import Registration
from keystage.store.models import CohortPupil, Sheet
from keystage.web.sheet.grid import SHORT, Grid, class_words, name_of, options_of
from keystage.web.wording import as_moment


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A cell of a file, for the page."""

    name: str
    pupil: str
    subject: str
    cell: Cell


@dataclass(frozen=True, kw_only=True)
class Lines:
    """What a file would change, and what it may not."""

    change: tuple[Wanted, ...]
    refused: tuple[tuple[str, Refused], ...]


def frame_of(grid: Grid) -> pl.DataFrame:
    """The sheet as a table: who, how registered, and the judgement of each subject."""
    codes = grid.collection.registrations.codes
    rows: list[dict[str, object]] = []
    for row in grid.rows:
        pupil = row.member.pupil
        registered = {
            f"Registered for {SHORT.get(test, str(test))}": _label(codes, row.member, test)
            for test in TESTED
        }
        rows.append(
            {
                "UPN": pupil.upn,
                "Surname": pupil.surname,
                "Forename": pupil.forename,
                "Date of birth": pupil.birth_date,
                "Sex": pupil.sex,
                "Class": pupil.class_name,
                **registered,
                **{cell.subject.capitalize(): cell.code for cell in row.cells},
            }
        )
    return pl.DataFrame(rows, infer_schema_length=None)


def paper_of(grid: Grid, *, blank: bool) -> PaperSheet:
    """The sheet for paper, as its page has it."""
    sheet, chosen = grid.sheet, grid.chosen
    of_class = "" if chosen is None else f", {class_words(chosen)}"
    return PaperSheet(
        title=("Blank mark sheet" if blank else "Mark sheet") + of_class,
        school=sheet.school.name,
        about=f"Results of {sheet.year}. {as_moment(timezone.now())}. Version "
        f"{sheet.content_version}, codes {sheet.pack_version}. Contains personal data.",
        warning=value_of(sheet.school, SENSITIVE),
        subjects=[subject.label.capitalize() for subject in ASSESSED],
        rows=[
            (
                row.name,
                row.note,
                row.member.pupil.upn,
                row.tests,
                *(("" if blank else cell.code) or cell.reason for cell in row.cells),
            )
            for row in grid.rows
        ],
        codes=[
            (
                subject.label.capitalize(),
                "; ".join(
                    f"{one.value} {one.meaning}"
                    for one in options_of(grid.collection, subject)
                    if one.value
                ),
            )
            for subject in ASSESSED
        ],
    )


def read_lines(sheet: Sheet, read: ReadBack) -> Lines:
    """What a file says, with the names of its pupils."""
    keys = {one.pupil for one in read.change} | {one.pupil for one in read.refused}
    members = sheet.cohort.filter(pk__in=keys).select_related("pupil")
    names = {one.pk: one.pupil.full_name for one in members}
    return Lines(
        change=tuple(
            Wanted(
                name=name_of(one.key),
                pupil=names[one.pupil],
                subject=Subject(one.subject).label.capitalize(),
                cell=one,
            )
            for one in read.change
        ),
        refused=tuple((names[one.pupil], one) for one in read.refused),
    )


def _label(codes: Mapping[str, Registration], member: CohortPupil, test: Subject) -> str:
    code = getattr(member, str(test))
    return codes[code].label if code else ""
