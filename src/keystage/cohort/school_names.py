"""Names of invented schools and trusts: put together from parts, and marked as invented."""

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import polars as pl

from keystage.cohort.chance import choose
from keystage.cohort.parameters import load
from keystage.statute.table import Record


class SchoolNames(Record, frozen=True, kw_only=True):
    """Everything of ``school_names.toml``.

    ``endings`` by kind of name; ``ending_of`` gives the kind by school type, for mainstream
    schools; every other kind of school has endings of its own.
    """

    why: str
    mark: str
    first: tuple[str, ...]
    second: tuple[str, ...]
    saints: tuple[str, ...]
    trusts: tuple[str, ...]
    endings: Mapping[str, tuple[str, ...]]
    ending_of: Mapping[str, str]


@cache
def parts() -> SchoolNames:
    """The parts of names."""
    return load("school_names.toml", SchoolNames)


def school_names(
    chance: np.random.Generator, kinds: Sequence[str], types: Sequence[str]
) -> pl.Series:
    """A name for each school, by its kind and type; church schools have saints' names.

    Args:
        chance: where the names come from.
        kinds: the kind of each school.
        types: the school type of each school.
    """
    known = parts()
    named = [
        known.ending_of.get(kind_of_type, kind) if kind == "mainstream" else kind
        for kind, kind_of_type in zip(kinds, types, strict=True)
    ]
    stems = _stems(chance, len(named))
    saints = _pick(chance, known.saints, len(named))
    endings = {name: _pick(chance, words, len(named)) for name, words in known.endings.items()}
    frame = pl.DataFrame({"named": named, "stem": stems, "saint": saints, **endings})
    ending = pl.coalesce(
        pl.when(pl.col("named") == name).then(pl.col(name)) for name in known.endings
    )
    church = pl.col("named").is_in(["church", "aided"])
    first = pl.when(church).then(pl.concat_str("saint", "stem", separator=" "))
    return frame.select(
        pl.concat_str(
            first.otherwise(pl.col("stem")), ending, pl.lit(known.mark), separator=" "
        ).alias("SCHNAME")
    ).to_series()


def trust_names(chance: np.random.Generator, trusts: int) -> pl.Series:
    """A name for each trust."""
    words = {"stem": _stems(chance, trusts), "ending": _pick(chance, parts().trusts, trusts)}
    return pl.DataFrame(words).select(
        pl.concat_str("stem", "ending", pl.lit(parts().mark), separator=" ").alias("TRUST_NAME")
    )["TRUST_NAME"]


def _stems(chance: np.random.Generator, rows: int) -> pl.Series:
    first = _pick(chance, parts().first, rows)
    second = _pick(chance, parts().second, rows)
    return (
        pl.DataFrame({"first": first, "second": second})
        .select(pl.concat_str("first", "second"))
        .to_series()
    )


def _pick(chance: np.random.Generator, words: Sequence[str], rows: int) -> pl.Series:
    return pl.Series(words, dtype=pl.String).gather(choose(chance, [1.0] * len(words), rows))
