"""Files as rules see them: the parts of the name, the school, and what is known of the sending."""

import polars as pl

from keystage.checks.returns.lookup import by_number, in_order
from keystage.records.circumstances import ACCEPTED, MODERATION, SCHOOLS_KNOWN, Circumstances
from keystage.records.returns import ReturnSet
from keystage.statute.collection import Collection

#: Source, type, destination and serial of a transfer file's name, and the number of a copy.
#: Source: practice of suppliers and local authorities; the specification's own list is not public.
NAME = (
    r"^(?P<name_source>[0-9A-Za-z]{7}|DfE)_(?P<name_type>[0-9A-Z]{3})"
    r"_(?P<name_destination>[0-9A-Za-z]{6,7})_(?P<name_serial>[0-9]{3})"
    r"(?P<name_copy> ?\([0-9]+\))?\.(?i:xml)$"
)
_READ_ALL_THE_SAME = "repaired"
_DATE_TIME, _ACADEMIC_YEAR = "DateTime", "AcademicYear"


def read_files(
    returns: ReturnSet, expected: pl.DataFrame | None, own_school: str | None
) -> pl.DataFrame:
    """The files that were read, not refused, with their school: seven characters, or null.

    A mark sheet need not name its school: it is one's own, or the one on the expected list.
    """
    named = pl.col("source_la") + pl.col("source_estab")
    unnamed_sheet = (pl.col("form") == "sheet") & named.is_null()
    if own_school is None and expected is not None and returns.files.filter(unnamed_sheet).height:
        schools = expected["school"].unique()
        own_school = schools[0] if schools.len() == 1 else None
    refused = returns.faults.filter(pl.col("fault") != _READ_ALL_THE_SAME)["file"]
    return returns.files.filter(~pl.col("file").is_in(refused.implode())).with_columns(
        school=pl.when(unnamed_sheet).then(pl.lit(own_school, pl.String)).otherwise(named)
    )


def files_view(
    returns: ReturnSet, read: pl.DataFrame, collection: Collection, circumstances: Circumstances
) -> pl.DataFrame:
    """The files with all that rules about files ask.

    Columns beside those of the files: school, ``assessed`` (it has assessments of this year), the
    parts of the name and ``name_expected``, ``number`` (of the version), destination, date_text and
    year_text (as written, where they cannot be read), pupils, judgements, results, stage_results,
    other_years, sexes and genders (pupils whose sex is so named), and what is known of the school.
    """
    name = pl.col("name").str.extract(r"([^/\\]*)$")
    version = pl.col("version").str.extract(r"^([0-9]{1,2})\.0$").cast(pl.Int32, strict=False)
    files = (
        read.lazy()
        .with_columns(
            name.str.extract_groups(NAME).alias("parts"),
            base=name,
            number=version,
            destination=pl.col("destination_la") + pl.col("destination_estab"),
            name_expected=pl.format(
                "{}_{}_{}{}_001.xml",
                pl.col("source_la") + pl.col("source_estab"),
                pl.lit(collection.format.name_type),
                pl.lit(collection.format.destination_la),
                pl.lit(collection.format.destination_estab),
            ),
        )
        .unnest("parts")
    )
    files = files.with_columns(name_serial=pl.col("name_serial").cast(pl.Int32))
    for facts in (
        *_texts(returns.unreadable),
        _pupils(returns).lazy(),
        _results(returns, collection).lazy(),
    ):
        files = files.join(facts, on="file", how="left", maintain_order="left")
    counted = (
        "pupils",
        "sexes",
        "genders",
        "results",
        "stage_results",
        "other_years",
        "judgements",
    )
    files = files.with_columns(pl.col(counted).fill_null(0))
    files = files.with_columns(assessed=pl.col("judgements") > 0)
    return _with_circumstances(files, circumstances).collect()


def _texts(unreadable: pl.DataFrame) -> list[pl.LazyFrame]:
    header = unreadable.lazy().filter(pl.col("pupil").is_null())
    return [
        header.filter(pl.col("field") == name)
        .unique("file", keep="first")
        .select("file", pl.col("text").alias(column))
        for column, name in (("date_text", _DATE_TIME), ("year_text", _ACADEMIC_YEAR))
    ]


def _pupils(returns: ReturnSet) -> pl.DataFrame:
    gender = pl.col("sex_element") == "Gender"
    return (
        in_order(returns.pupils, "file")
        .group_by("file")
        .agg(pupils=pl.len(), sexes=(~gender).sum(), genders=gender.sum())
        .collect()
    )


def _results(returns: ReturnSet, collection: Collection) -> pl.DataFrame:
    """Numbers of results by file: all, those of the stage, and assessments of this year or not.

    ``stages`` names the stages of a file that has none of the collection's.
    """
    stage = pl.col("stage") == collection.format.stage
    assessment = stage & (pl.col("kind") == "assessment")
    ours = (pl.col("year") == collection.year.id).fill_null(False)
    flags = {
        "stage_results": stage,
        "other_years": assessment & ~ours,
        "judgements": assessment & ours,
    }
    slots = returns.slots.select(
        "slot", "stage", *(flag.fill_null(False).alias(name) for name, flag in flags.items())
    )
    counts = (
        in_order(returns.results, "file")
        .select("file", *(by_number(slots, "slot", name).alias(name) for name in flags))
        .group_by("file")
        .agg(pl.len().alias("results"), *(pl.col(name).sum() for name in flags))
        .collect()
    )
    without = counts.filter(pl.col("stage_results") == 0).select("file")
    stages = (
        returns.results.lazy()
        .join(without.lazy(), on="file", how="semi")
        .join(slots.lazy().select("slot", "stage"), on="slot")
        .group_by("file")
        .agg(stages=pl.col("stage").unique().sort().str.join(", "))
        .collect()
    )
    return counts.join(stages, on="file", how="left")


def _with_circumstances(files: pl.LazyFrame, known: Circumstances) -> pl.LazyFrame:
    """What is known of each school; ``…_known`` where the school is in the list at all."""
    lists = (
        ("schools", known.schools, SCHOOLS_KNOWN),
        ("accepted", known.accepted, ACCEPTED),
        ("moderation", known.moderation, MODERATION),
    )
    for name, given, schema in lists:
        table = (
            (pl.DataFrame(schema=dict(schema)) if given is None else given)
            .lazy()
            .with_columns(pl.lit(True).alias(f"{name}_known"))
        )
        files = files.join(
            table.unique("school", keep="first"),
            on="school",
            how="left",
            maintain_order="left",
            suffix=f"_{name}",
        ).with_columns(pl.col(f"{name}_known").fill_null(False))
    day = pl.col("accepted_on").dt.strftime("%-d %B %Y")
    return files.with_columns(
        school_fault=_school_fault(listed=known.schools is not None),
        accepted_when=pl.format(" on {}", day).fill_null(""),
    )


def _school_fault(*, listed: bool) -> pl.Expr:
    """What is wrong with the number of a school, in words; null if nothing is."""
    fault = (
        pl.when(pl.col("school").is_null())
        .then(pl.lit("is missing"))
        .when(~pl.col("school").str.contains(r"^[0-9]{7}$"))
        .then(pl.lit("is not seven digits"))
    )
    if not listed:
        return fault
    return (
        fault.when(~pl.col("schools_known"))
        .then(pl.lit("is that of no school"))
        .when(~pl.col("open"))
        .then(pl.lit("is that of a school that has closed"))
    )
