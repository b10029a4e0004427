"""The rows a finding is told of, and its sentences."""

from dataclasses import dataclass

import polars as pl

from keystage.checks.message import filled
from keystage.checks.returns.needs import View
from keystage.checks.returns.places import with_exact_lines
from keystage.checks.returns.registry import ReturnCheck
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


def worded(view: View, failing: pl.DataFrame, views: Views) -> pl.DataFrame:
    """Failing kinds or values with the words for their sentences."""
    words = worded_kinds if view == "kinds" else worded_values
    return words(failing, views.setting)


def listed_rows(
    views: Views, view: View, failing: pl.DataFrame, count: int, listed: int
) -> tuple[pl.DataFrame, int]:
    """The first rows of the files that fail, with file, line, pupil and UPN, and their number.

    A kind fails with all its pupils, a value with all its results; a slot fails once in each file.
    """
    if view == "kinds":
        return _pupils_of(views, failing, listed), count
    if view == "values":
        return _results_of(views, failing, listed), count
    if view == "slots":
        places = _files_of(views, failing)
        return places.head(listed), places.height
    first = failing.head(listed)
    if "pupil" in first.columns and "upn" not in first.columns:
        first = _with_number(views, first)
    return first, count


def _pupils_of(views: Views, kinds: pl.DataFrame, listed: int) -> pl.DataFrame:
    of_kinds = pl.col("kind").is_in(kinds["kind"].implode())
    first = views.linked.links.lazy().filter(of_kinds).select("at", "kind").head(listed).collect()
    pupils = views.returns.pupils[first["at"]].select("file", "line", "pupil", "upn")
    return pupils.hstack(first.select("kind")).join(kinds, on="kind", maintain_order="left")


def _results_of(views: Views, values: pl.DataFrame, listed: int) -> pl.DataFrame:
    results = (
        views.returns.results.lazy()
        .join(
            values.lazy().select("slot", "result"),
            on=["slot", "result"],
            how="semi",
            nulls_equal=True,
            maintain_order="left",
        )
        .head(listed)
        .collect()
    )
    return _with_number(
        views,
        results.join(values, on=["slot", "result"], nulls_equal=True, maintain_order="left"),
    )


def _files_of(views: Views, slots: pl.DataFrame) -> pl.DataFrame:
    return (
        views.returns.results.lazy()
        .filter(pl.col("slot").is_in(slots["slot"].implode()))
        .group_by("file", "slot")
        .agg(pl.col("line").min(), times=pl.len())
        .sort("file", "slot")
        .collect()
        .join(slots, on="slot", maintain_order="left")
    )


def _with_number(views: Views, rows: pl.DataFrame) -> pl.DataFrame:
    wanted = pl.col("pupil").is_in(rows["pupil"].unique().implode())
    numbers = views.returns.pupils.lazy().filter(wanted).select("pupil", "upn").collect()
    return rows.join(numbers, on="pupil", how="left", maintain_order="left")


def told(found: Found, views: Views) -> pl.DataFrame:
    """The findings of one check and field, each with its sentences."""
    rows = with_exact_lines(found.rows, found.column, views.returns)
    if "file" in rows.columns and "name" not in rows.columns:
        names = views.returns.files.select("file", "name")
        rows = rows.join(names, on="file", how="left", maintain_order="left")
    # What stands beside a column, such as writing_other, is named in sentences without it.
    beside = {
        name: name.removeprefix(f"{found.column}_")
        for name in rows.columns
        if name.startswith(f"{found.column}_")
    }
    days = [name for name, kind in rows.schema.items() if kind.is_temporal()]
    rows = rows.with_columns(pl.col(days).dt.strftime(_DAY)).with_columns(
        pl.col(name).alias(short) for name, short in beside.items()
    )
    written = [pl.col(name) for name in (f"{found.column}_text",) if name in rows.columns]
    rows = rows.with_columns(value=pl.coalesce(pl.col(found.column).cast(pl.String), *written))
    has = set(rows.columns)
    each = found.field == f"{{{_EACH_ROW}}}"
    field = pl.col(_EACH_ROW) if each else pl.lit(found.field)
    spoken = field if each else pl.lit(_spoken(found.field))
    return rows.select(
        code=pl.lit(found.check.code),
        severity=pl.lit(str(found.severity)),
        file=_or_null("name", has, pl.String()),
        line=_or_null("line", has, pl.UInt32()),
        pupil=_or_null("pupil", has, pl.UInt32()),
        upn=_or_null("upn", has, pl.String()),
        field=field,
        value="value",
        message=filled(found.check.message, spoken, has, views.setting.collection),
        todo=filled(found.check.todo, spoken, has, views.setting.collection),
    )


def _or_null(name: str, has: set[str], kind: pl.DataType) -> pl.Expr:
    return pl.col(name).cast(kind) if name in has else pl.lit(None, kind)


def _spoken(field: str) -> str:
    """A field in a sentence: a subject or a name in small letters, an element as it is written."""
    return field.lower() if field in _WORDS else field


_WORDS = frozenset(
    {"Reading", "Writing", "Maths", "Science", "Surname", "Forename", "Pupils", "Judgements"}
)
