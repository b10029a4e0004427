"""Which pupil of one release is which of another: by number, and by what is known besides."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

#: Set before a caller's own name for a pupil, so that it is never taken for a UPN.
_OWN = "own:"


@dataclass(frozen=True, kw_only=True)
class Same:
    """What is known of pupils whose records are not found by the same UPN in both releases.

    Attributes:
        former: the number a pupil of the older release has in the newer one, by the older number.
        merged: the number of the record that stays, by that of the record that was taken into it.
        old_ids: for pupils of the older release without a UPN, a name of the caller's, by line.
        new_ids: the same for the newer release.
    """

    former: Mapping[str, str] = field(default_factory=dict)
    merged: Mapping[str, str] = field(default_factory=dict)
    old_ids: Mapping[int, str] = field(default_factory=dict)
    new_ids: Mapping[int, str] = field(default_factory=dict)


def matched(old: pl.DataFrame, new: pl.DataFrame, same: Same) -> pl.DataFrame:
    """Put the pupils of two releases side by side.

    A pupil is looked for within the school. One without a UPN and without a name of the caller's is
    never guessed to be another. Where a number stands more than once in a school, its records are
    taken in the order of the file.

    Args:
        old: the older release: ``URN``, ``line``, ``UPN``; a row a pupil.
        new: the newer release, the same columns.
        same: what is known of pupils who stand under another number.

    Returns:
        ``URN``, ``old_row`` and ``new_row`` (rows of the frames, null where the release lacks the
        pupil), and ``merged`` (Boolean: the older record was taken into another).
    """
    after = _keyed(new, same.new_ids).with_columns(moved=pl.lit(value=False))
    before = _keyed(old, same.old_ids)
    renamed = _upper({**same.merged, **same.former})
    if renamed:
        stays = pl.struct("URN", "key").is_in(
            after.select(pl.struct("URN", "key")).to_series().implode()
        )
        other = pl.col("key").replace_strict(renamed, default=None, return_dtype=pl.String)
        moved = ~stays & other.is_not_null()
        before = before.with_columns(
            pl.when(moved).then(other).otherwise("key").alias("key"), moved.alias("moved")
        )
    else:
        before = before.with_columns(moved=pl.lit(value=False))
    pairs = _numbered(before, "old_row").join(
        _numbered(after, "new_row"),
        on=["URN", "key", "number"],
        how="full",
        coalesce=True,
        maintain_order="left_right",
    )
    kept = after.filter(pl.col("key").is_not_null()).select("URN", "key").unique()
    return pairs.join(
        kept.with_columns(kept=pl.lit(value=True)), on=["URN", "key"], how="left",
        maintain_order="left",
    ).select(
        "URN",
        "old_row",
        "new_row",
        (pl.col("new_row").is_null() & pl.col("kept").fill_null(value=False)).alias("merged"),
    )  # fmt: skip


def _keyed(pupils: pl.DataFrame, ids: Mapping[int, str]) -> pl.DataFrame:
    """The pupils with what each is known by, null where nothing is."""
    upn = pl.col("UPN").str.strip_chars().str.to_uppercase()
    key: pl.Expr = pl.when(upn != "").then(upn)
    if ids:
        named = {line: f"{_OWN}{name}" for line, name in ids.items()}
        own = pl.col("line").cast(pl.Int64).replace_strict(
            named, default=None, return_dtype=pl.String
        )  # fmt: skip
        key = pl.coalesce(key, own)
    return pupils.select("URN", "line", key.alias("key")).with_row_index("row")


def _upper(numbers: Mapping[str, str]) -> dict[str, str]:
    return {old.strip().upper(): new.strip().upper() for old, new in numbers.items()}


def _numbered(pupils: pl.DataFrame, name: str) -> pl.DataFrame:
    """Number records of one key: those that had it themselves first, then in order of line."""
    return pupils.sort("moved", "line", maintain_order=True).select(
        "URN",
        "key",
        pl.col("row").alias(name),
        pl.int_range(pl.len()).over("URN", "key").alias("number"),
    )
