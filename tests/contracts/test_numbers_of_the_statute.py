"""Statutory numbers live in the files of the years and nowhere else."""

import ast
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from keystage.statute.loader import available, load_year
from keystage.statute.table import Table

ROOMS = ("measures", "reports", "checks", "formats", "records", "flows")
#: Numbers this small count things (subjects, bands, places of a decimal) and say nothing.
SMALL = 12
#: Numbers that happen to be statutory and mean something else where they stand.
OTHER_MEANING = {
    "100": {
        "checks/returns": "a whole, in percent",
        "flows/verify": "a whole, in percent",
        "measures/derive.py": "a whole, in percent",
        "measures/derive_bands.py": "a whole, in percent",
        "measures/figures.py": "a whole, in percent",
        "reports/withholding.py": "a whole, in percent",
        "formats/published_table.py": "a century, in years",
    },
    "200": {"flows/verify": "twice a whole, in percent"},
    "15": {"formats/sheets/writing.py": "a power of two: letters in a cell"},
    "20": {
        "flows/verify": "twice ten",
        "formats/sheets": "a power of two: a million bytes or rows",
    },
    "14": {"formats/sheets/grid.py": "a power of two: columns of a sheet"},
    "23": {"formats/sheets": "a power of two: cells in a sheet"},
    "25": {"formats/sheets/grid.py": "a power of two: cells of a table, unpacked"},
    "27": {"formats/sheets/grid.py": "a power of two: bytes of a sheet"},
    "28": {"formats/sheets": "a power of two: bytes of a sheet, unpacked"},
    "30": {"formats/sheets/values.py": "the day before the first of a workbook's calendar"},
    "31.0": {"reports/calibration.py": "a length on the page"},
    "50": {"formats/sheets/headings.py": "rows in which a heading is looked for"},
    "60": {"flows/roll/files/quotation_marks.py": "letters of a line that are told"},
    "64": {"formats/ctf": "pieces in which files are read"},
    "0.5": {
        "checks/key_stage_1.py": "half a unit of the last decimal",
        "flows/figures/rounding.py": "half a unit of the last decimal",
        "measures/explain_words.py": "half a unit of the last decimal",
    },
    "16": {
        "measures/units.py": "sixteenths of a point",
        "reports/tagged_pdf.py": "hexadecimal digits",
        "flows/receipts.py": "hexadecimal digits",
        "records": "bits of a whole number",
    },
    "24": {"checks/scripts.py": "too few pupils to know what to expect"},
    "32": {"records": "bits of a whole number"},
    "63": {"measures/packing.py": "bits of a word"},
    "1000": {
        "flows/cohort/scorable.py": "how many schools are many",
        "checks/returns/run.py": "how many findings are listed",
        "checks/run.py": "how many findings are listed",
        "reports/preflight.py": "how many findings stand on a page",
    },
}


def test_no_statutory_number_stands_in_code(trees: Mapping[str, ast.Module]) -> None:
    known = set(statutory_numbers())
    assert {Decimal(110), Decimal("1.96"), Decimal(201), Decimal("6.2871")} <= known
    found = [
        f"{name}, line {line}: {number}"
        for name, tree in trees.items()
        if name.startswith(ROOMS)
        for line, number in numbers(tree)
        if number in known and not means_something_else(name, number)
    ]
    assert found == []


def means_something_else(name: str, number: Decimal) -> bool:
    places = OTHER_MEANING.get(f"{number:f}", {})
    return any(name == place or name.startswith(f"{place}/") for place in places)


def statutory_numbers() -> Iterator[Decimal]:
    for item in available():
        year = load_year(*item)
        for name in year.__struct_fields__:
            if isinstance(table := getattr(year, name), Table):
                yield from telling(msgspec.to_builtins(table))


def telling(value: Any) -> Iterator[Decimal]:
    """Every number within a value that is not a small whole one, without its sign."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from telling(key)
            yield from telling(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from telling(inner)
    elif not isinstance(value, bool) and (number := as_number(value)) is not None:
        yield number


def numbers(tree: ast.Module) -> Iterator[tuple[int, Decimal]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and not isinstance(node.value, bool | bytes):
            number = as_number(node.value)
            if number is not None:
                yield node.lineno, number


def as_number(value: object) -> Decimal | None:
    if not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = abs(Decimal(str(value)))
    except InvalidOperation:
        return None
    whole = number.is_finite() and number == number.to_integral_value()
    return None if not number.is_finite() or (whole and number <= SMALL) else number


def test_every_source_of_a_year_is_used_and_dated() -> None:
    for item in available():
        year = load_year(*item)
        tables = [getattr(year, name) for name in year.__struct_fields__]
        used = {table.source for table in tables if isinstance(table, Table)}
        assert used == set(year.sources), year.name
        assert all(source.read_on.year > 2000 for source in year.sources.values())


def test_every_absent_table_says_why() -> None:
    for item in available():
        year = load_year(*item)
        assert all(reason.absent.strip() for reason in year.absent.values()), year.name
