"""A statute file from the department's own working in a pupil file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from keystage.core.errors import InputError, StatuteError, UsageError
from keystage.core.subjects import IN_PROGRESS
from keystage.flows.computing import checked_records
from keystage.measures.department_groups import (
    FROM_FILE,
    groups_from_working,
    minimums_from_working,
    writing_points_from_working,
)
from keystage.measures.working import working_table
from keystage.reports.files import write_text
from keystage.statute.loader import load_year
from keystage.statute.proofs_of_outcomes import judgements_without_points
from keystage.statute.supplement import write_supplement
from keystage.statute.table import Source, Table
from keystage.statute.year import Year

_NEEDED = ("writing_points", "pupil_sd")


@dataclass(frozen=True)
class FromPupils:
    """What was read from a pupil file.

    Attributes:
        groups: how many prior attainment groups.
        minimums: how many minimum scores.
        still_absent: the tables behind progress that the year still lacks, with the reason.
    """

    groups: int
    minimums: int
    still_absent: Mapping[str, str]


def statute_from_pupils(pupils: Path, year: Year, out: Path) -> FromPupils:
    """Write the groups, minimum scores and writing points that a pupil file shows.

    Raises:
        UsageError: the year has no progress measures.
        InputError: the file is refused, carries no working, or its working contradicts itself.
    """
    if not year.year.progress:
        raise UsageError(
            f"{year.name} has no progress measures.", todo="Choose a year that has them."
        )
    records, _ = checked_records(pupils, None, year)
    working = working_table(records.pupils, year)
    try:
        groups = groups_from_working(working, year)
        minimums = minimums_from_working(working, year)
        points = None if year.writing_points else writing_points_from_working(working, year)
    except InputError as error:
        place = f"{pupils}, {error.where}" if error.where else str(pupils)
        raise InputError(error.what, where=place, todo=error.todo) from error
    tables: dict[str, Table] = {"prior_attainment_groups": groups, "minimum_progress": minimums}
    unseen = judgements_without_points(year, points.points) if points else ()
    if points is not None and not unseen:
        tables["writing_points"] = points
    source = Source(
        title=f"Department for Education, pupil file of the checking exercise ({pupils.name})",
        read_on=datetime.now(tz=UTC).date(),
    )
    text = write_supplement(year.year.id, year.year.release, {FROM_FILE: source}, tables)
    proved = _proved(text, year, pupils)
    write_text(text, out)
    return FromPupils(
        groups=len(groups.groups),
        minimums=sum(
            getattr(item, subject) is not None
            for item in minimums.minimum
            for subject in IN_PROGRESS
        ),
        still_absent=_still_absent(proved, unseen),
    )


def _still_absent(proved: Year, unseen: Sequence[str]) -> dict[str, str]:
    """The tables still needed, each with the reason; points are all read or left out."""
    absent = {name: proved.absent[name].absent for name in _NEEDED if name in proved.absent}
    if unseen:
        codes = ", ".join(unseen)
        absent["writing_points"] = f"they were left out, as the file shows no points of {codes}"
    if proved.minimum_progress is not None and proved.minimum_progress.values_absent:
        absent["minimum_progress"] = proved.minimum_progress.values_absent
    return absent


def _proved(text: str, year: Year, pupils: Path) -> Year:
    """The year with the tables read, as the loader of ``--statute`` will read and prove them."""
    with TemporaryDirectory() as folder:
        draft = Path(folder) / "statute.toml"
        draft.write_text(text, encoding="utf-8")
        try:
            return load_year(year.year.id, year.year.release, draft)
        except StatuteError as error:
            raise InputError(
                f"The department's working in the file does not hold together: {error.what}",
                where=str(pupils),
                todo="Check that the file is of one year and release, and that nothing in it "
                "was changed.",
            ) from error
