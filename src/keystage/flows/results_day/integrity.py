"""What does not add up in the results that a school was given: reasons to look and to ask.

Pure rules over the results of a school, the table of scaled scores, the attendance register where
it is kept, and the pupils' judgements. Nothing here says that a mark is wrong: a script is looked
at by a person.
"""

from collections.abc import Mapping

import polars as pl

from keystage.checks.scripts import CODE as SWAPPED
from keystage.checks.scripts import RECORDS, swapped_scripts
from keystage.core.subjects import ASSESSED, TESTED
from keystage.flows.results_day.profiles import PROFILES, opposite_profiles
from keystage.flows.results_day.reading import PAPERS, typed
from keystage.formats.conversion import with_scores
from keystage.statute.collection import Collection
from keystage.statute.collection_rules import Conversion

RESULTS: Mapping[str, pl.DataType] = {
    "school": pl.String(),
    "upn": pl.String(),
    "surname": pl.String(),
    "forename": pl.String(),
    "birth_date": pl.Date(),
    "subject": pl.String(),
    "mark": pl.Int16(),
    **{name: pl.Int16() for name in PAPERS},
    "score": pl.Int16(),
    "outcome": pl.String(),
}
"""Columns of results, one row for a pupil and a test."""
JUDGED: Mapping[str, pl.DataType] = {
    "school": pl.String(),
    "upn": pl.String(),
    **{str(subject): pl.String() for subject in ASSESSED},
}
"""Columns of judgements, one row for a pupil of a school."""
ATTENDED: Mapping[str, pl.DataType] = {
    "school": pl.String(),
    "upn": pl.String(),
    "subject": pl.String(),
    "present": pl.Boolean(),  # sat every paper: true; sat none: false; null for some, or not known
}
"""Columns of the attendance register, one row for a pupil of a school and a test."""
FOUND: Mapping[str, pl.DataType] = {
    "code": pl.String(),
    "school": pl.String(),
    "upn": pl.String(),
    "other_upn": pl.String(),  # of what is about two pupils
    "subject": pl.String(),
    "what": pl.String(),
    "todo": pl.String(),
}
"""Columns of what was found."""
SCORES, THERE, OPPOSITE = "RES-201", "RES-205", "RES-207"
"""The checks that ask of a table of scaled scores, a register, and judgements, as `SWAPPED`."""
#: What each check asks, and what a person can do about what it finds.
CHECKS: Mapping[str, tuple[str, str]] = {
    "RES-201": (
        "Is the scaled score that of the mark by the table?",
        "Compare both with the marked script, and ask the agency.",
    ),
    "RES-202": ("Is the mark one the test has?", "Ask the agency for the right mark."),
    "RES-203": (
        "Do the marks of the papers add up to the mark?",
        "Add up the marked scripts, and ask the agency.",
    ),
    "RES-204": (
        "Has a pupil who was absent no mark?",
        "See the register and the script: it may be another pupil's.",
    ),
    "RES-205": (
        "Has a pupil who was there a mark?",
        "Ask the agency where the script is.",
    ),
    "RES-206": (
        "Is each pupil there once?",
        "Say which of the two is the pupil, and ask the agency to join them.",
    ),
    "RES-207": (
        "Are the results those of a pupil who was judged so?",
        "Look at the marked scripts of both pupils, and ask for a review if they are exchanged.",
    ),
    SWAPPED: (
        "Do the results of pupils with like names fit their own judgements?",
        "Look at the marked scripts of both pupils, and ask for a review if they are exchanged.",
    ),
}


def integrity(
    results: pl.DataFrame,
    collection: Collection,
    *,
    conversion: Conversion | None,
    judged: pl.DataFrame | None = None,
    attended: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Everything that does not add up, columns `FOUND`, in the order of the checks.

    Args:
        results: columns `RESULTS`.
        collection: the year.
        conversion: the table of scaled scores; without one no score is recomputed.
        judged: columns `JUDGED`; without them results are not held against judgements.
        attended: columns `ATTENDED`; without them the register is taken not to be kept, and only
            what contradicts itself is told of.
    """
    parts = [
        _differing(results, conversion, collection),
        _above(results, collection),
        _papers(results),
        _absent(results, attended, collection),
        _present(results, attended, collection),
        _twice(results),
        _swapped(results, judged, collection),
    ]
    return pl.concat(parts)


def _differing(
    results: pl.DataFrame, conversion: Conversion | None, collection: Collection
) -> pl.DataFrame:
    if conversion is None:
        return _found("RES-201", results.clear(), pl.lit(""))
    covered = [str(test) for test in TESTED if conversion.of(test)]
    scored = with_scores(results, conversion)
    given, by_table = pl.col("score"), pl.col("from_mark")
    with_score = [code for code, one in collection.test_codes.codes.items() if one.with_score]
    # Of an annulled or missing script no score comes with the mark: nothing is recomputed there.
    marked = [*with_score, *collection.test_codes.saying("too_few_marks")]
    by_mark = pl.col("outcome").is_in(marked).fill_null(value=True)
    wrong = (
        pl.col("subject").is_in(covered)
        & pl.col("mark").is_not_null()
        & given.ne_missing(by_table)
        & (given.is_not_null() | by_mark)
    )
    what = pl.format(
        "{} marks come to a scaled score of {} by the table, and the score given is {}.",
        "mark",
        by_table.cast(pl.String).fill_null("none"),
        given.cast(pl.String).fill_null("none"),
    )
    return _found("RES-201", scored.filter(wrong), what)


def _above(results: pl.DataFrame, collection: Collection) -> pl.DataFrame:
    highest = {str(test): collection.marks.of(test) for test in TESTED}
    most = pl.col("subject").replace_strict(highest, default=None, return_dtype=pl.Int16)
    what = pl.format("The mark is {}, and the highest of the test is {}.", "mark", most)
    return _found("RES-202", results.filter(pl.col("mark") > most), what)


def _papers(results: pl.DataFrame) -> pl.DataFrame:
    summed = pl.sum_horizontal(*PAPERS)
    given = pl.any_horizontal(pl.col(*PAPERS).is_not_null())
    wrong = given & (summed != pl.col("mark"))
    what = pl.format("The papers come to {} marks, and the mark is {}.", summed, "mark")
    return _found("RES-203", results.filter(wrong), what)


def _absent(
    results: pl.DataFrame, attended: pl.DataFrame | None, collection: Collection
) -> pl.DataFrame:
    """Absent, and marked: by the outcome itself, or by the register."""
    there = _with_register(results, attended)
    marked = (pl.col("mark") > 0) | pl.col("score").is_not_null()
    by_outcome = pl.col("outcome").is_in(collection.test_codes.saying("absent"))
    absent = by_outcome | ~pl.col("present")
    what = pl.when(by_outcome).then(
        pl.lit("The outcome says that the pupil was absent, and there is a mark or a scaled score.")
    ).otherwise(
        pl.lit("The register says that the pupil sat no paper, and there is a mark or a score.")
    )  # fmt: skip
    return _found("RES-204", there.filter(absent & marked), what)


def _present(
    results: pl.DataFrame, attended: pl.DataFrame | None, collection: Collection
) -> pl.DataFrame:
    there = _with_register(results, attended)
    blank = pl.col("mark").is_null() & pl.col("score").is_null()
    too_few = collection.test_codes.saying("too_few_marks")
    explained = pl.col("outcome").is_in(too_few).fill_null(value=False)
    what = pl.format(
        "The register says that the pupil sat every paper, and there is no mark{}.",
        pl.when(pl.col("outcome").is_not_null())
        .then(pl.format(": the outcome is {}", "outcome"))
        .otherwise(pl.lit("")),
    )
    return _found("RES-205", there.filter(pl.col("present") & blank & ~explained), what)


def _with_register(results: pl.DataFrame, attended: pl.DataFrame | None) -> pl.DataFrame:
    known = pl.DataFrame(schema=dict(ATTENDED)) if attended is None else attended
    return results.join(known, on=["school", "upn", "subject"], how="left", maintain_order="left")


def _twice(results: pl.DataFrame) -> pl.DataFrame:
    """Two numbers with one name and birth date in one school, both with results."""
    names = [pl.col(name).str.strip_chars().str.to_lowercase() for name in ("surname", "forename")]
    people = (
        results.select("school", "upn", *names, "birth_date")
        .drop_nulls()
        .unique("upn", keep="first", maintain_order=True)
        .with_row_index("at")
    )
    pairs = people.join(
        people, on=["school", "surname", "forename", "birth_date"], suffix="_other"
    ).filter(pl.col("at") < pl.col("at_other"))
    what = pl.lit("Two pupils with results have one name and one date of birth.")
    return _found("RES-206", pairs.rename({"upn_other": "other_upn"}), what)


def _swapped(
    results: pl.DataFrame, judged: pl.DataFrame | None, collection: Collection
) -> pl.DataFrame:
    """Pairs with opposite profiles, and pairs with like names that are likelier the other way."""
    if judged is None:
        return _found("RES-207", results.clear(), pl.lit(""))
    scores = results.group_by("school", "upn", maintain_order=True).agg(
        pl.col("surname", "forename").first(),
        *(
            pl.col("score").filter(pl.col("subject") == str(test)).first().alias(f"{test}_score")
            for test in TESTED
        ),
    )
    known = scores.join(judged, on=["school", "upn"], how="left", maintain_order="left")
    opposite = opposite_profiles(typed(known, PROFILES), collection.year.id)
    told = pl.concat(
        [opposite.select("upn", "other_upn"), opposite.select(upn="other_upn", other_upn="upn")]
    )
    likely = swapped_scripts(typed(known, RECORDS)).join(
        told, on=["upn", "other_upn"], how="anti", maintain_order="left"
    )
    what = pl.format(
        "The results fit the other pupil better: they are {} times as likely the other way round.",
        pl.col("times").round().cast(pl.Int64),
    )
    return pl.concat([_found("RES-207", opposite, pl.col("what")), _found(SWAPPED, likely, what)])


def _found(code: str, frame: pl.DataFrame, what: pl.Expr) -> pl.DataFrame:
    todo = pl.lit(CHECKS[code][1])
    return typed(frame.with_columns(code=pl.lit(code), what=what, todo=todo), FOUND)
