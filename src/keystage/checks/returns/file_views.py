"""Files as rules see them: the parts of the name, the school, and what is in them."""

from functools import cache, lru_cache

import polars as pl

from keystage.checks.facets import ROWS
from keystage.checks.returns.lookup import collected, in_order
from keystage.checks.returns.rules import rules
from keystage.checks.returns.setting import Setting, year_alone
from keystage.core.transfer_names import NAME
from keystage.records.returns import ReturnSet
from keystage.statute.collection import Collection

_READ_ALL_THE_SAME = "repaired"
_DATE_TIME = "DateTime"
#: The serial number in a name that begins in the usual form and ends in another.
_NUMBER = r"^[0-9A-Za-z]+_[0-9A-Za-z]{3}_[0-9A-Za-z]+_([0-9]{1,3})(?:[^0-9A-Za-z]|$)"
_FLAGS = ("stage_results", "others", "judgements")


def read_files(
    returns: ReturnSet, expected: pl.DataFrame | None, own_school: str | None
) -> pl.DataFrame:
    """The files that were read, not refused, with their school: seven characters, or null.

    A mark sheet need not name its school: it is one's own, or the one on the expected list.
    """
    named = pl.col("source_la") + pl.col("source_estab")
    unnamed = (pl.col("form") == "sheet") & named.is_null()
    files = returns.files
    if returns.faults.height:
        refused = returns.faults.filter(pl.col("fault") != _READ_ALL_THE_SAME)["file"]
        files = files.filter(~pl.col("file").is_in(refused.implode()))
    if not files.select(unnamed.any()).item():
        return files.with_columns(school=named)
    if own_school is None and expected is not None:
        schools = expected["school"].unique()
        own_school = schools[0] if schools.len() == 1 else None
    own = pl.lit(own_school, pl.String)
    return files.with_columns(school=pl.when(unnamed).then(own).otherwise(named))


def files_view(returns: ReturnSet, read: pl.DataFrame, collection: Collection) -> pl.DataFrame:
    """The files with all that rules about files ask of what is in them.

    Columns beside those of the files: school, ``assessed`` (it has assessments of this year), base
    (the name without folders), the parts of the name (``name_…``), ``base_serial`` (the serial
    number, if the name has one), ``number`` (of the version), destination, made_at_text (as
    written, where it cannot be read), pupils, judgements, results, stage_results, others
    (assessments that are of another year or no results), and sexes and genders (pupils whose sex is
    so named).
    """
    files = _with_texts(_with_parts_of_name(read), returns.unreadable)
    for facts in (_pupils(returns), _results(returns, collection)):
        files = files.join(facts, on="file", how="left", maintain_order="left")
    counted = (
        "pupils",
        "sexes",
        "genders",
        "results",
        "stage_results",
        "others",
        "judgements",
    )
    return files.with_columns(pl.col(counted).fill_null(0)).with_columns(
        assessed=pl.col("judgements") > 0
    )


def _with_parts_of_name(files: pl.DataFrame) -> pl.DataFrame:
    parts, further = _parts_of_name()
    return files.with_columns(parts).unnest("parts").with_columns(further)


@cache
def _parts_of_name() -> tuple[list[pl.Expr], list[pl.Expr]]:
    """The parts of the name, and what is made of them."""
    base = pl.col("name").str.extract(r"([^/\\]*)$")
    version = pl.col("version").str.extract(r"^([0-9]{1,2})\.0$").cast(pl.Int32, strict=False)
    parts = base.str.extract_groups(f"^{NAME}$").name.map_fields(lambda part: f"name_{part}")
    serial = pl.col("name_serial")
    alone = pl.col("base").str.extract(_NUMBER).str.zfill(3)
    return [
        parts.alias("parts"),
        base.alias("base"),
        version.alias("number"),
        (pl.col("destination_la") + pl.col("destination_estab")).alias("destination"),
    ], [
        pl.coalesce(serial, alone).alias("base_serial"),
        pl.col("name_type").str.to_uppercase(),
        serial.cast(pl.Int32),
    ]


def _with_texts(files: pl.DataFrame, unreadable: pl.DataFrame) -> pl.DataFrame:
    if unreadable.is_empty():
        return files.with_columns(made_at_text=pl.lit(None, pl.String))
    header = unreadable.filter(pl.col("pupil").is_null(), pl.col("field") == _DATE_TIME)
    texts = header.unique("file", keep="first").select("file", made_at_text="text")
    return files.join(texts, on="file", how="left", maintain_order="left")


def _pupils(returns: ReturnSet) -> pl.DataFrame:
    gender = pl.col("sex_element") == "Gender"
    made = (
        in_order(returns.pupils, "file")
        .group_by("file")
        .agg(pupils=pl.len(), sexes=(~gender).sum(), genders=gender.sum())
    )
    return collected(made, returns.pupils.height)


@lru_cache
def _flags(setting: Setting) -> list[pl.Expr]:
    """What the results of a slot count for."""
    collection = setting.collection
    stage = pl.col("stage") == collection.format.stage
    assessment = stage & (pl.col("kind") == "assessment")
    ours = (pl.col("year") == collection.year.id).fill_null(False)
    flags = {
        "stage_results": stage,
        "others": stage & _is_another(collection),
        "judgements": assessment & ours,
    }
    return [flag.fill_null(value=False).alias(name) for name, flag in flags.items()]


def _results(returns: ReturnSet, collection: Collection) -> pl.DataFrame:
    """Numbers of results by file: all, those of the stage, and judgements of this year or others.

    ``stages`` names the stages of a file that has none of the collection's.
    """
    flags = _flags(year_alone(collection))
    slots = returns.slots.select("slot", "stage", *flags)
    each = _by_slot(returns.results).join(slots, on="slot")
    rows = pl.col(ROWS)
    counts = each.group_by("file").agg(
        rows.sum().alias("results"), *((rows * pl.col(name)).sum().alias(name) for name in _FLAGS)
    )
    without = counts.filter(pl.col("stage_results") == 0)["file"]
    if without.is_empty():
        return counts.with_columns(stages=pl.lit(None, pl.String))
    stages = (
        each.filter(pl.col("file").is_in(without.implode()))
        .group_by("file")
        .agg(stages=pl.col("stage").unique().sort().str.join(", "))
    )
    return counts.join(stages, on="file", how="left")


def _by_slot(results: pl.DataFrame) -> pl.DataFrame:
    """How many results of each slot a file has: file, slot, rows."""
    slots = int(str(results["slot"].max() or 0)) + 1
    both = pl.col("file").cast(pl.UInt64) * slots + pl.col("slot")
    counted = collected(
        results.lazy().group_by(both=both).agg(pl.len().alias(ROWS)), results.height
    )
    return counted.select(
        ROWS,
        file=(pl.col("both") // slots).cast(pl.UInt32),
        slot=(pl.col("both") % slots).cast(pl.UInt16),
    )


def _is_another(collection: Collection) -> pl.Expr:
    """Whether a row is an assessment, but of another year, or an estimate or a target."""
    assessment = pl.col("kind") == "assessment"
    target = pl.col("kind").is_null() & (pl.col("method") == rules().assessment.method)
    other = (pl.col("year") == collection.year.id).fill_null(False).not_()
    status = pl.col("status") != collection.format.result_status
    return (assessment & other) | (pl.col("measure").is_not_null() & target & status)
