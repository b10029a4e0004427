"""What is known of the sending of each file: the school, what was accepted before, the day."""

from collections.abc import Mapping
from datetime import date, time

import polars as pl

from keystage.core.clock import time_in_words
from keystage.records.circumstances import ACCEPTED, MODERATION, SCHOOLS_KNOWN, Circumstances
from keystage.statute.collection import Collection
from keystage.statute.collection_rules import Window

#: The number of a school: its authority's three digits and its own four.
SCHOOL = r"^[0-9]{7}$"
_LAST_SERIAL = int("9" * 3)  # three digits


def with_circumstances(
    files: pl.DataFrame, known: Circumstances, collection: Collection
) -> pl.DataFrame:
    """The files with what is known of their schools.

    Columns beside those of the files: those of `SCHOOLS_KNOWN`, `ACCEPTED` and `MODERATION`, their
    names ending in the list where a file has such a column too; ``…_known``, whether the school is
    in the list at all; school_fault and accepted_when, for sentences; and ``window``, when the
    collection opens or closed; ``own_school``, and ``asks_through``, whether the authority of the
    school asks its schools to send through it; base_serial and ``base_expected``, the name a file
    should have: with the serial number in its name, or else the one after the last accepted.
    """
    for name, given, schema in (
        ("schools", known.schools, SCHOOLS_KNOWN),
        ("accepted", known.accepted, ACCEPTED),
        ("moderation", known.moderation, MODERATION),
    ):
        files = _beside(files, name, given, schema)
    day = pl.col("accepted_on").dt.strftime("%-d %B %Y")
    return files.with_columns(
        school_fault=_school_fault(listed=known.schools is not None),
        accepted_when=pl.format(" on {}", day).fill_null(""),
        own_school=pl.lit(known.own_school, pl.String),
        asks_through=pl.col("source_la").is_in(sorted(known.through_authority or ())),
        window=pl.lit(_told(collection.window, known.today, known.clock)),
        base_serial=_serial(),
    ).with_columns(base_expected=_name(collection))


def _beside(
    files: pl.DataFrame,
    name: str,
    given: pl.DataFrame | None,
    schema: Mapping[str, pl.DataType],
) -> pl.DataFrame:
    """The files with the columns of a list, null where it is not given."""
    here, suffix = f"{name}_known", f"_{name}"
    if given is None:
        return files.with_columns(
            *(
                pl.lit(None, kind).alias(column + suffix if column in files.columns else column)
                for column, kind in schema.items()
                if column != "school"
            ),
            pl.lit(value=False).alias(here),
        )
    table = given.unique("school", keep="first").with_columns(pl.lit(value=True).alias(here))
    joined = files.join(table, on="school", how="left", maintain_order="left", suffix=suffix)
    return joined.with_columns(pl.col(here).fill_null(value=False))


def _serial() -> pl.Expr:
    """The serial number a file should have in its name: three digits."""
    last = pl.col("serial")
    after = pl.when(last < _LAST_SERIAL).then((last + 1).cast(pl.String).str.zfill(3))
    return pl.coalesce("base_serial", after, pl.lit("001"))


def _name(collection: Collection) -> pl.Expr:
    form = collection.format
    return pl.format(
        "{}{}_{}_{}{}_{}.xml",
        "source_la",
        "source_estab",
        pl.lit(form.name_type),
        pl.lit(form.destination_la),
        pl.lit(form.destination_estab),
        "base_serial",
    )


def _told(window: Window | None, today: date | None, clock: time | None) -> str:
    """When the collection opens or closed, as it is said when it is not open."""
    if window is None or today is None:
        return ""
    if window.opens is not None and window.phase(today, clock) == "before":
        return f"opens on {_moment(window.opens, window.opens_at)}"
    return f"closed on {_moment(window.closes, window.closes_at)}"


def _moment(day: date, at: time | None) -> str:
    return f"{day.day} {day:%B %Y}" + (f" at {time_in_words(at)}" if at else "")


def _school_fault(*, listed: bool) -> pl.Expr:
    """What is wrong with the number of a school, as a sentence; null if nothing is."""
    school = pl.col("school")
    fault = (
        pl.when(school.is_null())
        .then(pl.lit("Nothing says which school sends the file."))
        .when(~school.str.contains(SCHOOL))
        .then(
            pl.format(
                "The school that sends the file, {}, does not have a number of seven digits.",
                school,
            )
        )
    )
    if not listed:
        return fault
    return (
        fault.when(~pl.col("schools_known"))
        .then(pl.format("No school has the number {}, which sends the file.", school))
        .when(~pl.col("open"))
        .then(pl.format("The school {}, which sends the file, has closed.", school))
    )
