"""Test results in any table, read with a column mapping that is kept beside it.

Nobody publishes the columns of a results download, and each program has its own. A mapping says
which heading is which field; it is a small TOML file, proposed from the headings and put right by
hand once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from keystage.core.errors import InputError
from keystage.core.subjects import TESTED
from keystage.formats.ctf.given import NamedBytes
from keystage.formats.ctf.kinds import (
    CODE,
    CONSIDERATION,
    EITHER,
    IN_PLACE,
    TEST_KINDS,
    what_it_is,
)
from keystage.formats.ctf.results import one_a_test
from keystage.formats.sheets.headings import Columns, plain, read_table, sheets
from keystage.formats.toml_file import read_toml, toml_of
from keystage.records.returns import UNREADABLE
from keystage.records.schema import LINE
from keystage.statute.collection import Collection
from keystage.statute.table import Record

UPN = "upn"
#: What a mapping may have besides the number: each test's mark, scaled score and outcome.
FIELDS = tuple(f"{subject}_{kind}" for subject in TESTED for kind in TEST_KINDS)
_WHAT_TO_DO = 'Write [columns] with lines such as reading_score = "Reading scaled score".'


class MarksMapping(Record, frozen=True, kw_only=True):
    """Which heading holds which field.

    ``columns`` are headings by field: ``upn``, and `FIELDS`. ``blanks`` are texts that mean that
    there is nothing, such as a dash.
    """

    name: str
    columns: Mapping[str, str]
    blanks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class ResultsSheet:
    """What was read of a results table.

    Attributes:
        pupils: pupil (the number of the row, from 0), line and upn.
        results: columns `ctf.results.TEST_RESULTS`.
        unreadable: values that were not taken, columns `records.returns.UNREADABLE`.
        unknown: headings that the mapping does not use.
    """

    pupils: pl.DataFrame
    results: pl.DataFrame
    unreadable: pl.DataFrame
    unknown: tuple[str, ...]


def propose_mapping(path: Path | NamedBytes, name: str) -> tuple[MarksMapping, tuple[str, ...]]:
    """A mapping made of the headings that are known, and the headings that are not.

    Raises:
        SheetRefusedError: the file is no sheet, or has no pupil numbers.
    """
    table = read_table(path, sheets().marks)
    columns = {field: table.headings[field] for field in (UPN, *FIELDS) if field in table.headings}
    return MarksMapping(name=name, columns=columns), table.unknown


def load_mapping(path: Path) -> MarksMapping:
    """The mapping in a file.

    Raises:
        InputError: the file is refused; the sentence names file, table and line.
    """
    mapping = read_toml(path, MarksMapping, _WHAT_TO_DO)
    strangers = [field for field in mapping.columns if field not in {UPN, *FIELDS}]
    headings = [plain(heading) for heading in mapping.columns.values()]
    twice = [heading for heading in mapping.columns.values() if headings.count(plain(heading)) > 1]
    if strangers or twice or UPN not in mapping.columns:
        what = f"The field {UPN} has no heading."
        if strangers:
            what = f"There is no field {strangers[0]}: the fields are {', '.join((UPN, *FIELDS))}."
        elif twice:
            what = f"The heading {twice[0]} stands for two fields."
        raise InputError(what, where=f"{path}, table [columns]", todo=_WHAT_TO_DO)
    return mapping


def save_mapping(mapping: MarksMapping) -> str:
    """The text of a mapping file; `load_mapping` reads it back the same."""
    return toml_of(mapping)


def read_marks(
    path: Path | NamedBytes, mapping: MarksMapping, collection: Collection
) -> ResultsSheet:
    """Read test results from a table, CSV or Excel, by a mapping.

    A column is what the mapping says: a number that cannot be it is refused, not put elsewhere. A
    code in place of a mark or a score is the outcome where there is no other; a code that annuls
    leaves no numbers.

    Raises:
        SheetRefusedError: the file is no sheet, or a heading of the mapping is missing.
    """
    spelt = {field: (heading,) for field, heading in mapping.columns.items()}
    table = read_table(path, Columns(needed=tuple(spelt), columns=spelt))
    frame = table.frame.with_row_index("pupil").with_columns(file=pl.lit(0, pl.UInt32))
    rows = _rows(frame, mapping, collection)
    found = one_a_test(rows.filter(pl.col("kind").is_not_null()), frame, collection)
    odd = frame.select("file", "pupil", LINE).join(table.odd, on=LINE)
    refused = [found.unreadable, *(_typed(part) for part in (_refused(rows, mapping), odd))]
    return ResultsSheet(
        pupils=frame.select("pupil", LINE, UPN),
        results=found.results,
        unreadable=pl.concat(refused).sort(LINE, maintain_order=True),
        unknown=table.unknown,
    )


def _rows(frame: pl.DataFrame, mapping: MarksMapping, collection: Collection) -> pl.DataFrame:
    """A row for each value, in the form `ctf.results.one_a_test` takes."""
    fields = [field for field in FIELDS if field in mapping.columns]
    blanks = [blank.strip().upper() for blank in mapping.blanks]
    long = (
        frame.unpivot(
            fields, index=["file", "pupil", LINE], variable_name="field", value_name="result"
        )
        .with_columns(
            pl.col("field").str.split_exact("_", 1).struct.rename_fields(["measure", "said"])
        )
        .unnest("field")
        .with_columns(text=pl.col("result").fill_null("").str.to_uppercase())
        .filter(~pl.col("text").is_in(blanks))
    )
    found, said = pl.col("is"), pl.col("said")
    kind = (
        pl.when((found == said) | ((found == EITHER) & (said != "outcome")))
        .then(said)
        .when((found == CODE) & (said == "outcome"))
        .then(said)
        .when(found == CODE)
        .then(pl.lit(IN_PLACE))
        .when(found == CONSIDERATION)
        .then(found)
    )
    return what_it_is(long, collection).with_columns(kind=kind).sort("pupil", maintain_order=True)


def _refused(rows: pl.DataFrame, mapping: MarksMapping) -> pl.DataFrame:
    """Values that cannot be what their column is."""
    reason = {"mark": "it is no mark", "score": "it is no scaled score", "outcome": "it is no code"}
    return rows.filter(pl.col("kind").is_null()).select(
        "file",
        "pupil",
        LINE,
        field=pl.format("{}_{}", "measure", "said").replace_strict(mapping.columns),
        text="result",
        reason=pl.format("{} of this test", pl.col("said").replace_strict(reason)),
    )


def _typed(unreadable: pl.DataFrame) -> pl.DataFrame:
    return unreadable.select(pl.col(name).cast(dtype) for name, dtype in UNREADABLE.items())
