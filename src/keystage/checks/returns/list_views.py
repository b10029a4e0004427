"""The expected list beside the files: who is missing, how many there are, and who may go."""

import polars as pl

from keystage.checks.facets import ROWS
from keystage.checks.returns.kinds import LEFT, awaited, left_in, sorts
from keystage.checks.returns.linked import Linked
from keystage.core.subjects import ASSESSED, TESTED
from keystage.records.circumstances import DELETIONS
from keystage.records.returns import EXPECTED, ReturnSet
from keystage.statute.collection import Collection

#: Of each school: how many pupils are expected and in its file, and how complete.
NUMBERS = ("expected", "in_file", "complete", "incomplete", "missing", "unexpected")
_OF_LIST = ("expected", "missing")


def deletions_view(
    deletions: pl.DataFrame | None, expected: pl.DataFrame | None, collection: Collection
) -> pl.DataFrame:
    """The pupils asked to be taken out, and whether a judgement is due from each (``awaited``)."""
    asked = pl.DataFrame(schema=dict(DELETIONS)) if deletions is None else deletions
    if asked.is_empty():
        return asked.with_columns(awaited=pl.lit(False))
    listed = pl.DataFrame(schema=dict(EXPECTED)) if expected is None else expected
    known = listed.join(asked, on=["school", "upn"], how="semi").filter(_awaited(collection))
    return asked.join(
        known.select("school", "upn", awaited=pl.lit(True)).unique(),
        on=["school", "upn"],
        how="left",
        maintain_order="left",
    ).with_columns(pl.col("awaited").fill_null(False))


def _awaited(collection: Collection) -> pl.Expr:
    """Whether a judgement is due from a pupil of the expected list."""
    left = left_in(collection)
    return awaited([pl.col(test) for test in TESTED], left == LEFT.index("before"), collection)


def numbers_of_schools(
    linked: Linked,
    files: pl.DataFrame,
    expected: pl.DataFrame | None,
    collection: Collection,
) -> pl.DataFrame:
    """How many pupils of each school are expected, in its files, complete and so on: `NUMBERS`.

    Expected are those from whom a judgement is due, and others of the list who are in the file. A
    pupil is complete with every judgement that is due. Without an expected list only the pupils in
    the files are numbered, and the rest is null. Schools of the list that sent no file are there
    too, with all their pupils missing.
    """
    sent = _sent(linked, files)
    if expected is None:
        unknown = [name for name in NUMBERS if name != "in_file"]
        return _as_numbers(sent.with_columns(pl.lit(None).alias(name) for name in unknown))
    rows, there = pl.col(ROWS), pl.col("there")
    here = (
        linked.listed.with_columns(sorts(collection)["awaited"].gather(linked.listed["sort"]))
        .group_by("school")
        .agg(
            expected=rows.filter(pl.col("awaited") | there).sum(),
            missing=rows.filter(pl.col("awaited") & ~there).sum(),
        )
    )
    numbers = sent.join(here, on="school", how="left").with_columns(
        pl.col("expected", "missing").fill_null(0)
    )
    if linked.listed[ROWS].sum() < expected.height:
        numbers = pl.concat([numbers, _silent(files, expected, collection)], how="diagonal_relaxed")
    return _as_numbers(numbers)


def _silent(files: pl.DataFrame, expected: pl.DataFrame, collection: Collection) -> pl.DataFrame:
    """The numbers of schools of the list that sent no file."""
    return (
        expected.filter(
            ~pl.col("school").is_in(files["school"].drop_nulls().implode()), _awaited(collection)
        )
        .group_by("school")
        .agg(expected=pl.len(), missing=pl.len())
        .with_columns(pl.lit(0).alias(name) for name in NUMBERS if name not in _OF_LIST)
        .with_columns(sent=pl.lit(value=False))
    )


def _sent(linked: Linked, files: pl.DataFrame) -> pl.DataFrame:
    """What the files of each school hold."""
    blank = pl.any_horizontal(
        pl.col(f"{subject}_due") & pl.col(subject).is_null() for subject in ASSESSED
    )
    rows, listed = pl.col(ROWS), pl.col("listed")
    held = ("in_file", "complete", "incomplete", "unexpected")
    return (
        linked.by_file.join(linked.kinds.select("kind", "listed", blank=blank), on="kind")
        .group_by("file")
        .agg(
            in_file=rows.sum(),
            complete=rows.filter(listed & ~pl.col("blank")).sum(),
            incomplete=rows.filter(listed & pl.col("blank")).sum(),
            unexpected=rows.filter(~listed).sum(),
        )
        .join(files.select("file", "school"), on="file", how="right")
        .group_by("school")
        .agg(pl.col(held).sum())
        .with_columns(sent=pl.lit(value=True))
    )


def _as_numbers(made: pl.DataFrame) -> pl.DataFrame:
    numbers = (pl.col(name).cast(pl.UInt32) for name in NUMBERS)
    return made.select("school", *numbers, "sent").sort("school")


def missing_view(
    returns: ReturnSet,
    files: pl.DataFrame,
    linked: Linked,
    expected: pl.DataFrame | None,
    collection: Collection,
) -> pl.DataFrame:
    """The expected pupils who are in no file, columns of the expected list.

    Columns beside those: ``awaited`` and ``elsewhere`` of `kinds.sorts`, name (of the list,
    in place of a file's), and ``other_upn``, that of a pupil of the school's file with the same
    names and date of birth who is not expected.
    """
    person = ("surname", "forename", "birth_date")
    listed = pl.DataFrame(schema=dict(EXPECTED)) if expected is None else expected
    if linked.absent.is_empty():
        return listed.clear().with_columns(
            awaited=True, elsewhere=False, other_upn=pl.lit(None, pl.String)
        )
    standing = sorts(collection).select("awaited", "elsewhere")[linked.absent["sort"]]
    missing = (
        listed[linked.absent["row"]].hstack(standing).with_columns(name=pl.lit("expected list"))
    )
    strangers = (
        returns.pupils.filter(linked.links["row"].is_null())
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
