"""The judgements of every pupil as one number each, so that a nation can be grouped quickly.

A code is a small number, and the codes of a pupil's four subjects are the digits of one larger
number. A nation has a few hundred of them; rules about judgements are asked of those.
"""

from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from keystage.checks.returns.lookup import by_number, by_text, collected
from keystage.checks.returns.setting import Setting, year_alone
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
    def size(self) -> int:
        """One more than the highest combination: a digit and a flag for each subject."""
        return int((len(self.codes) + 1) ** len(ASSESSED) * 2 ** len(ASSESSED))


def digits_of(number: str, codes: tuple[str, ...]) -> list[pl.Expr]:
    """The number of each subject's code in a column of combinations or kinds, from 1.

    Nought where there is none. A kind ends in the digits of its combination.
    """
    base = len(codes) + 1
    return [
        (pl.col(number) // base**at % base).cast(pl.UInt32).alias(subject)
        for at, subject in enumerate(ASSESSED)
    ]


@lru_cache
def decoded(number: str, codes: tuple[str, ...]) -> list[pl.Expr]:
    """The code of each subject in such a column, null where none, and whether it has a P scale."""
    texts = pl.lit(pl.Series([None, *codes], dtype=pl.String))
    flags = pl.col(number) // (len(codes) + 1) ** len(ASSESSED)
    return [
        *(
            texts.gather(digit).alias(subject)
            for subject, digit in zip(ASSESSED, digits_of(number, codes), strict=True)
        ),
        *(
            (flags // 2**at % 2 == 1).alias(f"{subject}_p_scale")
            for at, subject in enumerate(ASSESSED)
        ),
    ]


def is_among(*values: tuple[str, str]) -> pl.Expr:
    """Whether ``code`` is, for the subject ``measure``, among some pairs of subject and code."""
    each = pl.concat_str("measure", pl.lit(" "), "code")
    known = by_text(each, {" ".join(one): True for one in values}, pl.Boolean)
    return known.fill_null(value=False)


def cleaned(result: pl.Expr) -> pl.Expr:
    """A result as it is compared: without blanks around it, in capitals, null if blank."""
    text = result.str.strip_chars().str.to_uppercase()
    return pl.when(text != "").then(text)


def as_spelt(code: pl.Expr, collection: Collection) -> pl.Expr:
    """A code as published lists write it: some have small letters, such as P3i."""
    scales = collection.p_scales.codes if collection.p_scales else ()
    written = {one.upper(): one for one in (*collection.withdrawn.codes, *scales)}
    return code.replace({code: one for code, one in written.items() if code != one})


def values_of(returns: ReturnSet, collection: Collection) -> pl.DataFrame:
    """Each pair of slot and result once; see `Coded.values`."""
    assessed = (
        (pl.col("kind") == "assessment")
        & (pl.col("stage") == collection.format.stage)
        & (pl.col("year") == collection.year.id)
    )
    pairs = returns.results.lazy().group_by("slot", "result").agg(pl.len().alias("results"))
    return (
        collected(pairs, returns.results.height)
        .join(returns.slots, on="slot")
        .with_columns(code=cleaned(pl.col("result")), assessed=assessed.fill_null(False))
        .sort("slot", "result")
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
    totals = rows.lazy().with_columns(total=pl.col("digit").cum_sum()).filter(last)
    combinations = collected(
        totals.select(
            "pupil", combination=pl.col("total") - pl.col("total").shift(1, fill_value=0)
        ),
        rows.height,
    )
    return Coded(values=values, combinations=combinations, given_twice=given_twice, codes=codes)


def _digits(values: pl.DataFrame, codes: tuple[str, ...], collection: Collection) -> pl.DataFrame:
    """What the assessments among the values add to a combination: slot, result, at, digit.

    ``at`` is the place of the subject, or of its P scale behind all subjects.
    """
    return (
        values.filter("assessed", pl.col("code").is_not_null())
        .select("slot", "result", *_digit(codes, year_alone(collection)))
        .drop_nulls("at")
    )


@lru_cache
def _digit(codes: tuple[str, ...], setting: Setting) -> tuple[pl.Expr, pl.Expr]:
    """The columns ``at`` and ``digit`` of values."""
    scales = setting.collection.p_scales
    base = len(codes) + 1
    at = by_text(
        pl.col("measure"), {str(subject): at for at, subject in enumerate(ASSESSED)}, pl.UInt64
    )
    numbers = {code: number for number, code in enumerate(codes, 1)}
    known = by_text(pl.col("code"), numbers, pl.UInt64).fill_null(len(codes))
    is_scale = pl.col("code").is_in([one.upper() for one in scales.codes] if scales else [])
    digit = (
        pl.when(is_scale)
        .then(base ** len(ASSESSED) * pl.lit(2, pl.UInt64).pow(at))
        .otherwise(known * pl.lit(base, pl.UInt64).pow(at))
    )
    return (at + is_scale * len(ASSESSED)).cast(pl.UInt8).alias("at"), digit.alias("digit")


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
    cells = digits.select(cell=cell).to_series()
    size = slots.height * len(texts.categories)
    at, digit = (
        pl.lit(
            pl.repeat(None, size, dtype=digits.schema[name], eager=True).scatter(
                cells, digits[name]
            )
        ).gather(pl.col("cell"))
        for name in ("at", "digit")
    )
    rows = results.lazy().select("pupil", cell=cell).select("pupil", at=at, digit=digit)
    return collected(rows.drop_nulls("at"), results.height)
