"""The judgements of every pupil as one number each, so that a nation can be grouped quickly.

A code is a small number, and the codes of a pupil's four subjects are the digits of one larger
number. A nation has a few hundred of them; rules about judgements are asked of those.
"""

from dataclasses import dataclass

import polars as pl

from keystage.checks.returns.lookup import by_number
from keystage.core.subjects import ASSESSED
from keystage.records.returns import ReturnSet
from keystage.statute.collection import Collection

#: What stands for a value that is no code of any year; a rule about values tells of it.
OTHER = "no code"


@dataclass(frozen=True, kw_only=True, eq=False)
class Coded:
    """The assessments of a return set, coded.

    Attributes:
        values: each pair of slot and result with what the slot is about, the cleaned result, its
            number of rows, and whether it is an assessment of the collection's year (``assessed``).
        combinations: columns pupil and combination, of pupils who have any assessment.
        given_twice: whether any pupil has two assessments of one subject.
        codes: the codes in the order of their numbers, from 1.
    """

    values: pl.DataFrame
    combinations: pl.DataFrame
    given_twice: bool
    codes: tuple[str, ...]

    @property
    def base(self) -> int:
        """The combinations are numbers to this base, a digit for each subject."""
        return len(self.codes) + 1

    @property
    def size(self) -> int:
        """One more than the highest combination."""
        return int(self.base ** len(ASSESSED) * 2 ** len(ASSESSED))

    def decoded(self, combination: pl.Expr) -> list[pl.Expr]:
        """The code of each subject, null where there is none, and whether it has a P scale."""
        codes = pl.lit(pl.Series([None, *self.codes], dtype=pl.String))
        flags = combination // self.base ** len(ASSESSED)
        return [
            *(
                codes.gather((combination // self.base**at % self.base).cast(pl.UInt32)).alias(
                    subject
                )
                for at, subject in enumerate(ASSESSED)
            ),
            *(
                (flags // 2**at % 2 == 1).alias(f"{subject}_p_scale")
                for at, subject in enumerate(ASSESSED)
            ),
        ]


def cleaned(result: pl.Expr) -> pl.Expr:
    """A result as it is compared: without blanks around it, in capitals, null if blank."""
    text = result.str.strip_chars().str.to_uppercase()
    return pl.when(text != "").then(text)


def values_of(returns: ReturnSet, collection: Collection) -> pl.DataFrame:
    """Each pair of slot and result once; see `Coded.values`."""
    assessed = (
        (pl.col("kind") == "assessment")
        & (pl.col("stage") == collection.format.stage)
        & (pl.col("year") == collection.year.id)
    )
    pairs = returns.results.lazy().group_by("slot", "result").agg(pl.len().alias("results"))
    return (
        pairs.join(returns.slots.lazy(), on="slot")
        .with_columns(code=cleaned(pl.col("result")), assessed=assessed.fill_null(False))
        .sort("slot", "result")
        .collect()
    )


def coded(returns: ReturnSet, collection: Collection) -> Coded:
    """Code the assessments of the collection's year.

    Of two for one subject the first that is not blank counts.
    """
    values = values_of(returns, collection)
    this_year = (code for subject in ASSESSED for code in collection.codes(subject))
    earlier = (code.upper() for code in collection.withdrawn.codes)
    codes = (*dict.fromkeys((*this_year, *earlier, *collection.agency_codes.codes)), OTHER)
    rows = _rows(returns.results, _digits(values, codes, collection))
    given_twice = not _is_ascending(rows) and rows.n_unique(["pupil", "at"]) < rows.height
    if given_twice:
        rows = rows.unique(["pupil", "at"], keep="first", maintain_order=True)
    if not rows["pupil"].is_sorted():
        rows = rows.sort("pupil", maintain_order=True)
    # The sum of each pupil is the running total at the last row less that of the pupil before.
    last = pl.col("pupil").ne_missing(pl.col("pupil").shift(-1))
    combinations = (
        rows.lazy()
        .with_columns(total=pl.col("digit").cum_sum())
        .filter(last)
        .select("pupil", combination=pl.col("total") - pl.col("total").shift(1, fill_value=0))
        .collect()
    )
    return Coded(values=values, combinations=combinations, given_twice=given_twice, codes=codes)


def _digits(values: pl.DataFrame, codes: tuple[str, ...], collection: Collection) -> pl.DataFrame:
    """What the assessments among the values add to a combination: slot, result, at, digit.

    ``at`` is the place of the subject, or of its P scale behind all subjects.
    """
    scales = collection.p_scales.codes if collection.p_scales else ()
    base = len(codes) + 1
    at = pl.col("measure").replace_strict(
        {str(subject): at for at, subject in enumerate(ASSESSED)},
        default=None,
        return_dtype=pl.UInt64,
    )
    known = pl.col("code").replace_strict(
        {code: at for at, code in enumerate(codes, 1)}, default=len(codes), return_dtype=pl.UInt64
    )
    is_scale = pl.col("code").is_in([scale.upper() for scale in scales])
    return (
        values.filter("assessed", pl.col("code").is_not_null())
        .select(
            "slot",
            "result",
            at=(at + is_scale * len(ASSESSED)).cast(pl.UInt8),
            digit=pl.when(is_scale)
            .then(base ** len(ASSESSED) * pl.lit(2, pl.UInt64).pow(at))
            .otherwise(known * pl.lit(base, pl.UInt64).pow(at)),
        )
        .drop_nulls("at")
    )


def _is_ascending(rows: pl.DataFrame) -> bool:
    """Whether each row comes behind the one before by pupil and subject, so that none is twice."""
    keys = rows.select(pl.col("pupil").cast(pl.UInt64) * (2 * len(ASSESSED)) + pl.col("at"))
    key = keys.to_series()
    return bool((key.head(max(0, key.len() - 1)) < key.slice(1)).all())


def _rows(results: pl.DataFrame, digits: pl.DataFrame) -> pl.DataFrame:
    """The results that are assessments, with their digits: pupil, at, digit."""
    texts = pl.Enum(digits["result"].unique(maintain_order=True))
    slots = digits.select(pl.col("slot").unique(maintain_order=True)).with_row_index("place")
    place = by_number(slots, "slot", "place")
    text = pl.col("result").cast(texts, strict=False).to_physical().cast(pl.UInt32)
    cell = place * len(texts.categories) + text
    table = pl.select(
        cell=pl.int_range(slots.height * len(texts.categories), dtype=pl.UInt32)
    ).join(digits.select("at", "digit", cell=cell), on="cell", how="left", maintain_order="left")
    at, digit = (pl.lit(table[name]).gather(pl.col("cell")) for name in ("at", "digit"))
    return (
        results.lazy()
        .select("pupil", cell=cell)
        .select("pupil", at=at, digit=digit)
        .drop_nulls("at")
        .collect()
    )
