"""The expected list beside the files: who is missing, how many there are, and who may go."""

import polars as pl

from keystage.checks.facets import ROWS
from keystage.checks.returns.kinds import awaited, awaited_by_school
from keystage.checks.returns.linked import Linked
from keystage.core.subjects import ASSESSED, TESTED
from keystage.records.circumstances import DELETIONS
from keystage.records.returns import EXPECTED, ReturnSet
from keystage.statute.collection import Collection

#: Of each school: how many pupils are expected and in its file, and how complete.
NUMBERS = ("expected", "in_file", "complete", "incomplete", "missing", "unexpected")


def deletions_view(
    deletions: pl.DataFrame | None, expected: pl.DataFrame | None, collection: Collection
) -> pl.DataFrame:
    """The pupils asked to be taken out, and whether a judgement is due from each (``awaited``)."""
    asked = pl.DataFrame(schema=dict(DELETIONS)) if deletions is None else deletions
    if asked.is_empty():
        return asked.with_columns(awaited=pl.lit(False))
    listed = pl.DataFrame(schema=dict(EXPECTED)) if expected is None else expected
    tests = [pl.col(test) for test in TESTED]
    known = listed.join(asked, on=["school", "upn"], how="semi").filter(awaited(tests, collection))
    return asked.join(
        known.select("school", "upn", awaited=pl.lit(True)).unique(),
        on=["school", "upn"],
        how="left",
        maintain_order="left",
    ).with_columns(pl.col("awaited").fill_null(False))


def numbers_of_schools(
    linked: Linked,
    files: pl.DataFrame,
    expected: pl.DataFrame | None,
    collection: Collection,
) -> pl.DataFrame:
    """How many pupils of each school are expected, in its files, complete and so on: `NUMBERS`.

    A pupil is complete with every judgement that is due. Without an expected list only the pupils
    in the files are numbered, and the rest is null. Schools of the list that sent no file are there
    too, with all their pupils missing.
    """
    blank = pl.any_horizontal(
        pl.col(f"{subject}_due").fill_null(False) & pl.col(subject).is_null()
        for subject in ASSESSED
    )
    rows, listed = pl.col(ROWS), pl.col("listed")
    sent = (
        linked.by_file.lazy()
        .join(linked.kinds.lazy().select("kind", "listed", blank=blank), on="kind")
        .group_by("file")
        .agg(
            in_file=rows.sum(),
            complete=(rows * (listed & ~pl.col("blank"))).sum(),
            incomplete=(rows * (listed & pl.col("blank"))).sum(),
            unexpected=(rows * ~listed).sum(),
        )
        .join(files.lazy().select("file", "school"), on="file", how="right")
        .group_by("school")
        .agg(pl.col("in_file", "complete", "incomplete", "unexpected").sum())
        .with_columns(sent=pl.lit(True))
    )
    if expected is None:
        unknown = [name for name in NUMBERS if name != "in_file"]
        return _as_numbers(sent.with_columns(pl.lit(None).alias(name) for name in unknown))
    silent = (
        expected.clear()
        if linked.listed.height == expected.height
        else expected.filter(~pl.col("school").is_in(files["school"].drop_nulls().implode()))
    )
    awaited_there = (
        silent.lazy()
        .filter(awaited([pl.col(test) for test in TESTED], collection))
        .group_by("school")
        .agg(expected=pl.len())
        .with_columns(missing="expected")
    )
    here = sent
    for name, some in (("expected", linked.listed), ("missing", linked.absent)):
        counted = awaited_by_school(some, collection).rename({ROWS: name})
        here = here.join(counted.lazy(), on="school", how="left")
    return _as_numbers(
        pl.concat([here, awaited_there], how="diagonal_relaxed").with_columns(
            pl.col(NUMBERS).fill_null(0), pl.col("sent").fill_null(False)
        )
    )


def _as_numbers(made: pl.LazyFrame) -> pl.DataFrame:
    numbers = (pl.col(name).cast(pl.UInt32) for name in NUMBERS)
    return made.select("school", *numbers, "sent").sort("school").collect()


def missing_view(
    returns: ReturnSet,
    files: pl.DataFrame,
    linked: Linked,
    expected: pl.DataFrame | None,
    collection: Collection,
) -> pl.DataFrame:
    """The awaited pupils who are in no file, columns of the expected list.

    ``other_upn`` is that of a pupil of the school's file with the same names and date of birth who
    is not expected.
    """
    person = ("surname", "forename", "birth_date")
    listed = pl.DataFrame(schema=dict(EXPECTED)) if expected is None else expected
    if linked.absent.is_empty():
        return listed.clear().with_columns(other_upn=pl.lit(None, pl.String))
    missing = (
        listed[linked.absent["row"].sort()]
        .filter(awaited([pl.col(test) for test in TESTED], collection))
        .with_columns(name=pl.lit("expected list"))
    )
    strangers = (
        returns.pupils[linked.links.filter(pl.col("row").is_null())["at"].sort()]
        .join(files.select("file", "school"), on="file", maintain_order="left")
        .select("school", *_person(person), other_upn="upn")
        .unique(["school", *(f"{name}_" for name in person)], keep="first", maintain_order=True)
    )
    return (
        missing.with_columns(_person(person))
        .join(
            strangers,
            on=["school", *(f"{name}_" for name in person)],
            how="left",
            maintain_order="left",
        )
        .drop(f"{name}_" for name in person)
    )


def _person(names: tuple[str, ...]) -> list[pl.Expr]:
    """Names and date of birth as text, as they are compared."""
    return [
        pl.col(name).cast(pl.String).str.strip_chars().str.to_lowercase().alias(f"{name}_")
        for name in names
    ]
