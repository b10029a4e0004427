"""Raw marks to scaled scores: by the year's table where it is known, or by one that is given."""

from pathlib import Path

import msgspec
import polars as pl

from keystage.core.errors import AbsentValueError, InputError
from keystage.core.subjects import TESTED, Subject
from keystage.formats.ctf.given import Source
from keystage.formats.sheets.headings import read_table, sheets
from keystage.records.schema import LINE
from keystage.statute.collection import Collection
from keystage.statute.collection_rules import Conversion

_MARK = "mark"
_WHOLE = r"^[0-9]{1,3}$"
#: How tables write that a mark has no scaled score.
_NONE = ("N", "-", "N/A")
Pairs = tuple[tuple[int, int], ...]


def conversion_for(collection: Collection, path: Path | None = None) -> Conversion:
    """The table in a file, with the year's own for tests it leaves out; or the year's own.

    A test of which neither has a table has no pairs.

    Raises:
        InputError: the file is refused (see `read_conversion`).
        AbsentValueError: there is no file, and the year's table is not known; with the reason.
    """
    own = collection.conversion
    if path is not None:
        given = read_conversion(path, collection)
        lacking = [test for test in TESTED if not given.of(test)]
        others = {} if own is None else {str(test): own.of(test) for test in lacking}
        return msgspec.structs.replace(given, **others)
    if own is None:
        raise AbsentValueError(
            f"The conversion of marks to scaled scores in {collection.name} is not known: "
            f"{collection.absent['conversion'].absent}.",
            todo="Give a table with the columns mark, reading, GPS and maths.",
        )
    return own


def read_conversion(path: Source, collection: Collection) -> Conversion:
    """A conversion table, CSV or Excel: columns mark, and the scaled score in each test.

    A blank, N, a dash or N/A says that the mark has no scaled score.

    Raises:
        InputError: it is no such sheet, or a value is no number, above the highest mark or off the
            scale, a mark is there twice or left out, or scores fall as marks rise; naming the
            row.
    """
    table = read_table(path, sheets().conversion)
    tests = [subject for subject in TESTED if subject in table.frame.columns]
    blank = [pl.when(~pl.col(test).str.to_uppercase().is_in(_NONE)).then(test) for test in tests]
    frame = table.frame.with_columns(blank)
    _refuse(path, table.odd, "holds no value")
    pairs: dict[Subject, Pairs] = dict.fromkeys(TESTED, ())
    for test in tests:
        pairs[test] = _pairs(path, frame.drop_nulls(test), test, collection)
    return Conversion(
        source=path.name,
        confidence="C",
        reading=pairs[Subject.READING],
        gps=pairs[Subject.GPS],
        maths=pairs[Subject.MATHS],
    )


def with_scores(results: pl.DataFrame, conversion: Conversion) -> pl.DataFrame:
    """Test results with ``from_mark``: the scaled score of the mark, null where it has none.

    Args:
        results: columns subject and mark at least, as `ctf.results.TEST_RESULTS`.
        conversion: the table.
    """
    pairs = [(str(test), *pair) for test in TESTED for pair in conversion.of(test)]
    schema = {"subject": pl.String, "mark": pl.Int16, "from_mark": pl.Int16}
    scores = pl.DataFrame(pairs, schema=schema, orient="row")
    return results.join(scores, on=["subject", "mark"], how="left", maintain_order="left")


def _pairs(path: Source, frame: pl.DataFrame, test: Subject, collection: Collection) -> Pairs:
    mark, score = pl.col(_MARK), pl.col(test)
    _refuse(
        path,
        frame.filter(~(mark.fill_null("").str.contains(_WHOLE) & score.str.contains(_WHOLE))),
        "is not a mark and a scaled score in whole numbers",
    )
    whole = frame.select(LINE, mark.cast(pl.Int64), score.cast(pl.Int64)).sort(_MARK)
    scale, highest = collection.scale, collection.marks.of(test)
    faults = (
        (mark > highest, f"has a mark above {highest}, the highest in {test.label}"),
        (
            ~score.is_between(scale.lowest, scale.highest),
            f"has a scaled score outside {scale.lowest} to {scale.highest} in {test.label}",
        ),
        (mark.is_duplicated(), "has a mark that another row has too"),
        (mark.diff() > 1, f"leaves out a mark below it in {test.label}"),
        (score.diff() < 0, f"has a lower scaled score for a higher mark in {test.label}"),
    )
    for wrong, what in faults:
        _refuse(path, whole.filter(wrong), what)
    short = whole.tail(1).filter(mark < highest)
    _refuse(path, short, f"is the last, and the highest mark in {test.label} is {highest}")
    return tuple(whole.select(_MARK, test).iter_rows())


def _refuse(path: Source, rows: pl.DataFrame, what: str) -> None:
    if rows.height:
        raise InputError(
            f"This row {what}.",
            where=f"{path if isinstance(path, Path) else path.name}, line {rows[LINE][0]}",
            todo="Compare it with the published table.",
        )
