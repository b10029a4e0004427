"""Agreed requests taken into the pupils that the next release of figures is made of."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import msgspec
import polars as pl

from keystage.checks.counted import counts
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
_TWICE = "its pupil counts at another school, or at this one by another record"
_INCLUSION = "P_INCL"
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
    pupil file lacks is lacking still: what one request says of one pupil tells of nobody else. A
    pupil who would count twice by a request, here and at another school, is left as it was and
    told: records in which somebody counts twice make no figures for anybody.

    Args:
        records: pupils and schools.
        year: the statutory year.
        changes: the school and the alteration of each request, in the order they were decided.
        then: gives the pupils that a request was made about, to find a record without a number of
            its own; asked for those alone.
    """
    every = list(changes)
    if not every:
        return TakenIn(records=records)
    found = _taken(records, year, every, then)
    came = {one.reference: _brings_in(one, year) for _, one in every}
    twice = _counted_twice(found, year, {came[one] for one in found.references} - {""})
    kept_out = [one for one in found.references if came[one] in twice]
    if not kept_out:
        return found
    found = _taken(
        records, year, [(urn, one) for urn, one in every if one.reference not in kept_out], then
    )
    told = (f"Request {reference} was not taken in: {_TWICE}." for reference in kept_out)
    return replace(found, notes=(*found.notes, *told))


def _brings_in(one: Alteration, year: Year) -> str:
    """The UPN of a pupil who counts by a request; empty where nobody does, or without one."""
    counts_now = one.values.get(_INCLUSION, "") in year.inclusion.included
    number = one.values.get("UPN", "") if one.kind == "add" else upn_of(one.pupil)
    return number.strip().upper() if counts_now else ""


def _counted_twice(found: TakenIn, year: Year, numbers: Collection[str]) -> set[str]:
    """Those of some UPNs whose pupils count more than once."""
    counted = number_of(found.records.pupils.filter(counts(found.records.pupils, year)))
    here = counted.filter(counted.is_in(list(numbers)))
    return set(here.filter(here.is_duplicated()))


def _taken(
    records: RecordSet, year: Year, changes: Iterable[tuple[int, Alteration]], then: Then
) -> TakenIn:
    """The records with every change that fits."""
    by_school: dict[int, list[Alteration]] = {}
    for school, one in changes:
        by_school.setdefault(school, []).append(one)
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
    if (_numbers(one) - lines.keys()) & set(number_of(records.pupils)):
        return records, _SHARED
    here = _by_later_keys(one, records.pupils, then)
    wanted, why = _found(here, lines) if here is not None else (one, _NO_NUMBER)
    if why:
        return records, why
    try:
        return changed(records, year, school, tried_as([wanted], lines)), ""
    except KeystageError as error:
        return records, error.what.rstrip(".")


def _numbers(one: Alteration) -> set[str]:
    """The pupil numbers by which an alteration finds its records."""
    given = one.values.get("UPN", "").strip().upper() if one.kind == "add" else ""
    return {given, upn_of(one.pupil), upn_of(one.merged)} - {""}


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
