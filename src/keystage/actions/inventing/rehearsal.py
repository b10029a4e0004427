"""A season to rehearse a deadline with: many schools ready to send, some files with mistakes.

Every school has its registered and judged pupils, and has agreed that its authority sends for it.
The files of the schools lie in a folder, some with seeded mistakes and beside an answer key, and so
do the same files without them. Nobody in it exists.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import polars as pl
from django.db import transaction

from keystage.actions.errors import RefusedError
from keystage.actions.inventing.authority import (
    bodies_of,
    by_size,
    invented_cohort,
    people_of,
)
from keystage.actions.inventing.gateway import agree, keep_open, seconds
from keystage.actions.inventing.season import judge, started
from keystage.flows.cohort.faulting import write_faults
from keystage.flows.cohort.trail import RETURNS, open_trail
from keystage.store.models import Organisation, Person, Sheet

_WITH_PEOPLE = 3
RIGHT, FAULTY = "trail", "faulty"


@dataclass(frozen=True, kw_only=True, eq=False)
class Rehearsal:
    """What was set up.

    Attributes:
        year: the season.
        authority: whose schools they are.
        nation: the national body.
        sheets: of each school, by its number.
        people: by role; ``authority_officer_second`` and ``agency_operator_second`` are the second
            of theirs.
        answers: which mistakes are in the files, columns `cohort.faults.ANSWERS`.
        files: the folder, with the folders `RIGHT` and `FAULTY` and a ZIP of the returns of each.
    """

    year: int
    authority: Organisation
    nation: Organisation
    sheets: Mapping[str, Sheet]
    people: Mapping[str, Person]
    answers: pl.DataFrame
    files: Path


@transaction.atomic
def set_scene(
    *, year: int, seed: int, schools: int, rate: float, password: str, files: Path
) -> Rehearsal:
    """Set up the schools, and write their files.

    Args:
        year: the season.
        seed: of all chance.
        schools: how many.
        rate: the share of schools with a mistake in their file, 0 to 1.
        password: of every account.
        files: a new folder.

    Raises:
        RefusedError: there are organisations already.
        UsageError: the rate is none, or so many schools cannot be made.
    """
    if Organisation.objects.exists():
        raise RefusedError(
            "There are organisations in this service already.",
            todo="A rehearsal is for an empty service only.",
        )
    roll, table = invented_cohort(year, seed, schools, files)
    bodies = bodies_of(table)
    trail = open_trail(files / RIGHT)
    answers = write_faults(trail, files / FAULTY, seed=seed, rate=rate)
    for name in (RIGHT, FAULTY):
        _zipped(files / name / RETURNS, files / f"{name}.zip")
    people = people_of(password, by_size(roll, bodies)[:_WITH_PEOPLE], roll)
    people |= seconds(people)
    nation = Organisation.objects.get(kind=Organisation.Kind.NATIONAL)
    keep_open(nation, year, people["agency_operator"])
    parts = roll.partition_by("school", as_dict=True)
    sheets = {}
    for number, school in bodies.items():
        sheets[number] = started(school, parts[number,], year, people)
        judge(sheets[number], parts[number,], people["assessment_lead"])
        agree(school, people["headteacher"])
    return Rehearsal(
        year=year,
        authority=Organisation.objects.get(kind=Organisation.Kind.AUTHORITY),
        nation=nation,
        sheets=sheets,
        people=people,
        answers=answers,
        files=files,
    )


def _zipped(folder: Path, archive: Path) -> None:
    """All files of a folder in one ZIP, without folders in it."""
    with ZipFile(archive, "w", ZIP_DEFLATED) as zipped:
        for file in sorted(folder.rglob("*.xml")):
            zipped.write(file, file.name)
