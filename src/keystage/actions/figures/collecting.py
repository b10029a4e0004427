"""The pupils of a year out of the service, as records of the engine.

Who counts: the cohorts of the schools, the pupils whose judgements were received, and those with a
released result. Judgements are those that were received; what was not received is not known.
Characteristics come from a file, by UPN. What is not known stays blank, and is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from keystage.actions.errors import RefusedError
from keystage.actions.figures.collecting_told import TOLD, beside, many, what_is_missing
from keystage.actions.figures.pupils_held import KEY, Held, held
from keystage.actions.releases.preparing import schools_of
from keystage.core.subjects import ASSESSED, TESTED, Subject
from keystage.records.record_type import RecordType
from keystage.records.recordset import RecordSet
from keystage.records.schema import LINE, PUPILS, SCHOOLS, pupil_dtypes, school_dtypes
from keystage.statute.code_lists import code_lists
from keystage.statute.collection_loader import load_collection
from keystage.statute.year import Year
from keystage.store.models import Organisation

_FIRST_STAGE = {"KS1READ": "ks1_reading", "KS1WRIT": "ks1_writing", "KS1MAT": "ks1_maths"}
_JUDGED = {
    f"{subject.prefix}TAOUTCOME": subject for subject in (*ASSESSED, *TESTED) if subject.prefix
}
_SCHOOLS_AT_ONCE = 2_000
_PUPIL_NAMES = {one.name for one in PUPILS}


@dataclass(frozen=True, eq=False)
class Collected:
    """Records of what the service holds, with what is not known, in counts and sentences."""

    records: RecordSet
    counts: Mapping[str, int]
    notes: tuple[str, ...]


def collect(
    maker: Organisation,
    year: Year,
    *,
    characteristics: pl.DataFrame | None = None,
    schools: pl.DataFrame | None = None,
) -> Collected:
    """The pupils of a year of the schools that a body releases figures of.

    Args:
        maker: the body.
        year: the rules.
        characteristics: columns of pupils by UPN (see `formats.characteristics`).
        schools: rows of a school file, in place of what the service says of schools.

    Raises:
        RefusedError: the service holds no pupil of the year.
        UsageError: nothing is known of the year's collection.
    """
    found = held(
        schools_of(maker),
        year.year.id,
        all_schools=maker.kind == Organisation.Kind.NATIONAL,
    )
    pupils = _pupils(found, year)
    if pupils.is_empty():
        raise RefusedError(
            f"The service holds no pupils of {year.year.id} for {maker}.",
            todo="Upload a pupil file, or wait until the schools have entered their cohorts.",
        )
    counts, notes = what_is_missing(found, pupils)
    if characteristics is not None:
        more, sentences = beside(pupils, characteristics)
        counts, notes = counts | more, notes + sentences
        pupils = pupils.join(characteristics, on="UPN", how="left", maintain_order="left")
    typed, unknown = _typed(pupils, year)
    named = _schools(found.schools, year) if schools is None else schools
    here = named.filter(pl.col("URN").is_in(typed["URN"].implode()))
    records = RecordSet(
        pupils=typed,
        schools=here,
        missing=tuple(one.name for one in PUPILS if one.name not in pupils.columns),
        missing_schools=() if schools is not None else _not_held(),
    )
    return Collected(records, counts, (*notes, *unknown))


def _not_held() -> tuple[str, ...]:
    return tuple(one.name for one in SCHOOLS if one.name in {"REGION", "DATE_JOINED_TRUST"})


def _pupils(found: Held, year: Year) -> pl.DataFrame:
    """A row a pupil and school in the columns of a pupil file, as text.

    Made of so many schools at a time: beside each other the rows of England take a gigabyte.
    """
    number = pl.col("code").cast(pl.String).cast(pl.Int64, strict=False)
    codes = found.schools.sort(number, "code", nulls_last=True)["code"]
    starts = range(0, max(len(codes), 1), _SCHOOLS_AT_ONCE)
    return pl.concat(
        [_of_schools(found.of(codes.slice(at, _SCHOOLS_AT_ONCE)), year) for at in starts]
    )


def _of_schools(found: Held, year: Year) -> pl.DataFrame:
    known = [frame.select(KEY) for frame in (found.roll, found.received, found.results)]
    everybody = pl.concat([one.drop_nulls() for one in known]).unique()
    bare = found.roll.filter(pl.col("upn").is_null())
    members = pl.concat(
        [
            everybody.join(found.roll, on=KEY, how="left"),
            bare.select("code", "upn", pl.exclude(KEY)),
        ]
    )
    judged = found.judged.group_by(KEY).agg(
        _of_subjects("judgement", {name: f"j_{name}" for name in _JUDGED.values()})
    )
    results = found.results.group_by(KEY).agg(
        pl.col("sex").drop_nulls().first().alias("sex_results"),
        *_of_subjects("score", {test: f"s_{test}" for test in TESTED}),
        *_of_subjects("outcome", {test: f"o_{test}" for test in TESTED}),
    )
    received = found.received.select(
        *KEY,
        pl.col("sex").alias("sex_received"),
        pl.col("left_on").alias("left_received"),
        pl.lit(True).alias("was_received"),
    )
    whole = members
    for other in (received, judged, results):
        whole = whole.join(other, on=KEY, how="left")
    numbers, text = found.schools.select("code", "number"), found.roll.schema["upn"]
    return (
        whole.join(numbers, on="code", how="inner")
        .with_columns(pl.coalesce("left_received", "left_on").alias("left"))
        .with_columns(_included(year).alias("P_INCL"))
        .select(
            pl.col("code").cast(pl.String).cast(pl.Int32, strict=False).alias("URN"),
            pl.col("number").cast(pl.Int32, strict=False).alias("LAESTAB"),
            pl.col("upn").cast(pl.String).alias("UPN"),
            pl.col("P_INCL").cast(text),
            pl.coalesce("sex", "sex_received", "sex_results").alias("SEX"),
            *(pl.col(f"o_{test}").alias(f"{test.prefix}OUTCOME") for test in TESTED),
            *(pl.col(f"s_{test}").alias(f"{test.prefix}SCORE") for test in TESTED),
            *(pl.col(f"j_{subject}").alias(name) for name, subject in _judged().items()),
            *(one.cast(text) for one in _first_stage(year)),
        )
        .filter(pl.col("URN").is_not_null())
        .sort("URN", "UPN", *_judged(), nulls_last=True)
    )


def _judged() -> dict[str, Subject]:
    """The columns of judgements, by name."""
    return {name: subject for name, subject in _JUDGED.items() if name in _PUPIL_NAMES}


def _of_subjects(value: str, names: Mapping[str, str]) -> list[pl.Expr]:
    """A column a subject, of the rows of a pupil."""
    return [
        pl.col(value).filter(pl.col("subject") == str(subject)).first().alias(name)
        for subject, name in names.items()
    ]


def _included(year: Year) -> pl.Expr:
    """Whether a pupil is at the end of the key stage at the school, as it is known there.

    Whom the school took out of its cohort is not. Who has a scaled score took the test here. Of the
    others those are left out whose judgements or registrations say so, and those who had left
    before the tests.
    """
    collection = load_collection(year.year.id)
    week, known = collection.test_week, collection.registrations.codes
    away = [code for code, one in known.items() if one.elsewhere]
    given = [pl.col(str(test)).is_in(list(known)) for test in TESTED]
    registered = pl.any_horizontal(given) & pl.all_horizontal(
        ~known_here | pl.col(str(test)).is_in(away)
        for test, known_here in zip(TESTED, given, strict=True)
    )
    scored = pl.any_horizontal(pl.col(f"s_{test}").is_not_null() for test in TESTED)
    left = pl.col("left").is_not_null()
    if week is not None:
        left &= pl.col("left") < week.first
    elsewhere = pl.any_horizontal(
        pl.col(f"j_{subject}").is_in(
            [
                code
                for code, one in collection.judgements.of(subject).items()
                if one.group == "elsewhere"
            ]
        )
        for subject in _judged().values()
    )
    out = pl.any_horizontal(
        one.fill_null(value=False)
        for one in (pl.col("removed"), elsewhere, ~scored & (left | registered))
    )
    included = year.inclusion.included
    others = [code for code in year.inclusion.codes if code not in included]
    return pl.when(out).then(pl.lit(others[0])).otherwise(pl.lit(included[0]))


def _first_stage(year: Year) -> list[pl.Expr]:
    """Outcomes at key stage 1, in capitals; none where the year has no baseline."""
    if not code_lists(year)["key_stage_1"]:
        return []
    return [
        pl.col(kept).cast(pl.String).str.strip_chars().str.to_uppercase().alias(name)
        for name, kept in _FIRST_STAGE.items()
    ]


def _typed(pupils: pl.DataFrame, year: Year) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Every column of a pupil file with its type, and the codes that the year does not know."""
    dtypes = pupil_dtypes(code_lists(year))
    rows = pupils.with_row_index(LINE, offset=1)
    typed = rows.select(
        pl.col(name).cast(dtype, strict=False)
        if name in rows.columns
        else pl.lit(None, dtype).alias(name)
        for name, dtype in dtypes.items()
    )
    unknown = []
    for name in (one.name for one in PUPILS if one.name in pupils.columns):
        lost = rows.filter(rows[name].is_not_null() & typed[name].is_null())[name].cast(pl.String)
        if lost.len():
            codes = ", ".join(lost.unique().sort().to_list()[:TOLD])
            unknown.append(
                f"Values of {name} that {year.name} does not know were left blank, of "
                f"{many(lost.len(), 'pupil')}: {codes}."
            )
    return typed, tuple(unknown)


def _schools(held_here: pl.DataFrame, year: Year) -> pl.DataFrame:
    """What the service says of schools, in the columns of a school file."""
    types = year.school_types.types
    codes = {one.label.casefold(): code for code, one in types.items()}
    codes |= {code.casefold(): code for code in types}
    kinds = {
        code: RecordType.MAINSTREAM if kind.mainstream else RecordType.SPECIAL
        for code, kind in types.items()
        if kind.state_funded and not kind.alternative_provision
    }
    rows = held_here.with_columns(
        pl.col("code").cast(pl.String).cast(pl.Int64, strict=False).alias("URN"),
        pl.col("number").cast(pl.Int64, strict=False).alias("LAESTAB"),
        pl.coalesce("authority", pl.col("number").str.head(3)).alias("LEA"),
        pl.col("type").str.to_lowercase().replace_strict(codes, default=None).alias("NFTYPE"),
    ).with_columns(
        pl.col("NFTYPE").replace_strict(kinds, default=None, return_dtype=pl.Int8).alias("RECTYPE")
    )
    return rows.filter(pl.col("URN").is_not_null()).select(
        pl.col(name).cast(dtype, strict=False)
        if name in rows.columns
        else pl.lit(None, dtype).alias(name)
        for name, dtype in school_dtypes(code_lists(year)).items()
    )
