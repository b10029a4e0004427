"""What a file says, put together for a person: pupils and subjects, and what the codes mean."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from keystage.core.errors import UsageError
from keystage.core.subjects import ASSESSED, TESTED
from keystage.flows.returns.scales import judgements_of
from keystage.flows.returns.sources import read_one, year_of
from keystage.formats.ctf.profile import AssessmentProfile, load_profile
from keystage.formats.ctf.results import results_of_tests
from keystage.records.returns import ReturnSet
from keystage.statute.collection import Collection
from keystage.statute.collection_loader import load_collection

#: What a result row is, for people, by the kind the assessment profile gives it.
KINDS: Mapping[str, str] = {
    "assessment": "teacher assessment",
    "mark": "test mark",
    "score": "scaled score",
    "outcome": "test outcome",
    "multiplication": "multiplication tables check",
}
NOT_KNOWN = "not in the assessment profile"


@dataclass(frozen=True, kw_only=True, eq=False)
class Contents:
    """A file's contents.

    Attributes:
        returns: what was read.
        collection: the collection of the year shown, or None if the file has results of none.
        pupils: one row a pupil: file, pupil, line, upn, surname, forename, birth_date, sex, a
            column for each of `ASSESSED`, and ``…_test`` for each test as text.
        rows: one row a result in the order of the file: pupil, line, stage, year, subject,
            method, component, qualifier, result, result_date, what it is (``is``), and what the
            code means in the year shown (``meaning``).
        meanings: each code that pupils have in the year shown, the subjects it is in, its meaning.
    """

    returns: ReturnSet
    collection: Collection | None
    pupils: pl.DataFrame
    rows: pl.DataFrame
    meanings: Sequence[tuple[str, Sequence[str], str]]

    @property
    def nothing_shown(self) -> str:
        """Where nobody has a result of the year shown, a sentence that says so; else empty."""
        if self.collection is None:
            return ""
        columns = (*(str(subject) for subject in ASSESSED), *_test_columns())
        if any((self.pupils[name] != "").any() for name in columns):
            return ""
        stage = self.collection.format.stage
        years = self.rows.filter(pl.col("stage") == stage)["year"].drop_nulls().unique().sort()
        had = f"; it has those of {', '.join(map(str, years))}" if len(years) else ""
        return f"No key stage 2 results of {self.collection.name} are in the file{had}."

    def kinds(self) -> pl.DataFrame:
        """How many results of each stage, year and sort there are: stage, year, is, count."""
        return self.rows.group_by("stage", "year", "is").len("count").sort("stage", "year", "is")

    def of(self, upn: str) -> pl.DataFrame:
        """The result rows of one pupil.

        Raises:
            UsageError: there is no such pupil.
        """
        wanted = upn.strip().upper()
        pupils = self.pupils.filter(pl.col("upn").str.strip_chars().str.to_uppercase() == wanted)
        if pupils.is_empty():
            raise UsageError(
                f"There is no pupil {wanted} in the file.", todo="Check the UPN given to --pupil."
            )
        return self.rows.join(pupils.select("pupil"), on="pupil", how="semi", maintain_order="left")


def contents(file: Path, year: int | None, profile: AssessmentProfile | None = None) -> Contents:
    """Read a file and put its contents together.

    Args:
        file: a transfer file, an archive or folder of them, or a mark sheet.
        year: the year shown; None for the latest the file has results of.
        profile: what result rows are about; None for the one that is shipped.

    Raises:
        InputError: the file cannot be read.
        UsageError: there is no collection of the year, or the file is a sheet and needs one.
    """
    known = profile or load_profile()
    returns = read_one(file, year, known)
    shown = year_of(returns) if year is None else year
    collection = None if shown is None else load_collection(shown)
    return Contents(
        returns=returns,
        collection=collection,
        pupils=_pupils(returns, collection, known),
        rows=_rows(returns, collection),
        meanings=() if collection is None else tuple(_meanings(returns, collection)),
    )


def _pupils(
    returns: ReturnSet, collection: Collection | None, profile: AssessmentProfile
) -> pl.DataFrame:
    identity = ("file", "pupil", "line", "upn", "surname", "forename", "birth_date", "sex")
    pupils = returns.pupils.select(identity)
    if collection is None:
        return pupils
    return (
        pupils.join(judgements_of(returns, collection), "pupil", "left", maintain_order="left")
        .join(_tests(returns, collection, profile), "pupil", "left", maintain_order="left")
        .with_columns(pl.col(ASSESSED).fill_null(""), pl.col(_test_columns()).fill_null(""))
    )


def _test_columns() -> list[str]:
    return [f"{subject}_test" for subject in TESTED]


def _tests(returns: ReturnSet, collection: Collection, profile: AssessmentProfile) -> pl.DataFrame:
    """Test results as text: the scaled score, the outcome, and the mark behind a stroke."""
    results = results_of_tests(returns, collection, profile).results
    text = pl.concat_str(
        pl.concat_str(
            pl.col("score").cast(pl.String),
            "outcome",
            pl.col("consideration"),
            separator=" ",
            ignore_nulls=True,
        ),
        pl.format("mark {}", "mark"),
        separator=", ",
        ignore_nulls=True,
    ).str.strip_prefix(", ")
    return results.group_by("pupil").agg(
        text.filter(pl.col("subject") == subject).first().alias(f"{subject}_test")
        for subject in TESTED
    )


def _rows(returns: ReturnSet, collection: Collection | None) -> pl.DataFrame:
    kind = pl.col("kind").replace_strict(KINDS, default=None, return_dtype=pl.String)
    known = pl.concat_str("measure", kind, separator=" ", ignore_nulls=True)
    slots = returns.slots.with_columns(
        pl.when(kind.is_null()).then(pl.lit(NOT_KNOWN)).otherwise(known).alias("is")
    )
    rows = returns.results.join(slots, on="slot", maintain_order="left").with_columns(
        code=pl.col("result").str.strip_chars().str.to_uppercase()
    )
    shown = ("stage", "year", "subject", "method", "component", "qualifier", "is")
    keys = ["stage", "year", "kind", "measure", "code"]
    return rows.join(_codes(collection), on=keys, how="left", maintain_order="left").select(
        "pupil", "line", *shown, "result", "result_date", "meaning"
    )


def _codes(collection: Collection | None) -> pl.DataFrame:
    """What codes mean: stage, year, kind, measure, code, meaning."""
    named = (
        []
        if collection is None
        else [
            *(
                ("assessment", subject, code, judgement.meaning)
                for subject in ASSESSED
                for code, judgement in collection.judgements.of(subject).items()
            ),
            *(
                ("outcome", subject, code, item.meaning)
                for subject in TESTED
                for code, item in collection.test_codes.codes.items()
            ),
        ]
    )
    schema = dict.fromkeys(("kind", "measure", "code", "meaning"), pl.String)
    return pl.DataFrame(named, schema=schema, orient="row").select(
        pl.lit("" if collection is None else collection.format.stage).alias("stage"),
        pl.lit(None if collection is None else collection.year.id, pl.Int16).alias("year"),
        pl.all(),
    )


def _meanings(
    returns: ReturnSet, collection: Collection
) -> Iterator[tuple[str, Sequence[str], str]]:
    """Each code that pupils have, in the order of the year's lists; then what is no code."""
    had = judgements_of(returns, collection)
    subjects: dict[tuple[str, str], list[str]] = {}
    strangers: dict[str, list[str]] = {}
    for subject in ASSESSED:
        codes = set(had[subject].drop_nulls())
        known = collection.judgements.of(subject)
        for code in (one for one in known if one in codes):
            subjects.setdefault((code, known[code].meaning), []).append(subject.label)
        for code in sorted(codes - known.keys()):
            strangers.setdefault(code, []).append(subject.label)
    for (code, meaning), where in subjects.items():
        yield code, where, meaning
    for code, where in strangers.items():
        yield code, where, f"no code of {collection.name} there"
