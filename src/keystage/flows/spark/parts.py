"""The steps: each a function of a part of the pupils, whose results can be added up."""

from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl

from keystage.checks.pupils import compared_number
from keystage.checks.registry import Check
from keystage.checks.run import checks, look
from keystage.flows.computing import TOLD
from keystage.flows.reference_notes import left_out
from keystage.flows.spark.carry import carried
from keystage.flows.spark.task import Task
from keystage.formats.tables import typed_pupils
from keystage.measures.catalogue import measures
from keystage.measures.department import differences
from keystage.measures.parts import school_parts
from keystage.measures.progress import with_progress
from keystage.measures.table import with_types
from keystage.measures.tally import counted_pupils
from keystage.measures.working import working_table
from keystage.records.recordset import RecordSet, pupils_frame
from keystage.records.schema import LINE
from keystage.statute.code_lists import code_lists
from keystage.statute.year import Year

NUMBER = "number"
_SCHOOLS = "schools"
#: Pupils taken together, so that a process needs the same memory however large its part is.
_AT_A_TIME = 250_000
Step = Callable[[RecordSet, Year], pl.DataFrame]


def asked(*, of_schools: bool = False, across: bool = False) -> list[Check]:
    """The checks of pupils, or of schools; those that compare pupils by a number, or all others."""
    tables = {"schools", "unreadable"} if of_schools else {"pupils", "unreadable"}
    return [one for one in checks() if one.table in tables and bool(one.across) == across]


def _found(records: RecordSet, year: Year) -> pl.DataFrame:
    return look(records, year, only=asked(), listed=TOLD)


def _numbered(records: RecordSet, year: Year) -> pl.DataFrame:
    """The pupils who have a number, as it is compared."""
    del year
    pupils = records.pupils.select(LINE, "UPN", "P_INCL", compared_number("UPN").alias(NUMBER))
    return pupils.drop_nulls(NUMBER)


def _repeated(records: RecordSet, year: Year) -> pl.DataFrame:
    """What is found among all pupils of the file who have some numbers."""
    return look(records, year, only=asked(across=True), listed=TOLD)


def _counted(records: RecordSet, year: Year) -> pl.DataFrame:
    schools = with_types(records.schools, year.school_types.types)
    return counted_pupils(working_table(records.pupils, year), schools)


def _summed(records: RecordSet, year: Year) -> pl.DataFrame:
    every = measures(progress=year.year.progress)
    return school_parts(_scored(records, year), every, year, urns=records.pupils["URN"])


def _differing(records: RecordSet, year: Year) -> pl.DataFrame:
    return differences(_scored(records, year))


def _left_out(records: RecordSet, year: Year) -> pl.DataFrame:
    return left_out(_scored(records, year), year)


def _scored(records: RecordSet, year: Year) -> pl.LazyFrame:
    working = working_table(records.pupils, year)
    return with_progress(working, year) if year.year.progress else working


STEPS: Mapping[str, Step] = {
    "found": _found,
    "numbered": _numbered,
    "repeated": _repeated,
    "counted": _counted,
    "summed": _summed,
    "differing": _differing,
    "left_out": _left_out,
}


def packed_tables(records: RecordSet) -> dict[str, bytes]:
    """The schools and the values of the whole file, to be sent with a task."""
    whole = {str(at): table for at, table in enumerate(records.whole)}
    return {name: _bytes(table) for name, table in {**whole, _SCHOOLS: records.schools}.items()}


def taken(task: Task, batches: Iterator[Any]) -> Iterator[Any]:
    """The result of a task's step for each piece of a part, as Arrow batches.

    Args:
        task: the task.
        batches: the pupils of the part, as Arrow batches: ``line`` and columns by our names.
    """
    tables = {name: pl.read_ipc(content) for name, content in task.tables.items()}
    schools = tables.pop(_SCHOOLS)
    for rows in _pieces(batches, None if task.at_once else _AT_A_TIME):
        pupils, unreadable = _typed(task, rows)
        records = RecordSet(
            pupils=pupils,
            schools=schools,
            unreadable=unreadable,
            missing=task.missing,
            whole=tuple(tables.values()),
        )
        made = carried(STEPS[task.step](records, task.year))
        yield from made.to_arrow().to_batches()


def _typed(task: Task, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Pupils in our types: from the file's, or from those of an earlier step."""
    if NUMBER not in rows.columns:
        return typed_pupils(rows, Path(task.address), task.year)
    nobody = pupils_frame([], code_lists(task.year)).select(LINE, "UPN", "P_INCL")
    typed = rows.select(pl.col(name).cast(dtype) for name, dtype in nobody.schema.items())
    return typed, RecordSet(pupils=typed, schools=nobody).unreadable


def _pieces(batches: Iterator[Any], most: int | None) -> Iterator[pl.DataFrame]:
    """The rows of batches, put together until there are enough, each piece in order of lines."""
    held: list[pl.DataFrame] = []
    for batch in batches:
        held.append(pl.DataFrame(pl.from_arrow(batch)))
        if most is not None and sum(frame.height for frame in held) >= most:
            yield pl.concat(held).sort(LINE)
            held = []
    rows = pl.concat(held) if held else pl.DataFrame()
    if rows.height:
        yield rows.sort(LINE)


def _bytes(frame: pl.DataFrame) -> bytes:
    file = BytesIO()
    frame.write_ipc(file)
    return file.getvalue()
