"""Pages about the files that go in: their columns, and the checks they must pass."""

from keystage.checks.registry import Check
from keystage.checks.run import checks
from keystage.cli.pages import markdown
from keystage.cli.pages.example import COMPLETE
from keystage.records.column import Column
from keystage.records.schema import PUPIL_FIELDS_NOT_READ, PUPILS, SCHOOLS
from keystage.statute.code_lists import code_lists
from keystage.statute.loader import load_year

_HEADINGS = ("column", "also", "meaning", "values", "needed for")


def input_page() -> str:
    """The columns of pupil and school files."""
    year = load_year(*COMPLETE)
    codes = code_lists(year)

    def rows(columns: tuple[Column, ...], *, required: bool) -> list[tuple[str, ...]]:
        return [_column(item, codes) for item in columns if item.required is required]

    return markdown.page(
        "Input files",
        "Files are CSV or Parquet. Headings are those of the department's key stage 2 checking "
        "exercise, in capitals or not, so the file a school downloads in September runs as it is. "
        f"Codes are those of {year.name}; other years have others.",
        "A column that a file lacks is not taken as zero: figures that need it are not "
        "applicable, and the run says so. Columns Keystage does not know are reported.",
        "## Pupil file: required",
        markdown.table(_HEADINGS, rows(PUPILS, required=True)),
        "## Pupil file: optional",
        markdown.table(_HEADINGS, rows(PUPILS, required=False)),
        "These fields of the checking exercise file are never read: "
        + ", ".join(map(markdown.code, PUPIL_FIELDS_NOT_READ))
        + ".",
        "## School file: required",
        markdown.table(_HEADINGS, rows(SCHOOLS, required=True)),
        "## School file: optional",
        markdown.table(_HEADINGS, rows(SCHOOLS, required=False)),
    )


def _column(column: Column, codes: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    values = ", ".join(column.values(codes)) if column.kind == "code" else column.kind
    also = ", ".join(map(markdown.code, column.aliases))
    return markdown.code(column.name), also, column.meaning, values, column.needed_for


def checks_page() -> str:
    """Every check, by code."""
    return markdown.page(
        "Checks",
        "Every file is checked before anything is calculated. An error refuses the file, a "
        "warning names a rule the reader should know of, a note says what was done. Names in "
        "braces stand for the pupil's or the year's values.",
        *(_check(item) for item in checks()),
    )


def _check(item: Check) -> str:
    facts = [
        f"Severity: {item.severity}.",
        f"Table: {item.table}. Fields: {', '.join(map(markdown.code, item.fields))}.",
        f"Message: {item.message}",
        f"Source: {item.source}.",
    ]
    return f"## {item.code}\n\n{item.sentence}\n\n{markdown.listing(facts)}"
