"""Mistakes put into returns, seeded, with an answer key: so that checks can be scored.

A school has one kind of mistake at most, so that a finding can be put down to it. The same seed
makes the same mistakes, authority by authority, whoever makes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from keystage.cohort.chance import Stream, generator, happens
from keystage.cohort.fault_kinds import candidates, kinds, withdrawn_code
from keystage.cohort.numbers import MOST_PUPILS, make_numbers
from keystage.core.errors import UsageError
from keystage.core.subjects import ASSESSED, IN_PROGRESS, TESTED, Subject
from keystage.core.upn import LETTERS
from keystage.records.circumstances import ACCEPTED
from keystage.statute.collection import Collection

ENVELOPES: Mapping[str, pl.DataType] = {
    "school": pl.String(),
    "version": pl.String(),
    "destination": pl.String(),  # authority (3 characters) and establishment (4)
    "serial": pl.Int32(),
    "copied": pl.Boolean(),  # whether the name has the number of a copy
}
JUDGED: Mapping[str, pl.DataType] = {
    "school": pl.String(),
    "upn": pl.String(),
    "surname": pl.String(),
    "forename": pl.String(),
    "birth_date": pl.Date(),
    "sex": pl.String(),
    **{str(subject): pl.String() for subject in ASSESSED},
    **{f"{subject}_p_scale": pl.String() for subject in IN_PROGRESS},  # sent beside, until 2019
}
ANSWERS: Mapping[str, pl.DataType] = {
    "school": pl.String(),
    "upn": pl.String(),  # null for a mistake of the whole file
    "upn_in_file": pl.String(),  # where it is another; of swapped scripts, the other pupil's
    "kind": pl.String(),
    "tells": pl.List(pl.String()),  # codes of findings, one of which must be there
}
_NEWER = 1


@dataclass(frozen=True, kw_only=True, eq=False)
class Returns:
    """The returns of an authority's schools, as their files say it.

    Attributes:
        envelopes: a row a file, columns `ENVELOPES`.
        pupils: a row a pupil of a file, columns `JUDGED`.
        accepted: what was accepted before, columns `records.circumstances.ACCEPTED`.
    """

    envelopes: pl.DataFrame
    pupils: pl.DataFrame
    accepted: pl.DataFrame


def make_faults(  # noqa: PLR0913  # what is sent, by whom, and how many mistakes of which chance
    returns: Returns,
    expected: pl.DataFrame,
    collection: Collection,
    *,
    seed: int,
    rate: float,
    scripts: bool = False,
) -> tuple[Returns, pl.DataFrame]:
    """Put mistakes into the returns of an authority.

    Args:
        returns: returns without mistakes.
        expected: whom the schools are expected to report, columns `records.returns.EXPECTED`.
        collection: the year.
        seed: of all chance.
        rate: the share of schools with a mistake, 0 to 1.
        scripts: whether there are results files, whose scripts can be swapped; that is left to
            whoever writes them.

    Returns:
        The returns with the mistakes, and the answer key, columns `ANSWERS`.

    Raises:
        UsageError: the rate is none.
    """
    if not 0 <= rate <= 1:
        raise UsageError(f"{rate} is no share of schools.", todo="Give 0 to 1, such as 0.2.")
    authority = int(returns.envelopes["school"].str.head(3).cast(pl.Int32).item(0))
    chance = generator(seed, collection.year.id, Stream.FAULTS, authority)
    chosen = _chosen(chance, _known(returns.pupils, expected), collection, rate, scripts=scripts)
    pupils = _pupils(returns.pupils, chosen, collection)
    files = _files(returns.envelopes, chosen, collection)
    answers = chosen.join(
        pupils.filter(pl.col("upn") != pl.col("upn_in_file")),
        on=["school", "upn", "kind"],
        how="left",
        maintain_order="left",
    ).with_columns(
        upn_in_file=pl.when(kind="swapped_scripts")
        .then(pl.col("upn").reverse().over("school"))
        .otherwise("upn_in_file"),
        tells=pl.col("kind").replace_strict(
            {name: list(kind.tells) for name, kind in kinds().items()},
            return_dtype=ANSWERS["tells"],
        ),
    )
    made = Returns(
        envelopes=files.select(*ENVELOPES),
        pupils=pupils.with_columns(upn="upn_in_file").select(*JUDGED),
        accepted=_accepted(files, returns.pupils),
    )
    return made, answers.select(*ANSWERS)


def _known(pupils: pl.DataFrame, expected: pl.DataFrame) -> pl.DataFrame:
    listed = expected.select("school", "upn", "left_on", pl.col(*TESTED).name.suffix("_test"))
    return pupils.join(listed, on=["school", "upn"], how="left", maintain_order="left")


def _chosen(
    chance: np.random.Generator,
    known: pl.DataFrame,
    collection: Collection,
    rate: float,
    *,
    scripts: bool,
) -> pl.DataFrame:
    """Who or what has which mistake: school, upn, kind.

    Each school draws one of the kinds that can happen there; kinds that can happen in few schools
    are drawn the more often there.
    """
    schools = known.select(pl.col("school").unique(maintain_order=True))
    faulty = schools.filter(pl.Series(happens(chance, rate, schools.height)))
    possible = candidates(known, collection, scripts=scripts).join(
        faulty, on="school", how="semi", maintain_order="left"
    )
    pairs = possible.select("school", "kind").unique(maintain_order=True)
    shares = {name: kind.share for name, kind in kinds().items()}
    weight = pl.col("kind").replace_strict(shares, return_dtype=pl.Float64)
    drawn = (
        pairs.with_columns(
            wait=pl.Series(chance.standard_exponential(pairs.height), dtype=pl.Float64)
        )
        .with_columns(pl.col("wait") * pl.len().over("kind") / weight)
        .sort("wait")
        .unique("school", keep="first", maintain_order=True)
    )
    counts = {name: max(kind.pupils, 1) for name, kind in kinds().items()}
    most = pl.col("kind").replace_strict(counts, return_dtype=pl.Int64)
    return (
        possible.with_columns(order=pl.Series(chance.random(possible.height), dtype=pl.Float64))
        .join(drawn, on=["school", "kind"], how="semi", maintain_order="left")
        .filter(pl.col("order").rank("ordinal").over("school") <= most)
        .sort("school", maintain_order=True)
        .select("school", "upn", "kind")
    )


def _pupils(pupils: pl.DataFrame, chosen: pl.DataFrame, collection: Collection) -> pl.DataFrame:
    """The pupils as the files have them: `JUDGED` with kind, and ``upn_in_file``."""
    shifted = chosen.filter(kind="column_shift")["school"]
    marked = pupils.join(
        chosen.filter(pl.col("upn").is_not_null()),
        on=["school", "upn"],
        how="left",
        maintain_order="left",
    ).with_columns(at=pl.int_range(pl.len()))
    kept = marked.filter(~_is("missed", "leaver_left_out"))
    changed = kept.with_columns(
        upn_in_file=pl.when(_is("wrong_check_letter"))
        .then(_other_letter(pl.col("upn")))
        .when(_is("anothers_number"))
        .then(_anothers(pl.col("upn")))
        .otherwise("upn"),
        **_judgements(collection),
    )
    rotated = dict(zip(ASSESSED, (ASSESSED[-1], *ASSESSED[:-1]), strict=True))
    shifting = changed.with_columns(
        pl.when(pl.col("school").is_in(shifted.implode())).then(source).otherwise(name).alias(name)
        for name, source in rotated.items()
    )
    again = shifting.filter(_is("there_twice", "there_under_two_numbers"))
    renamed = again.with_columns(
        upn_in_file=pl.when(_is("there_under_two_numbers"))
        .then(_temporary(again, collection))
        .otherwise("upn")
    )
    return pl.concat([shifting, renamed]).sort("at", maintain_order=True)


def _is(*names: str) -> pl.Expr:
    return pl.col("kind").is_in(names).fill_null(value=False)


def _judgements(collection: Collection) -> dict[str, pl.Expr]:
    """The judgements with their mistakes."""
    met = {subject: collection.codes(subject, "standard") for subject in ASSESSED}
    below = collection.codes(Subject.READING, "below")
    even = pl.col("at") % 2 == 0
    writing = (
        pl.when(_is("leaver_left_in"))
        .then(pl.lit(met[Subject.WRITING][0]))
        .when(_is("code_of_another_year"))
        .then(pl.lit(withdrawn_code(collection, Subject.WRITING)))
        .when(_is("blank_subject") & even)
        .then(None)
        .otherwise("writing")
    )
    science = (
        pl.when(_is("leaver_left_in"))
        .then(pl.lit(met[Subject.SCIENCE][0]))
        .when(_is("blank_subject") & ~even)
        .then(None)
        .otherwise("science")
    )
    reading = (
        pl.when(_is("judged_and_tested"))
        .then(pl.lit(below[0]))
        .when(_is("blank_below_the_test"))
        .then(None)
        .otherwise("reading")
    )
    return {"reading": reading, "writing": writing, "science": science}


def _other_letter(upn: pl.Expr) -> pl.Expr:
    """The number with the next letter of the set in place of its check letter."""
    following = dict(zip(LETTERS, LETTERS[1:] + LETTERS[0], strict=True))
    return upn.str.head(1).replace_strict(following, return_dtype=pl.String) + upn.str.slice(1)


def _anothers(upn: pl.Expr) -> pl.Expr:
    """The number of the pupil before in the same school, or of the one after the first."""
    return pl.coalesce(upn.shift(1).over("school"), upn.shift(-1).over("school"))


def _temporary(pupils: pl.DataFrame, collection: Collection) -> pl.Series:
    """Temporary numbers of the pupils' schools that nobody else has."""
    schools = pupils["school"].cast(pl.Int64).to_numpy()
    rows = len(schools)
    return make_numbers(
        schools,
        np.full(rows, collection.year.id - 1),
        np.full(rows, MOST_PUPILS) + np.arange(rows) % MOST_PUPILS,
        np.ones(rows, dtype=bool),
    )


def _files(envelopes: pl.DataFrame, chosen: pl.DataFrame, collection: Collection) -> pl.DataFrame:
    """The files as they are sent: `ENVELOPES` and kind."""
    of_files = chosen.filter(pl.col("upn").is_null()).select("school", "kind")
    before = f"{int(float(collection.format.previous)) - 1}.0"
    everywhere = collection.format.destination_estab
    return envelopes.join(of_files, on="school", how="left", maintain_order="left").with_columns(
        version=pl.when(_is("old_version")).then(pl.lit(before)).otherwise("version"),
        destination=pl.when(_is("wrong_destination"))
        .then(pl.col("school").str.head(3) + pl.lit(everywhere))
        .otherwise("destination"),
        copied=pl.col("copied") | _is("renamed_by_browser"),
    )


def _accepted(files: pl.DataFrame, pupils: pl.DataFrame) -> pl.DataFrame:
    """The newer exports that were accepted before stale ones were sent."""
    judged = pl.sum_horizontal(pl.col(name).is_not_null() for name in ASSESSED)
    counted = pupils.group_by("school").agg(pupils=pl.len(), judgements=judged.sum())
    stale = files.filter(_is("stale_file")).with_columns(pl.col("serial") + _NEWER)
    known = stale.join(counted, on="school", how="left", maintain_order="left")
    return known.select(
        (pl.col(name) if name in known.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in ACCEPTED.items()
    )
