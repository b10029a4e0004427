"""What to say of the columns of a pupil file: those nobody knows, and those it lacks."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import polars as pl

from keystage.records.column import Column
from keystage.records.recordset import RecordSet
from keystage.records.schema import (
    FREE_SCHOOL_MEALS,
    KEY_STAGE_1_AVERAGE,
    KEY_STAGE_1_RESULTS,
    PUPILS,
    SCHOOLS,
)
from keystage.statute.year import Year

_TRUST = ("TRUST_UID", "DATE_JOINED_TRUST")
_P_SCALE = "p_scale"


def column_notes(records: RecordSet, year: Year) -> Iterator[str]:
    """Sentences on unknown columns, and on missing ones with what they are needed for.

    Nothing is said of a missing column that this file's pupils do not need: the second of the two
    ways to tell disadvantage, P scales where nobody is below the standards, key stage 1 in a year
    without progress, and the department's own working. Nor of a school column that others stand
    for, of trusts in a year without trust measures, or of a school file that was not given.
    """
    if records.unknown:
        plural = "a column" if len(records.unknown) == 1 else "columns"
        yield f"The pupil file has {plural} that no measure needs: {', '.join(records.unknown)}."
    lacking = [
        column
        for column in PUPILS
        if column.name in records.missing and _is_wanted(column.name, records, year)
    ]
    yield from _lacks("pupil", lacking)
    if "schools" in records.files:
        lacking = [
            column
            for column in SCHOOLS
            if column.name in records.missing_schools
            and _is_wanted_of_schools(column.name, records, year)
        ]
        yield from _lacks("school", lacking)


def _lacks(file: str, columns: Sequence[Column]) -> Iterator[str]:
    """A sentence for each purpose that columns a file lacks would serve."""
    by_purpose: dict[str, list[str]] = defaultdict(list)
    for column in columns:
        if not column.comparison_only:
            by_purpose[column.needed_for].append(column.name)
    for purpose, names in by_purpose.items():
        yield f"The {file} file has no {' or '.join(names)}, needed for {purpose}."


def _is_wanted_of_schools(name: str, records: RecordSet, year: Year) -> bool:
    if name in _TRUST:
        first = _TRUST[0] not in records.missing_schools or name == _TRUST[0]
        return year.trusts is not None and first
    if name == "NFTYPE":
        return "RECTYPE" in records.missing_schools
    # LAESTAB and RECTYPE are made of other columns where the file has those.
    return records.schools[name].null_count() == records.schools.height


def _is_wanted(name: str, records: RecordSet, year: Year) -> bool:
    if name in FREE_SCHOOL_MEALS:
        return set(FREE_SCHOOL_MEALS) <= set(records.missing)
    column = next(item for item in PUPILS if item.name == name)
    of_key_stage_1 = name.startswith("KS1") or name in {"READTAOUTCOME", "MATTAOUTCOME"}
    if of_key_stage_1 and not year.year.progress:
        return False
    if column.code_list == _P_SCALE:
        return _somebody_is_below(records, year)
    # All three results and their average stand for each other; a file with neither is refused.
    if name in KEY_STAGE_1_RESULTS:
        return not set(KEY_STAGE_1_RESULTS) <= set(records.missing)
    return name != KEY_STAGE_1_AVERAGE


def _somebody_is_below(records: RecordSet, year: Year) -> bool:
    code = year.key_stage_1.below_code if year.key_stage_1 else None
    below = pl.any_horizontal(
        (pl.col(name).cast(pl.String) == code).any() for name in KEY_STAGE_1_RESULTS
    )
    return code is not None and bool(records.everywhere(*KEY_STAGE_1_RESULTS).select(below).item())
