"""Pupils of the files beside those expected, each with its kind."""

from dataclasses import dataclass

import polars as pl

from keystage.checks.facets import ROWS
from keystage.checks.returns.coded import Coded
from keystage.checks.returns.kinds import ASSESSED_FILE, LEFT, explained
from keystage.checks.returns.lookup import by_number
from keystage.core.subjects import TESTED
from keystage.records.returns import EXPECTED, ReturnSet
from keystage.statute.collection import Collection

_SPREAD = 0x9E3779B97F4A7C15  # spreads the numbers of schools over the hashes of UPNs


@dataclass(frozen=True, kw_only=True, eq=False)
class Linked:
    """Pupils with their place on the expected list.

    Attributes:
        links: one row a pupil: at (row in the pupils), file, pupil, key (the same for the same
            school and UPN), row (on the expected list, or null), kind, and ``unlike``: names or
            date of birth are not written as on the list.
        listed: one row an expected pupil of the schools whose files were read: row (on the expected
            list), school, standing (the registrations as a number).
        absent: those of them who are in no file.
        doubled: whether an expected pupil, or a UPN that is not expected, is there twice.
        kinds: each kind with its number of pupils and what it stands for.
        by_file: how many pupils of each kind a file has: file, kind, rows.
    """

    links: pl.DataFrame
    listed: pl.DataFrame
    absent: pl.DataFrame
    doubled: bool
    kinds: pl.DataFrame
    by_file: pl.DataFrame


def link(
    returns: ReturnSet,
    files: pl.DataFrame,
    coded: Coded,
    collection: Collection,
    expected: pl.DataFrame | None,
) -> Linked:
    """Find each pupil on the expected list, and what kind each is.

    ``files`` has a row for each file that was read, with its school and whether it is ``assessed``.
    A pupil is found by school and UPN, or where the UPN is not expected, by the former UPN.
    """
    schools = pl.Enum(files["school"].drop_nulls().unique(maintain_order=True))
    listed = _listed(expected, schools, collection)
    pupils = _pupils(returns.pupils, files, schools, coded, collection)
    if "former_key" in pupils.columns:
        pupils = _by_former_number(pupils, listed)
    links = _joined(pupils, listed, coded)
    if links.height > pupils.height:
        listed = listed.unique("key", keep="first", maintain_order=True)
        links = _joined(pupils, listed, coded)
    by_file = (
        links.lazy().group_by("file", "kind").agg(pl.len().alias(ROWS)).collect(engine="streaming")
    )
    kinds = by_file.group_by("kind").agg(pl.col(ROWS).sum()).sort("kind")
    listed = listed.select("row", "school", "standing")
    found = links["row"].drop_nulls()
    there = pl.zeros(1 if expected is None else 1 + expected.height, pl.Boolean, eager=True)
    there = there.scatter(found, values=True)
    others = links.filter(pl.col("row").is_null())["key"].drop_nulls()
    return Linked(
        links=links,
        listed=listed,
        absent=listed.filter(~pl.lit(there).gather("row")),
        doubled=there.sum() < found.len() or others.n_unique() < others.len(),
        kinds=explained(kinds, coded, collection),
        by_file=by_file,
    )


def _joined(pupils: pl.DataFrame, listed: pl.DataFrame, coded: Coded) -> pl.DataFrame:
    left = pl.coalesce("left_list", "left_file").fill_null(0)
    seen = left * ASSESSED_FILE + pl.col("assessed").cast(pl.UInt64)
    standing = pl.col("standing").fill_null(0) * len(LEFT) * ASSESSED_FILE + seen
    return (
        pupils.lazy()
        .join(listed.lazy().drop("school"), on="key", how="left")
        .select(
            "at",
            "file",
            "pupil",
            "key",
            "row",
            kind=pl.col("combination").fill_null(0) + standing * coded.size,
            unlike=(pl.col("person") != pl.col("person_right")).fill_null(False),
        )
        .collect(engine="streaming")
    )


def _key(upn: pl.Expr, school: pl.Expr) -> pl.Expr:
    """A number that is the same for the same school and UPN, null without a UPN."""
    number = upn.hash() + school.to_physical().cast(pl.UInt64) * pl.lit(_SPREAD, pl.UInt64)
    return pl.when(upn.is_not_null()).then(number)


def person() -> pl.Expr:
    """A number that is the same for the same names and date of birth, as they are written."""
    columns = ("surname", "forename", "birth_date")
    return pl.sum_horizontal(pl.col(name).hash(seed) for seed, name in enumerate(columns))


def _pupils(
    pupils: pl.DataFrame,
    files: pl.DataFrame,
    schools: pl.Enum,
    coded: Coded,
    collection: Collection,
) -> pl.DataFrame:
    schooled = files.select("file", "assessed", school=pl.col("school").cast(schools))
    school = by_number(schooled, "file", "school")
    numbered = pupils.lazy().select(
        "file",
        "pupil",
        at=pl.int_range(pl.len(), dtype=pl.UInt32),
        left_file=_left_in(pl.col("left_on"), collection),
        assessed=by_number(schooled, "file", "assessed"),
        person=person(),
        key=_key(pl.col("upn"), school),
    )
    if pupils["pupil"].is_sorted():
        numbered = numbered.set_sorted("pupil")
    found = numbered.join(
        coded.combinations.lazy().set_sorted("pupil"), on="pupil", how="left"
    ).collect()
    if pupils["former_upn"].null_count() == pupils.height:
        return found
    former = pupils.select("pupil", former_key=_key(pl.col("former_upn"), school))
    return found.join(former, on="pupil", how="left")


def _by_former_number(pupils: pl.DataFrame, listed: pl.DataFrame) -> pl.DataFrame:
    """The pupils, with the key of their former UPN where that is expected and the other is not."""
    known = listed["key"].implode()
    former = pl.col("former_key").is_in(known) & ~pl.col("key").is_in(known).fill_null(False)
    return pupils.with_columns(key=pl.when(former).then("former_key").otherwise("key"))


def _listed(
    expected: pl.DataFrame | None, schools: pl.Enum, collection: Collection
) -> pl.DataFrame:
    """The expected pupils of the schools: row, school, key, person, standing, left_list."""
    given = pl.DataFrame(schema=dict(EXPECTED)) if expected is None else expected
    registrations = list(collection.registrations.codes)
    base = len(registrations) + 1
    digits = [
        (pl.col(test).cast(pl.Enum(registrations), strict=False).to_physical() + 1)
        .fill_null(0)
        .cast(pl.UInt64)
        * base**at
        for at, test in enumerate(TESTED)
    ]
    register = (pl.col("on_register").cast(pl.UInt64) + 1).fill_null(0)
    return (
        given.lazy()
        .select(
            "upn",
            row=pl.int_range(pl.len(), dtype=pl.UInt32),
            school=pl.col("school").cast(schools, strict=False),
            person=person(),
            standing=1 + pl.sum_horizontal(*digits, register * base ** len(TESTED)),
            left_list=_left_in(pl.col("left_on"), collection),
        )
        .filter(pl.col("school").is_not_null())
        .select(
            "row",
            "school",
            "person",
            "standing",
            "left_list",
            key=_key(pl.col("upn"), pl.col("school")),
        )
        .collect()
    )


def _left_in(left_on: pl.Expr, collection: Collection) -> pl.Expr:
    """The place in `LEFT`, null where no day is given or the week of the tests is not known."""
    week = collection.test_week
    if week is None:
        return pl.lit(None, pl.UInt64)
    return (
        pl.when(left_on < week.first)
        .then(LEFT.index("before"))
        .when(left_on <= week.last)
        .then(LEFT.index("during"))
        .when(left_on > week.last)
        .then(LEFT.index("after"))
        .cast(pl.UInt64)
    )
