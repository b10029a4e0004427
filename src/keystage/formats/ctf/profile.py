"""The assessment profile: what the result rows of a transfer file are about, as data.

A result row says subject, method, component and qualifier. Which of these mean the reading
assessment or the maths mark is published nowhere, so it stands in a file each of whose rows is
marked verified or not. A file of a school's own replaces the one that is shipped.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import polars as pl

from keystage.core.errors import InputError
from keystage.core.subjects import Subject
from keystage.formats.toml_file import read_toml, toml_of
from keystage.records.returns import SLOTS, Kind
from keystage.statute.table import Record

#: What tells one sort of result row from another; with locale, year and status it is a slot.
TUPLE = ("stage", "subject", "method", "component", "qualifier")
ANY = "*"
_DEFAULT = Path(__file__).parent / "profiles" / "default.toml"
_WHAT_TO_DO = "Correct it there, or write a new one with keystage ctf profile."
_OUGHT_A_MEASURE = "should have a measure: only a multiplication result has none"


class ProfileRow(Record, frozen=True, kw_only=True):
    """One tuple, what it is about, and how that is known.

    Raises:
        ValueError: it is no multiplication result and has no measure.
    """

    stage: str
    subject: str
    method: str
    component: str
    qualifier: str
    kind: Kind
    measure: Subject | None = None
    evidence: str
    verified: bool

    def __post_init__(self) -> None:
        """Refuse a row that is about nothing."""
        if (self.measure is None) != (self.kind == "multiplication"):
            raise ValueError(_OUGHT_A_MEASURE)

    @property
    def key(self) -> tuple[str, ...]:
        """The row's tuple, in capitals."""
        return tuple(str(getattr(self, name)).strip().upper() for name in TUPLE)


class Synonym(Record, frozen=True, kw_only=True):
    """Spellings of a subject and a component that mean a measure; ``*`` is any."""

    measure: Subject
    subjects: tuple[str, ...]
    components: tuple[str, ...]


class KindRule(Record, frozen=True, kw_only=True):
    """The kind of rows that have a measure by a synonym: those qualifiers, or all but some."""

    stages: tuple[str, ...]
    method: str
    kind: Kind
    qualifiers: tuple[str, ...] = ()
    not_qualifiers: tuple[str, ...] = ()


class UnknownTuple(Record, frozen=True, kw_only=True):
    """A tuple found in an export that means nothing to the profile, with values it had."""

    stage: str
    subject: str
    method: str
    component: str
    qualifier: str
    found: int
    examples: tuple[str, ...] = ()


class AssessmentProfile(Record, frozen=True, kw_only=True):
    """What result rows are about: exact tuples first, then synonyms."""

    name: str
    stages: tuple[str, ...] = ()
    estimates: tuple[str, ...] = ()
    rows: tuple[ProfileRow, ...]
    synonyms: tuple[Synonym, ...] = ()
    kinds: tuple[KindRule, ...] = ()
    unknown: tuple[UnknownTuple, ...] = ()

    def row_of(self, measure: Subject, kind: Kind) -> ProfileRow:
        """The tuple to write for a result: a verified one before others, then the first.

        Raises:
            InputError: the profile has none.
        """
        rows = [row for row in self.rows if (row.measure, row.kind) == (measure, kind)]
        if not rows:
            raise InputError(
                f"The profile has no row for the {measure.label} {kind}.",
                where=f"assessment profile {self.name}",
                todo="Add one under [[rows]].",
            )
        return next((row for row in rows if row.verified), rows[0])

    def classify(self, slots: pl.DataFrame) -> pl.DataFrame:
        """The slots with ``measure`` and ``kind``, columns `SLOTS`.

        Values are compared without case and without blanks around them. A row of a test whose
        qualifier is unknown has a measure and no kind; so has an estimate or a target. A row the
        profile does not know has neither.
        """
        clean = slots.drop("measure", "kind", strict=False).with_columns(
            _clean(name).alias(f"_{name}") for name in TUPLE
        )
        exact = clean.join(
            self._frame(), on=[f"_{name}" for name in TUPLE], how="left", maintain_order="left"
        )
        known = pl.col("_kind").is_not_null()
        kind = pl.when(known).then("_kind").when(pl.col("measure").is_not_null()).then(self._kind())
        return (
            exact.with_columns(
                measure=pl.when(known).then("_measure").otherwise(self._measure()),
            )
            .with_columns(kind=pl.when(~_clean("status").is_in(self.estimates)).then(kind))
            .select(pl.col(name).cast(dtype) for name, dtype in SLOTS.items())
        )

    def _frame(self) -> pl.DataFrame:
        values = [(*row.key, row.measure, row.kind) for row in self.rows]
        names = [f"_{name}" for name in (*TUPLE, "measure", "kind")]
        return pl.DataFrame(values, schema=dict.fromkeys(names, pl.String), orient="row")

    def _measure(self) -> pl.Expr:
        found = pl.coalesce(
            pl.lit(None, pl.String),
            *(
                pl.when(
                    _fits("_subject", rule.subjects) & _fits("_component", rule.components)
                ).then(pl.lit(str(rule.measure)))
                for rule in self.synonyms
            ),
        )
        return pl.when(pl.col("_stage").is_in(self.stages)).then(found)

    def _kind(self) -> pl.Expr:
        return pl.coalesce(
            pl.lit(None, pl.String),
            *(
                pl.when(
                    pl.col("_stage").is_in(rule.stages)
                    & (pl.col("_method") == rule.method)
                    & _fits("_qualifier", rule.qualifiers or (ANY,))
                    & ~pl.col("_qualifier").is_in(rule.not_qualifiers)
                ).then(pl.lit(rule.kind))
                for rule in self.kinds
            ),
        )


def load_profile(path: Path | None = None) -> AssessmentProfile:
    """The profile in a file, or the one that is shipped.

    Raises:
        InputError: the file is refused; the sentence names file, table and line.
    """
    if path is None:
        return _shipped()
    profile = read_toml(path, AssessmentProfile, _WHAT_TO_DO)
    keys = [row.key for row in profile.rows]
    for place, key in enumerate(keys, 1):
        if key in keys[: place - 1]:
            raise InputError(
                f"Row {place} has the tuple {' '.join(key)}, which an earlier row has too.",
                where=f"{path}, table [rows]",
                todo="Keep the one that is right.",
            )
    return profile


@cache
def _shipped() -> AssessmentProfile:
    return read_toml(_DEFAULT, AssessmentProfile, _WHAT_TO_DO, "profiles/default.toml")


def save_profile(profile: AssessmentProfile) -> str:
    """The text of a profile file; `load_profile` reads it back the same."""
    return toml_of(profile)


def _clean(name: str) -> pl.Expr:
    return pl.col(name).fill_null("").str.strip_chars().str.to_uppercase()


def _fits(column: str, values: Sequence[str]) -> pl.Expr:
    return pl.lit(True) if ANY in values else pl.col(column).is_in(values)
