"""The table of scaled scores that is released with results: read, kept as pairs, asked of marks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from keystage.core.errors import InputError, StatuteError
from keystage.core.subjects import TESTED, Subject
from keystage.formats.conversion import read_conversion
from keystage.formats.ctf.given import NamedBytes
from keystage.statute.collection import Collection
from keystage.statute.collection_loader import load_collection
from keystage.statute.collection_rules import Conversion, Scale

_TOML = ".toml"
#: Pairs of mark and score by test, as they are kept with a release.
Kept = Mapping[str, Sequence[Sequence[int]]]


def conversion_given(data: bytes, name: str, collection: Collection) -> Conversion:
    """The table in an upload: a sheet with the columns mark and a test, or a statute file (TOML).

    Raises:
        InputError: it is no such file, or breaks a rule; naming the row or the line.
    """
    if not name.lower().endswith(_TOML):
        return read_conversion(NamedBytes(name, data), collection)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "conversion.toml"
        path.write_bytes(data)
        try:
            found = load_collection(collection.year.id, path).conversion
        except StatuteError as error:
            where = error.where.replace(str(path), name)
            raise InputError(error.what, where=where, todo=error.todo) from None
    if found is None or found == collection.conversion:
        raise InputError(
            "There is no table of scaled scores in it.",
            where=name,
            todo="Write [conversion] with pairs of mark and scaled score for each test.",
        )
    return found


def kept(conversion: Conversion | None) -> dict[str, list[list[int]]]:
    """A table as it is kept: pairs by test, without tests that have none."""
    if conversion is None:
        return {}
    return {
        str(test): [list(pair) for pair in conversion.of(test)]
        for test in TESTED
        if conversion.of(test)
    }


def table_of(pairs: Kept) -> Conversion | None:
    """The table that was kept; None where no test has one."""
    if not any(pairs.values()):
        return None
    found = {
        test: tuple((int(mark), int(score)) for mark, score in pairs.get(test, ()))
        for test in map(str, TESTED)
    }
    return Conversion(
        source="release",
        confidence="C",
        reading=found[Subject.READING],
        gps=found[Subject.GPS],
        maths=found[Subject.MATHS],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """How far a mark is from the standards of a test.

    Attributes:
        subject: the test.
        mark: the raw mark.
        score: the scaled score by the table; None for too few marks.
        expected: marks that are lacking to the expected standard; 0 or less where it is met: then
            so many marks fewer would still meet it, as a negative number. None where no mark does.
        higher: the same of the higher standard.
        one_more: the scaled score of one mark more; None where there is no such mark or score.
        one_less: that of one mark less.
        highest: the highest mark of the test.
    """

    subject: Subject
    mark: int
    score: int | None
    expected: int | None
    higher: int | None
    one_more: int | None
    one_less: int | None
    highest: int

    @property
    def close(self) -> bool:
        """Whether one mark decides about a standard."""
        return {self.expected, self.higher} & {0, 1} != set()


def distance(
    table: Conversion, subject: Subject, mark: int, collection: Collection
) -> Distance | None:
    """The distance of a mark from the standards; None where the test has no table.

    Raises:
        InputError: the mark is not one of the test's.
    """
    pairs = dict(table.of(subject))
    if not pairs:
        return None
    highest = collection.marks.of(subject)
    if not 0 <= mark <= highest:
        raise InputError(
            f"{mark} is not a mark in {subject.label}.",
            todo=f"Enter a whole number from 0 to {highest}.",
        )
    scale = collection.scale
    return Distance(
        subject=subject,
        mark=mark,
        score=pairs.get(mark),
        expected=_lacking(table, subject, scale.expected, mark),
        higher=_lacking(table, subject, scale.higher, mark),
        one_more=pairs.get(mark + 1),
        one_less=pairs.get(mark - 1),
        highest=highest,
    )


def _lacking(table: Conversion, subject: Subject, score: int, mark: int) -> int | None:
    reached = [one for one, found in table.of(subject) if found >= score]
    return min(reached) - mark if reached else None


def standing(score: int | None, scale: Scale) -> int:
    """Which standard a scaled score reaches: 0 below expected, 1 expected, 2 higher."""
    if score is None:
        return 0
    return (score >= scale.expected) + (score >= scale.higher)


def outcome_of(score: int, collection: Collection) -> str:
    """The outcome that goes with a scaled score, as a code of the year."""
    codes = collection.test_codes.saying("met" if standing(score, collection.scale) else "not_met")
    return codes[0]
