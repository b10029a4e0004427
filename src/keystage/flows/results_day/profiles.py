"""Pupils whose results are the opposite of what they were judged, and fit each other's judgement.

Beside `keystage.checks.scripts`, which weighs how likely an exchange is among pupils with like
names, this rule asks for no names and no numbers of other schools: two pupils of one school, one
judged low and marked high in every test, one judged high and marked low in every test.
"""

from collections.abc import Mapping

import polars as pl

from keystage.core.subjects import ASSESSED, TESTED
from keystage.statute.loader import load_year, releases_of

PROFILES: Mapping[str, pl.DataType] = {
    "school": pl.String(),
    "upn": pl.String(),
    "surname": pl.String(),
    "forename": pl.String(),
    **{f"{test}_score": pl.Int16() for test in TESTED},
    **{str(subject): pl.String() for subject in ASSESSED},
}
"""Columns of the pupils looked at, one row each."""
_FEWEST = 2  # tests that both took: of one alone, a bad morning says as much


def opposite_profiles(pupils: pl.DataFrame, year: int) -> pl.DataFrame:
    """Pairs of pupils of one school whose results are the opposite of their judgements.

    A pupil is judged low who works below the expected standard in writing, and high who works at
    it or deeper. The low one met the expected standard in every test both took, the high one met it
    in none. Where the names are not alike, the high one was judged at greater depth: among pupils
    with unlike names the smaller difference is too common to say anything.

    Of 22,735 invented pupils in 600 schools, nothing exchanged, three pairs are told of: one school
    in 200 is asked to look for nothing. Every exchange of a pupil who is below in both with one at
    greater depth who met every test is found.

    Args:
        pupils: columns `PROFILES`.
        year: the year of the results.

    Returns:
        Columns school, upn, other_upn, alike (whether the names are), what.
    """
    rules = load_year(year, releases_of(year)[-1])
    expected = rules.key_stage_2.expected_score
    codes = rules.writing_outcomes.codes
    counted = {code: one for code, one in codes.items() if one.rate == "counted"}
    at = [code for code, one in counted.items() if one.expected]
    deep = [code for code, one in counted.items() if one.higher]
    below = [code for code, one in counted.items() if not one.expected and not one.not_assessed]
    low = pupils.filter(pl.col("writing").is_in(below))
    high = pupils.filter(pl.col("writing").is_in(at))
    pairs = low.join(high, on="school", suffix="_other", maintain_order="left")
    met = [_of_both(test, pl.col(f"{test}_score") >= expected) for test in TESTED]
    missed = [_of_both(test, pl.col(f"{test}_score_other") < expected) for test in TESTED]
    both = pl.sum_horizontal(one.is_not_null().cast(pl.Int8) for one in met)
    opposite = (both >= _FEWEST) & pl.all_horizontal(
        one.fill_null(value=True) for one in (*met, *missed)
    )
    far = pl.col("writing_other").is_in(deep)
    return (
        pairs.with_columns(alike=_alike())
        .filter(opposite & (pl.col("alike") | far))
        .select(
            "school",
            "upn",
            "alike",
            other_upn="upn_other",
            what=pl.format(
                "One pupil was judged {} in writing and met the expected standard in every test; "
                "the other was judged {} and met it in none.{}",
                "writing",
                "writing_other",
                pl.when("alike").then(pl.lit(" Their names are alike.")).otherwise(pl.lit("")),
            ),
        )
    )


def _of_both(test: str, holds: pl.Expr) -> pl.Expr:
    """Whether something holds of a test that both took; null of any other."""
    both = pl.col(f"{test}_score").is_not_null() & pl.col(f"{test}_score_other").is_not_null()
    return pl.when(both).then(holds)


def _alike() -> pl.Expr:
    """Whether a name is the same and the other begins alike, or both are exchanged."""
    surname, forename = _plain("surname"), _plain("forename")
    surname_other, forename_other = _plain("surname_other"), _plain("forename_other")
    alike = (
        ((surname == surname_other) & (forename.str.head(1) == forename_other.str.head(1)))
        | ((forename == forename_other) & (surname.str.head(1) == surname_other.str.head(1)))
        | ((surname == forename_other) & (forename == surname_other))
    )
    return alike.fill_null(value=False)


def _plain(name: str) -> pl.Expr:
    letters = pl.col(name).str.normalize("NFKD").str.to_lowercase().str.replace_all(r"[^\p{L}]", "")
    return pl.when(letters != "").then(letters)
