"""Agreed requests taken into the pupils that the next release of figures is made of."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import msgspec
import polars as pl

from keystage.core.errors import KeystageError
from keystage.flows.checking.altering import Alteration, tried_as
from keystage.flows.checking.records import (
    keys_again,
    lines_of,
    number_of,
    upn_of,
    with_keys,
)
from keystage.flows.figures.trying import changed
from keystage.records.recordset import RecordSet
from keystage.records.schema import LINE
from keystage.statute.year import Year

_NOT_HERE = "the record is not among the pupils of the school"
_NO_NUMBER = (
    "the record has no unique pupil number of its own, and is not among the pupils as it was"
)
_SHARED = "several records of the school have the pupil number"
#: The pupils of a school as they were when a request was made about them, by its reference.
Then = Callable[[str], pl.DataFrame | None]


@dataclass(frozen=True, kw_only=True, eq=False)
class TakenIn:
    """Records with agreed requests in them.

    Attributes:
        records: the records as the release is made of them.
        references: the requests that were taken in.
        notes: a sentence on each that could not be, for those who make the release.
    """

    records: RecordSet
    references: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def _not_known(_: str) -> None:
    return None


def taken_in(
    records: RecordSet,
    year: Year,
    changes: Iterable[tuple[int, Alteration]],
    then: Then = _not_known,
) -> TakenIn:
    """Change the pupils that agreed requests are about, and nobody else.

    A request whose record is not there, or that does not fit it, is left out and told. A pupil who
    is to be added and stands at the school already is changed, not added again. A column that the
    pupil file lacks is lacking still: what one request says of one pupil tells of nobody else.

    Args:
        records: pupils and schools.
        year: the statutory year.
        changes: the school and the alteration of each request, in the order they were decided.
        then: gives the pupils that a request was made about, to find a record without a number of
            its own; asked for those alone.
    """
    by_school: dict[int, list[Alteration]] = {}
    for school, one in changes:
        by_school.setdefault(school, []).append(one)
    if not by_school:
        return TakenIn(records=records)
    references: list[str] = []
    notes: list[str] = []
    known = set(records.schools["URN"])
    ours = records.pupils.filter(pl.col("URN").is_in(list(by_school)))
    schools = [records.pupils.filter(~pl.col("URN").is_in(list(by_school)))]
    for school, alterations in sorted(by_school.items()):
        kept = replace(records, pupils=ours.filter(pl.col("URN") == school), missing=())
        for one in alterations:
            why = "its school is not in the release" if school not in known else ""
            if not why:
                kept, why = _altered(kept, year, school, one, then)
            if why:
                notes.append(f"Request {one.reference} was not taken in: {why}.")
            else:
                references.append(one.reference)
        schools.append(kept.pupils)
    return TakenIn(
        records=replace(records, pupils=_in_lines(schools, records.pupils)),
        references=tuple(references),
        notes=tuple(notes),
    )


def _altered(
    records: RecordSet, year: Year, school: int, one: Alteration, then: Then
) -> tuple[RecordSet, str]:
    """The records of a school with an alteration, or as they are with the reason."""
    lines = lines_of(with_keys(records.pupils)) if records.pupils.height else {}
    there = one.values.get("UPN", "").strip().upper() if one.kind == "add" else ""
    if there and there not in lines and there in number_of(records.pupils).to_list():
        return records, _SHARED
    here = _by_later_keys(one, records.pupils, then)
    wanted, why = _found(here, lines) if here is not None else (one, _NO_NUMBER)
    if why:
        return records, why
    try:
        return changed(records, year, school, tried_as([wanted], lines)), ""
    except KeystageError as error:
        return records, error.what.rstrip(".")


def _by_later_keys(one: Alteration, now: pl.DataFrame, then: Then) -> Alteration | None:
    """An alteration by the keys its records have; None where one is not found again."""
    keys = [key for key in (one.pupil, one.merged) if key]
    if all(map(upn_of, keys)):
        return one
    pupils = then(one.reference)
    again = None if pupils is None else keys_again(keys, pupils, now)
    if again is None:
        return None
    return msgspec.structs.replace(one, pupil=again[one.pupil], merged=again.get(one.merged, ""))


def _found(one: Alteration, lines: Mapping[str, int]) -> tuple[Alteration, str]:
    """An alteration of the records there are, or the reason why there is none."""
    if one.kind == "add":
        there = one.values.get("UPN", "").strip().upper()
        if there not in lines:
            return one, ""
        values = {name: value for name, value in one.values.items() if name != "UPN"}
        return msgspec.structs.replace(one, kind="include", pupil=there, values=values), ""
    if one.pupil not in lines:
        return one, _NOT_HERE
    if one.merged and one.merged not in lines:
        return msgspec.structs.replace(one, merged=""), ""
    return one, ""


def _in_lines(schools: list[pl.DataFrame], before: pl.DataFrame) -> pl.DataFrame:
    """All pupils in order of their lines; who was added stands below, in a line of its own."""
    every = pl.concat(schools)
    largest = int(before.select(pl.col(LINE).max()).item() or 1)
    keys = before.select("URN", LINE)
    old = every.join(keys, on=["URN", LINE], how="semi")
    new = every.join(keys, on=["URN", LINE], how="anti").sort("URN", LINE)
    lines = (pl.int_range(pl.len()) + largest + 1).cast(before.schema[LINE])
    return pl.concat([old, new.with_columns(lines.alias(LINE))]).sort(LINE)
