"""Names of pupils, from the traditions of England's families."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from keystage.cohort.chance import Floats, Mask, Whole, choose_by_row, happens
from keystage.cohort.parameters import Because, load
from keystage.statute.table import Record

_PERCENT = 100
#: The apostrophe that word processors write.
_CURLED = "\N{RIGHT SINGLE QUOTATION MARK}"


class Tradition(Record, frozen=True, kw_only=True):
    """Names of one tradition, commonest first, with blanks between them."""

    girls: str
    boys: str
    surnames: str


class EthnicGroup(Record, frozen=True, kw_only=True):
    """An ethnic group: percent of pupils without and with EAL, and the traditions of its names."""

    without_eal: float
    with_eal: float
    traditions: Mapping[str, float]


class Names(Because, frozen=True, kw_only=True):
    """Everything of ``names.toml``; ``commoner`` is how much likelier the first names are."""

    hyphenated_surname: float
    hyphenated_forename: float
    curled_apostrophe: float
    single_name: float
    very_long: float
    commoner: float
    ethnicities: Mapping[str, EthnicGroup]
    traditions: Mapping[str, Tradition]


@dataclass(frozen=True)
class _List:
    """Names of all traditions one after another, where each begins, and how many it has."""

    words: pl.Series
    first: Whole
    size: Whole


@cache
def names() -> Names:
    """The names."""
    return load("names.toml", Names)


@cache
def _listed(part: str) -> _List:
    lists = [getattr(item, part).split() for item in names().traditions.values()]
    size = np.array([len(words) for words in lists])
    return _List(
        pl.Series([word for words in lists for word in words], dtype=pl.String),
        np.r_[0, np.cumsum(size)[:-1]],
        size,
    )


@cache
def ethnic_codes() -> tuple[str, ...]:
    """The codes of ethnic groups, in order."""
    return tuple(names().ethnicities)


@cache
def _weights() -> tuple[Floats, Floats, Floats]:
    """Ethnic groups without and with EAL, and the traditions of each group."""
    groups = names().ethnicities.values()
    traditions = list(names().traditions)
    return (
        np.array([group.without_eal for group in groups]),
        np.array([group.with_eal for group in groups]),
        np.array([[group.traditions.get(name, 0.0) for name in traditions] for group in groups]),
    )


def ethnic_groups(
    chance: np.random.Generator, has_eal: Mask, share_with_eal: Floats, power: float
) -> Whole:
    """The ethnic group of each pupil, as its place in `ethnic_codes`.

    Args:
        chance: where it comes from.
        has_eal: whether English is an additional language for the pupil.
        share_with_eal: the share of such pupils in the pupil's school: where it is high, fewer of
            the others are White British, the first group, too.
        power: how fast that goes.
    """
    without, with_eal, _ = _weights()
    shares = np.where(has_eal[:, None], with_eal, without)
    shares[:, 0] = np.where(has_eal, shares[:, 0], shares[:, 0] * (1 - share_with_eal) ** power)
    return choose_by_row(chance, shares)


def give_names(chance: np.random.Generator, girl: Mask, ethnicity: Whole) -> pl.DataFrame:
    """Columns ``surname``, ``forename`` and ``second``, for pupils of each sex and ethnic group.

    ``second`` is another forename, for a twin whose first is taken.
    """
    rules, rows = names(), len(girl)
    tradition = choose_by_row(chance, _weights()[2][ethnicity])
    surname, other, third = (_draw(chance, "surnames", tradition) for _ in range(3))
    girls, boys = _draw(chance, "girls", tradition), _draw(chance, "boys", tradition)
    girls_too, boys_too = _draw(chance, "girls", tradition), _draw(chance, "boys", tradition)
    sex = pl.Series(girl)
    odd = {
        name: happens(chance, getattr(rules, name) / _PERCENT, rows)
        for name in (
            "hyphenated_surname", "hyphenated_forename", "curled_apostrophe", "single_name",
            "very_long",
        )
    }  # fmt: skip
    drawn = pl.DataFrame(
        {
            "surname": surname, "other": other, "third": third,
            "forename": girls.zip_with(sex, boys),
            "second": girls_too.zip_with(sex, boys_too),
            **odd,
        }
    )  # fmt: skip
    return drawn.select(_surname(), _forename(), "second")


def _surname() -> pl.Expr:
    surname, other = pl.col("surname"), pl.col("other")
    long = pl.concat_str(surname, other, "third", separator="-")
    joined = pl.concat_str(surname, other, separator="-")
    return (
        pl.when("very_long")
        .then(long)
        .when("hyphenated_surname")
        .then(joined)
        .when("curled_apostrophe")
        .then(surname.str.replace_all("'", _CURLED, literal=True))
        .otherwise(surname)
        .alias("surname")
    )


def _forename() -> pl.Expr:
    forename, second = pl.col("forename"), pl.col("second")
    # A person with one name has it in both places, since neither may be blank.
    return (
        pl.when("single_name")
        .then(_surname())
        .when("very_long")
        .then(pl.concat_str(forename, second, "other", "third", separator=" "))
        .when("hyphenated_forename")
        .then(pl.concat_str(forename, second, separator="-"))
        .otherwise(forename)
        .alias("forename")
    )


def _draw(chance: np.random.Generator, part: str, tradition: Whole) -> pl.Series:
    listed = _listed(part)
    place = chance.random(len(tradition)) ** names().commoner * listed.size[tradition]
    return listed.words.gather(listed.first[tradition] + place.astype(np.int64))
