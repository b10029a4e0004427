"""A statute file from the department's own working in a pupil file."""

from datetime import UTC, datetime
from pathlib import Path

from keystage.core.errors import UsageError
from keystage.flows.measures import checked_records
from keystage.measures.department_groups import (
    FROM_FILE,
    groups_from_working,
    minimums_from_working,
)
from keystage.measures.working import working_table
from keystage.reports.files import write_text
from keystage.statute.supplement import write_supplement
from keystage.statute.table import Source
from keystage.statute.year import Year


def statute_from_pupils(pupils: Path, year: Year, out: Path) -> int:
    """Write the groups and minimum scores that a pupil file shows; give how many groups.

    Raises:
        UsageError: the year has no progress measures.
        InputError: the file is refused, or carries no working.
    """
    if not year.year.progress:
        raise UsageError(
            f"{year.name} has no progress measures.", todo="Choose a year that has them."
        )
    records, _ = checked_records(pupils, None, year)
    working = working_table(records.pupils, year)
    groups = groups_from_working(working, year)
    source = Source(
        title=f"Department for Education, pupil file of the checking exercise ({pupils.name})",
        read_on=datetime.now(tz=UTC).date(),
    )
    text = write_supplement(
        year.year.id,
        year.year.release,
        {FROM_FILE: source},
        {
            "prior_attainment_groups": groups,
            "minimum_progress": minimums_from_working(working, year),
        },
    )
    write_text(text, out)
    return len(groups.groups)
