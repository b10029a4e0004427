"""Pupils of the files beside those expected, each with its kind."""

from dataclasses import dataclass

import polars as pl

from keystage.checks.facets import ROWS
from keystage.checks.returns.coded import Coded
from keystage.checks.returns.kinds import (
    ASSESSED_FILE,
    FILES,
    LEFT,
    SCHOOL_LISTED,
    STAYED,
    explained,
    highest_kind,
    left_in,
    standing,
)
from keystage.checks.returns.lookup import by_number, collected
from keystage.records.returns import EXPECTED, ReturnSet
from keystage.statute.collection import Collection

_SPREAD = 0x9E3779B97F4A7C15  # spreads the numbers of schools over the hashes of UPNs


@dataclass(frozen=True, kw_only=True, eq=False)
class Linked:
    """Pupils with their place on the expected list.

    Attributes:
        links: one row a pupil, in their order: at (that place), file, pupil, key (the same for the
            same school and UPN), row (on the expected list, or null), kind, and ``unlike``: names
            or date of birth are not written as on the list.
        absent: the expected pupils of schools whose files were read who are in no file: row, sort.
        listed: how many expected pupils those schools have: school, ``sort`` (see `kinds`),
            ``there`` (whether they are in a file), rows.
        on_list: of each file that was read, whether its school is on the list.
        doubled: whether an expected pupil, or a UPN that is not expected, may be there twice.
        kinds: each kind with its number of pupils and what it stands for.
        by_file: how many pupils of each kind a file has: file, kind, rows.
    """

    links: pl.DataFrame
    absent: pl.DataFrame
    listed: pl.DataFrame
    on_list: pl.Series
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
    named = files.select("file", "assessed", school=pl.col("school").cast(schools))
    listed = _listed(expected, schools, collection)
    named = named.with_columns(on_list=_among(named["school"], listed["school"].unique(), schools))
    pupils = _pupils(returns.pupils, named, coded, collection)
    rows = _rows(pupils, listed, returns.pupils)
    if rows is None:
        listed = _each_once(listed)
        rows = _rows_by_text(pupils["school"], listed, returns.pupils)
    links = _with_kinds(pupils, rows, listed, coded)
    by_file = _by_file(links, highest_kind(coded, collection))
    there = pl.repeat(False, listed.height, eager=True).scatter(rows.drop_nulls(), values=True)
    listed = listed.select("row", "school", "sort").with_columns(there=there)
    if listed["school"].null_count():
        listed = listed.drop_nulls("school")
    others = links["key"] if _may_be_renamed(pupils) else links["key"].filter(rows.is_null())
    others = others.drop_nulls()
    return Linked(
        links=links,
        absent=listed.filter(~pl.col("there")).select("row", "sort"),
        listed=_by_school(listed, schools),
        on_list=named["on_list"],
        doubled=there.sum() < rows.count() or others.n_unique() < others.len(),
        kinds=explained(
            by_file.group_by("kind").agg(pl.col(ROWS).sum()).sort("kind"), coded, collection
        ),
        by_file=by_file,
    )


def _among(those: pl.Series, some: pl.Series, schools: pl.Enum) -> pl.Series:
    """Which schools are among some; null where there is no school."""
    every = pl.repeat(False, len(schools.categories), eager=True)
    is_there = every.scatter(some.drop_nulls().to_physical(), values=True)
    return is_there.gather(those.to_physical())


def person() -> pl.Expr:
    """A number that is the same for the same names and date of birth, as they are written."""
    columns = ("surname", "forename", "birth_date")
    return pl.sum_horizontal(pl.col(name).hash(seed) for seed, name in enumerate(columns))


def _key(upn: pl.Expr, school: pl.Expr) -> pl.Expr:
    """A number that is the same for the same school and UPN, null without a UPN or school."""
    number = upn.hash() + school.to_physical().cast(pl.UInt64) * pl.lit(_SPREAD, pl.UInt64)
    return pl.when(upn.is_not_null()).then(number)


def _pupils(
    pupils: pl.DataFrame, named: pl.DataFrame, coded: Coded, collection: Collection
) -> pl.DataFrame:
    """The pupils in their order: file, pupil, school, key, person, left, of_file, combination.

    ``former_key`` is there too if any pupil has a former UPN.
    """
    school = by_number(named, "file", "school")
    renamed = pupils["former_upn"].null_count() < pupils.height
    made = pupils.lazy().select(
        "file",
        "pupil",
        school=school,
        left=left_in(collection),
        of_file=by_number(
            named.select(
                "file",
                of_file=pl.col("assessed").cast(pl.UInt64) * ASSESSED_FILE
                + pl.col("on_list").fill_null(False).cast(pl.UInt64) * SCHOOL_LISTED,
            ),
            "file",
            "of_file",
        ),
        person=person(),
        key=_key(pl.col("upn"), school),
        **({"former_key": _key(pl.col("former_upn"), school)} if renamed else {}),
    )
    return collected(made, pupils.height).hstack([_of_pupils(coded.combinations, pupils["pupil"])])


def _of_pupils(combinations: pl.DataFrame, pupils: pl.Series) -> pl.Series:
    """The combination of each pupil, nought where there is none."""
    numbers = combinations["pupil"]
    if _are_places(pupils) and (numbers.is_empty() or numbers[-1] < pupils.len()):
        none = pl.repeat(0, pupils.len(), dtype=pl.UInt64, eager=True)
        return none.scatter(numbers, combinations["combination"]).alias("combination")
    every = pupils.to_frame()
    found = every.join(combinations, on="pupil", how="left", maintain_order="left")
    return found["combination"].fill_null(0)


def _are_places(pupils: pl.Series) -> bool:
    """Whether each pupil's number is the pupil's place, as readers number them."""
    return pupils.is_sorted() and pupils.max() == pupils.len() - 1


def _may_be_renamed(pupils: pl.DataFrame) -> bool:
    return "former_key" in pupils.columns


def _listed(
    expected: pl.DataFrame | None, schools: pl.Enum, collection: Collection
) -> pl.DataFrame:
    """The expected list in its order: row, school, upn, key, person, standing, left and sort.

    ``school`` is null where no file is of it, and ``left`` where the list does not say it.
    """
    given = pl.DataFrame(schema=dict(EXPECTED)) if expected is None else expected
    made = (
        given.lazy()
        .with_columns(school=pl.col("school").cast(schools, strict=False))
        .select(
            "school",
            "upn",
            row=pl.int_range(pl.len(), dtype=pl.UInt32),
            key=_key(pl.col("upn"), pl.col("school")),
            person=person(),
            standing=standing(collection),
            left=left_in(collection),
        )
        .with_columns(sort=pl.col("standing") * len(LEFT) + pl.col("left").fill_null(STAYED))
    )
    return collected(made, given.height)


def _rows(pupils: pl.DataFrame, listed: pl.DataFrame, identities: pl.DataFrame) -> pl.Series | None:
    """The row of each pupil on the expected list, null where there is none.

    Pupils are found by the numbers `_key` makes of the texts. Two texts may have one number, so
    the texts of those found are compared: if any differ, or one is on the list twice, None is
    given, and pupils must be found by the texts themselves.
    """
    if listed.is_empty():
        return pl.repeat(None, pupils.height, dtype=pl.UInt32, eager=True)
    rows, once = _rows_of(pupils["key"], listed)
    if _may_be_renamed(pupils):
        former, once_too = _rows_of(pupils["former_key"], listed)
        rows, once = rows.zip_with(rows.is_not_null(), former), once and once_too
    beside = listed["upn"].gather(rows)
    same = (beside == identities["upn"]) | (beside == identities["former_upn"])
    schools = listed["school"].gather(rows) == pupils["school"]
    is_right = once and bool(
        (same & schools).fill_null(value=False).filter(rows.is_not_null()).all()
    )
    return rows if is_right else None


def _rows_of(keys: pl.Series, listed: pl.DataFrame) -> tuple[pl.Series, bool]:
    """The row of each key on the list, and whether each key that is there is there once."""
    found = collected(
        pl.LazyFrame({"key": keys})
        .select("key", at=pl.int_range(pl.len(), dtype=pl.UInt32))
        .join(listed.lazy().select("key", "row"), on="key"),
        keys.len(),
    )
    rows = pl.repeat(None, keys.len(), dtype=pl.UInt32, eager=True)
    rows = rows.scatter(found["at"], found["row"])
    return rows, rows.count() == found.height


def _each_once(listed: pl.DataFrame) -> pl.DataFrame:
    """The expected list without the school of pupils who are there already."""
    again = pl.col("upn").is_not_null() & ~pl.struct("school", "upn").is_first_distinct()
    return listed.with_columns(school=pl.when(~again).then("school"))


def _rows_by_text(schools: pl.Series, listed: pl.DataFrame, identities: pl.DataFrame) -> pl.Series:
    """The row of each pupil on the expected list, found by the texts themselves."""
    known = listed.select("row", "school", "upn").drop_nulls()
    pupils = identities.select("upn", "former_upn", school=schools)
    present, former = (
        pupils.join(
            known,
            left_on=["school", upn],
            right_on=["school", "upn"],
            how="left",
            maintain_order="left",
        )["row"]
        for upn in ("upn", "former_upn")
    )
    return present.zip_with(present.is_not_null(), former)


def _with_kinds(
    pupils: pl.DataFrame, rows: pl.Series, listed: pl.DataFrame, coded: Coded
) -> pl.DataFrame:
    """The pupils as `Linked.links` has them."""
    on_list = listed.select(
        pl.col("standing", "left", "person").gather(rows).name.suffix("_listed")
    )
    left = pl.coalesce("left_listed", "left").fill_null(STAYED)
    sort = pl.col("standing_listed").fill_null(0) * len(LEFT) + left
    return pupils.hstack(on_list).select(
        "file",
        "pupil",
        "key",
        at=pl.int_range(pl.len(), dtype=pl.UInt32),
        row=rows,
        kind=pl.col("combination") + (pl.col("of_file").fill_null(0) + sort * FILES) * coded.size,
        unlike=(pl.col("person") != pl.col("person_listed")).fill_null(False),
    )


def _by_file(links: pl.DataFrame, kinds: int) -> pl.DataFrame:
    """How many pupils of each kind a file has, in their order: file, kind, rows."""
    both = pl.col("file").cast(pl.UInt64) * kinds + pl.col("kind")
    counted = collected(links.lazy().group_by(both=both).agg(pl.len().alias(ROWS)), links.height)
    file = (pl.col("both") // kinds).cast(pl.UInt32)
    return (
        counted.sort("both")
        .select(ROWS, file=file, kind=pl.col("both") % kinds)
        .with_columns(pl.col("file").set_sorted())
    )


def _by_school(listed: pl.DataFrame, schools: pl.Enum) -> pl.DataFrame:
    """How many expected pupils of each sort a school has, see `Linked.listed`."""
    sorts = int(str(listed["sort"].max() or 0)) + 1
    school, there = pl.col("school"), pl.col("there")
    each = (school.to_physical().cast(pl.UInt64) * 2 + there) * sorts + pl.col("sort")
    counted = collected(listed.lazy().group_by(each=each).agg(pl.len().alias(ROWS)), listed.height)
    place = pl.col("each") // sorts
    return counted.select(
        ROWS,
        school=pl.lit(schools.categories).gather((place // 2).cast(pl.UInt32)),
        there=place % 2 == 1,
        sort=pl.col("each") % sorts,
    )
