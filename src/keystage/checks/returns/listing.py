"""The rows a finding is told of, and its sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from keystage.checks.message import filled
from keystage.checks.returns.asking import WEIGHTS
from keystage.checks.returns.lookup import by_number, collected
from keystage.checks.returns.needs import View
from keystage.checks.returns.places import with_exact_lines
from keystage.checks.returns.registry import ReturnCheck, check_of
from keystage.checks.returns.setting import Setting
from keystage.checks.returns.severity import Severity
from keystage.checks.returns.views import Views
from keystage.checks.returns.wording import worded_kinds, worded_values

_DAY = "%-d %B %Y"
_EACH_ROW = "field"


@dataclass(frozen=True, slots=True)
class Found:
    """What one check of one field found: how many findings, and rows to tell of the first."""

    check: ReturnCheck
    severity: Severity
    field: str
    column: str
    rows: pl.DataFrame
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class Failing:
    """The rows of a view that fail in any way, with the words for their sentences.

    ``links`` are the pupils of failing kinds, with the ``place`` of the kind among the rows.
    """

    view: View
    rows: pl.DataFrame
    links: pl.DataFrame


def failing_rows(
    view: View, frame: pl.DataFrame, fails: pl.DataFrame, views: Views
) -> tuple[Failing, pl.DataFrame]:
    """The rows of a view that fail, and in which ways each of them does.

    ``fails`` has a column for each way, which says of each row of the view whether it fails.
    """
    links = views.linked.links
    if view not in WEIGHTS:
        return Failing(view, frame, links), fails
    some = fails.select(pl.any_horizontal(pl.all())).to_series().arg_true()
    frame, fails = frame[some], fails[some]
    if view == "values":
        return Failing(view, worded_values(frame, views.setting), links), fails
    links = links.filter(pl.col("kind").is_in(frame["kind"].implode()))
    places = frame["kind"].search_sorted(links["kind"])
    links = links.select("at").with_columns(places.alias("place"))
    return Failing(view, worded_kinds(frame, views.setting), links), fails


def listed_rows(
    views: Views, failing: Failing, fails: pl.Series, count: int, listed: int
) -> tuple[pl.DataFrame, int]:
    """The first rows of the files that fail, with file, line, pupil and UPN, and their number.

    A kind fails with all its pupils, a value with all its results; a slot fails once in each file.
    """
    if failing.view == "kinds":
        return _pupils_of(views, failing, fails, listed), count
    at = fails.arg_true()
    if failing.view == "values":
        return _results_of(views, failing.rows[at], listed), count
    if failing.view == "slots":
        places = _files_of(views, failing.rows[at])
        return places.head(listed), places.height
    first = failing.rows[at.head(listed)]
    if "pupil" in first.columns and "upn" not in first.columns:
        first = _with_number(views, first)
    return first, count


def _pupils_of(views: Views, failing: Failing, fails: pl.Series, listed: int) -> pl.DataFrame:
    first = failing.links[fails.gather(failing.links["place"]).arg_true().head(listed)]
    pupils = views.returns.pupils[["file", "line", "pupil", "upn"]][first["at"]]
    return pupils.hstack(failing.rows[first["place"]])


def _results_of(views: Views, values: pl.DataFrame, listed: int) -> pl.DataFrame:
    wanted = (
        views.returns.results.lazy()
        .join(
            values.lazy().select("slot", "result"),
            on=["slot", "result"],
            how="semi",
            nulls_equal=True,
            maintain_order="left",
        )
        .head(listed)
    )
    results = collected(wanted, views.returns.results.height)
    return _with_number(
        views,
        results.join(values, on=["slot", "result"], nulls_equal=True, maintain_order="left"),
    )


def _files_of(views: Views, slots: pl.DataFrame) -> pl.DataFrame:
    counted = (
        views.returns.results.lazy()
        .filter(pl.col("slot").is_in(slots["slot"].implode()))
        .group_by("file", "slot")
        .agg(pl.col("line").min(), times=pl.len())
        .sort("file", "slot")
    )
    return collected(counted, views.returns.results.height).join(
        slots, on="slot", maintain_order="left"
    )


def _with_number(views: Views, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with the UPN of each pupil."""
    wanted = pl.col("pupil").is_in(rows["pupil"].unique().implode())
    numbers = views.returns.pupils.lazy().select("pupil", "upn").filter(wanted)
    return rows.join(
        collected(numbers, views.returns.pupils.height),
        on="pupil",
        how="left",
        maintain_order="left",
    )


def told(found: Found, views: Views) -> pl.DataFrame:
    """The findings of one check and field, each with its sentences."""
    rows = with_exact_lines(found.rows, found.column, views.returns)
    has = set(rows.columns)
    # What stands beside a column, such as writing_other, is named in sentences without it.
    beside = {
        name.removeprefix(f"{found.column}_"): name
        for name in rows.columns
        if name.startswith(f"{found.column}_")
    }
    days = [name for name, kind in rows.schema.items() if kind.is_temporal()]
    columns = {name: pl.col(name).dt.strftime(_DAY) for name in days}
    columns |= {short: columns.get(name, pl.col(name)) for short, name in beside.items()}
    value = columns.get(found.column, pl.col(found.column)).cast(pl.String)
    written = f"{found.column}_text"
    columns["value"] = pl.coalesce(value, written) if written in has else value
    if "file" in has and "name" not in has:
        columns["name"] = by_number(views.returns.files, "file", "name")
    has |= columns.keys()
    rows = rows.with_columns_seq(**columns)
    code, *others = _columns(found.check.code, found.field, frozenset(has), views.setting)
    return rows.select_seq(code, pl.lit(str(found.severity)).alias("severity"), *others)


@lru_cache(maxsize=4096)
def _columns(code: str, field: str, has: frozenset[str], setting: Setting) -> Sequence[pl.Expr]:
    """The columns of findings but for the severity, from the columns that are there."""
    check = check_of(code)
    name = pl.col(_EACH_ROW) if field == f"{{{_EACH_ROW}}}" else pl.lit(field)
    spoken = name if field == f"{{{_EACH_ROW}}}" else pl.lit(_spoken(field))
    message, todo = (
        filled(text, spoken, set(has), setting.collection) for text in (check.message, check.todo)
    )
    return (
        pl.lit(code).alias("code"),
        _or_null("name", has, pl.String()).alias("file"),
        _or_null("line", has, pl.UInt32()),
        _or_null("pupil", has, pl.UInt32()),
        _or_null("upn", has, pl.String()),
        name.alias("field"),
        pl.col("value"),
        message.alias("message"),
        todo.alias("todo"),
    )


def _or_null(name: str, has: frozenset[str], kind: pl.DataType) -> pl.Expr:
    return pl.col(name).cast(kind) if name in has else pl.lit(None, kind).alias(name)


def _spoken(field: str) -> str:
    """A field in a sentence: a subject or a name in small letters, an element as it is written."""
    return field.lower() if field in _WORDS else field


_WORDS = frozenset(
    {"Reading", "Writing", "Maths", "Science", "Surname", "Forename", "Pupils", "Judgements"}
)
