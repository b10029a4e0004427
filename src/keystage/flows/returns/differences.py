"""What changed between two returns, by pupil and by what was assessed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from keystage.records.returns import ReturnSet

Change = Literal["added", "removed", "changed"]

#: One row a difference.
DIFFERENCES: Mapping[str, pl.DataType] = {
    "upn": pl.String(),
    "surname": pl.String(),
    "forename": pl.String(),
    "about": pl.String(),  # "pupil", "identity" or "result"
    "what": pl.String(),  # the subject, or the part of the identity; null for a pupil
    "change": pl.String(),  # a Change
    "old": pl.String(),
    "new": pl.String(),
}
_IDENTITY = {
    "upn": "UPN",
    "surname": "surname",
    "forename": "forename",
    "birth_date": "date of birth",
    "sex": "sex",
}
_KINDS = {
    "assessment": "teacher assessment",
    "mark": "mark",
    "score": "scaled score",
    "outcome": "outcome",
    "multiplication": "multiplication tables check",
}
_TUPLE = ("stage", "locale", "year", "subject", "method", "component", "status", "qualifier")
_NAMED = "named"


@dataclass(frozen=True, kw_only=True, eq=False)
class Differences:
    """What a newer return says that an older one does not, and the reverse.

    Attributes:
        frame: one row a difference, columns `DIFFERENCES`, by UPN in the order of the files.
        pupils_old: pupils in the older return.
        pupils_new: pupils in the newer return.
        unchanged: pupils of whom both say the same.
    """

    frame: pl.DataFrame
    pupils_old: int
    pupils_new: int
    unchanged: int

    def pupils(self, change: Change) -> pl.DataFrame:
        """The pupils only the newer (added) or only the older (removed) return has."""
        return self.frame.filter((pl.col("about") == "pupil") & (pl.col("change") == change))


def differences(old: ReturnSet, new: ReturnSet) -> Differences:
    """Compare two returns.

    Pupils are the same when their UPN is, or when the newer return names the older one's UPN as
    the former number; a pupil without a UPN is known by names and date of birth. Results are the
    same when they are of one stage, year, subject and kind. Blanks and small letters in a result
    are no difference, and a blank result is none.
    """
    before, after = _keyed(old), _keyed(new, _upns(old))
    pupils = before.join(
        after, on=["key", "number"], how="full", coalesce=True, suffix="_new", maintain_order="left"
    ).with_row_index("order")
    rows = pl.concat([_pupils(pupils), _identities(pupils), _results(pupils, old, new)])
    frame = rows.sort("order", "place", "what", maintain_order=True)
    both = pupils.filter(pl.col("pupil").is_not_null() & pl.col("pupil_new").is_not_null())
    return Differences(
        frame=frame.select(*DIFFERENCES),
        pupils_old=old.pupils.height,
        pupils_new=new.pupils.height,
        unchanged=both.join(frame, on="order", how="anti").height,
    )


def _upns(returns: ReturnSet) -> pl.Series:
    """The numbers of its pupils, as one list."""
    return returns.pupils.select(_cleaned("upn")).to_series().drop_nulls().unique().implode()


def _cleaned(column: str) -> pl.Expr:
    """The text in capitals without blanks around it; null when nothing is left."""
    text = pl.col(column).str.strip_chars().str.to_uppercase()
    return pl.when(text != "").then(text)


def _keyed(returns: ReturnSet, earlier: pl.Series | None = None) -> pl.DataFrame:
    """The pupils with what they are known by, and a number where several are known by the same."""
    upn, former = _cleaned("upn"), _cleaned("former_upn")
    if earlier is not None:
        moved = ~upn.is_in(earlier) & former.is_in(earlier) & ~former.is_in(_upns(returns))
        upn = pl.when(moved.fill_null(False)).then(former).otherwise(upn)
    named = pl.concat_str(
        _cleaned("surname"), _cleaned("forename"), "birth_date", separator="|", ignore_nulls=True
    )
    return returns.pupils.with_columns(key=pl.coalesce(upn, named)).with_columns(
        number=pl.int_range(pl.len()).over("key")
    )


def _pupils(pupils: pl.DataFrame) -> pl.DataFrame:
    """The pupils only one of the returns has."""
    return _told(
        pupils.filter(pl.col("pupil").is_null() | pl.col("pupil_new").is_null()),
        place=0,
        about=pl.lit("pupil"),
        what=pl.lit(None, pl.String),
        old=pl.when(pl.col("pupil").is_not_null()).then(pl.lit("in the file")),
        new=pl.when(pl.col("pupil_new").is_not_null()).then(pl.lit("in the file")),
    )


def _identities(pupils: pl.DataFrame) -> pl.DataFrame:
    """What identifies a pupil and is written otherwise in the newer return."""
    both = pupils.filter(pl.col("pupil").is_not_null() & pl.col("pupil_new").is_not_null())
    return pl.concat(
        _told(
            both.filter(pl.col(column).ne_missing(pl.col(f"{column}_new"))),
            place=1,
            about=pl.lit("identity"),
            what=pl.lit(name),
            old=pl.col(column).cast(pl.String),
            new=pl.col(f"{column}_new").cast(pl.String),
        )
        for column, name in _IDENTITY.items()
    )


def _results(pupils: pl.DataFrame, old: ReturnSet, new: ReturnSet) -> pl.DataFrame:
    """Results that one of the returns lacks, or that differ."""
    before = _named(old).join(pupils.select("pupil", "order"), on="pupil")
    after = _named(new).join(pupils.select("order", pupil="pupil_new"), on="pupil")
    joined = before.join(after, on=["order", _NAMED, "number"], how="full", coalesce=True)
    differing = joined.filter(_cleaned("result").ne_missing(_cleaned("result_right")))
    return _told(
        differing.drop("pupil", "pupil_right").join(pupils, on="order", maintain_order="left"),
        place=2,
        about=pl.lit("result"),
        what=pl.col(_NAMED),
        old=pl.col("result"),
        new=pl.col("result_right"),
    )


def _named(returns: ReturnSet) -> pl.DataFrame:
    """Results that are not blank, with what they are of in words, and numbered within that."""
    kind = pl.col("kind").replace_strict(_KINDS, default=None, return_dtype=pl.String)
    known = pl.format("{} {} {} {}", "stage", "year", "measure", kind)
    other = pl.concat_str([pl.col(name).cast(pl.String) for name in _TUPLE], separator=" ",
                          ignore_nulls=True)  # fmt: skip
    slots = returns.slots.select("slot", pl.coalesce(known, other).alias(_NAMED))
    return (
        returns.results.filter(_cleaned("result").is_not_null())
        .join(slots, on="slot", maintain_order="left")
        .select(
            "pupil", _NAMED, "result", number=pl.int_range(pl.len()).over("pupil", _NAMED)
        )
    )  # fmt: skip


def _told(rows: pl.DataFrame, *, place: int, **columns: pl.Expr) -> pl.DataFrame:
    """Rows as differences, with the pupil's order and the place among the pupil's own."""
    identity = [pl.coalesce(f"{name}_new", name).alias(name) for name in ("surname", "forename")]
    change = (
        pl.when(pl.col("old").is_null())
        .then(pl.lit("added"))
        .when(pl.col("new").is_null())
        .then(pl.lit("removed"))
        .otherwise(pl.lit("changed"))
    )
    upn = pl.coalesce("upn_new", "upn").alias("upn")
    return (
        rows.select("order", upn, *identity, place=pl.lit(place), **columns)
        .with_columns(change=change)
        .select("order", "place", *DIFFERENCES)
    )
