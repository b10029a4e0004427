"""The scaled score of one raw mark, by the year's published table; or why there is none to give."""

from dataclasses import dataclass
from pathlib import Path

from keystage.core.errors import AbsentValueError, InputError, UsageError
from keystage.core.subjects import TESTED, Subject
from keystage.formats.conversion import conversion_for
from keystage.statute.collection import Collection
from keystage.statute.collection_loader import load_collection


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaledScore:
    """What a raw mark comes to.

    Attributes:
        score: the scaled score; None where the mark has none or the table is not there.
        known: whether the table of the test is there.
        sentence: what is said of it, for people.
        source: what the table is from; empty without one.
        where: the address of that source, if it has one.
    """

    score: int | None
    known: bool
    sentence: str
    source: str = ""
    where: str = ""


def scaled_score(
    year: int, subject: Subject, mark: int, *, table: Path | None = None
) -> ScaledScore:
    """The scaled score of a mark; never a guess from another year's table.

    Args:
        year: the year of the test.
        subject: a tested subject.
        mark: the raw mark, all papers together.
        table: a file with the year's table (see `formats.conversion.read_conversion`).

    Raises:
        UsageError: there is no such year, or the subject has no test.
        InputError: the mark is not one of the test's, or the file is refused.
    """
    collection = load_collection(year)
    if subject not in TESTED:
        raise UsageError(f"There is no test in {subject.label}.", todo="Choose a tested subject.")
    highest = collection.marks.of(subject)
    if not 0 <= mark <= highest:
        raise InputError(
            f"{mark} is not a mark in {subject.label}.",
            todo=f"Enter a whole number from 0 to {highest}.",
        )
    try:
        conversion = conversion_for(collection, table)
    except AbsentValueError as error:
        return ScaledScore(score=None, known=False, sentence=f"{error.what} {error.todo}")
    pairs = dict(conversion.of(subject))
    if not pairs:
        return ScaledScore(score=None, known=False, sentence=_lacking(subject, collection))
    source = collection.sources.get(conversion.source)
    score = pairs.get(mark)
    marks = "1 mark" if mark == 1 else f"{mark} marks"
    return ScaledScore(
        score=score,
        known=True,
        sentence=f"{marks} in {subject.label} in {year}: too few for a scaled score."
        if score is None
        else f"{marks} in {subject.label} in {year}: a scaled score of {score}.",
        source=conversion.source if source is None else source.title,
        where="" if source is None else source.where,
    )


def _lacking(subject: Subject, collection: Collection) -> str:
    return (
        f"The conversion of marks to scaled scores in {subject.label} in {collection.name} is not "
        "known, although that of another test is. Give a table with the columns mark and "
        f"{subject.label}."
    )
