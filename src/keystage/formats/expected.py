"""The expected list: which pupils a school must account for, and how each is registered."""

from pathlib import Path

import polars as pl

from keystage.core.subjects import TESTED
from keystage.formats.sheets.headings import Columns, Table, by_text, read_table, sheets
from keystage.formats.sheets.values import NO_DATE, NO_SCHOOL, as_date, as_school, as_sex
from keystage.records.returns import EXPECTED, UNREADABLE
from keystage.records.schema import LINE
from keystage.statute.collection import Collection

_DATES = ("birth_date", "left_on")


def read_expected(path: Path, collection: Collection) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read an expected list, CSV or Excel, by its headings.

    Columns, in any order and in several spellings: school number, UPN, surname, forename, date of
    birth, sex, and the registration for the reading, GPS and maths tests; on register (yes or no)
    and left on may be absent, and are then not known. Registrations are read in all the spellings
    the year knows, in capitals or not.

    Returns:
        The list, columns `records.returns.EXPECTED`; and the values that are null in it because
        their text has no meaning, columns `records.returns.UNREADABLE`.

    Raises:
        SheetRefusedError: the file is no sheet, or a column is missing; the sentence names it.
    """
    known = sheets().expected
    table = read_table(path, known)
    typed = _typed(known, collection)
    reasons = _reasons(known, collection)
    present = table.frame.columns
    frame = table.frame.select(
        (typed.get(name, pl.col(name)) if name in present else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in EXPECTED.items()
    )
    lost = [
        table.frame.filter(pl.col(name).is_not_null() & typed[name].is_null()).select(
            LINE,
            field=pl.lit(table.headings[name]),
            text=name,
            reason=pl.lit(reason),
        )
        for name, reason in reasons.items()
        if name in present
    ]
    return frame, _unreadable(table, lost)


def _typed(known: Columns, collection: Collection) -> dict[str, pl.Expr]:
    registrations = collection.registrations.by_spelling()
    answers = {text: name == "yes" for text, name in by_text(known.answers).items()}
    typed = {name: as_date(pl.col(name)) for name in _DATES}
    for subject in TESTED:
        typed[subject] = _small(subject).replace_strict(
            registrations, default=None, return_dtype=pl.String
        )
    typed["on_register"] = _small("on_register").replace_strict(
        answers, default=None, return_dtype=pl.Boolean
    )
    typed["school"] = as_school(pl.col("school"))
    typed["sex"] = as_sex(pl.col("sex"), by_text(known.sexes))
    return typed


def _reasons(known: Columns, collection: Collection) -> dict[str, str]:
    labels = ", ".join(item.label for item in collection.registrations.codes.values())
    answers = " or ".join(texts[0] for texts in known.answers.values())
    return (
        dict.fromkeys(_DATES, NO_DATE)
        | dict.fromkeys(TESTED, f"a registration of {collection.name} is one of {labels}")
        | {"on_register": f"the answer is {answers}", "school": NO_SCHOOL}
    )


def _small(name: str) -> pl.Expr:
    return pl.col(name).str.to_lowercase()


def _unreadable(table: Table, lost: list[pl.DataFrame]) -> pl.DataFrame:
    cells = pl.concat([*lost, table.odd])
    return cells.select(
        (pl.col(name) if name in cells.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in UNREADABLE.items()
    ).sort(LINE, maintain_order=True)
