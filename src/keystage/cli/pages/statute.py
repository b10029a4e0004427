"""The page of the statutory years: what each release has, and what nobody has published."""

from keystage.cli.pages import markdown
from keystage.statute.loader import available, load_year, table_types
from keystage.statute.year import Year


def years_page() -> str:
    """Every year and release: tables with source and confidence, absent ones with the reason."""
    years = [load_year(*item) for item in available()]
    overview = [
        (
            year.name,
            year.year.label,
            year.year.status,
            "yes" if year.year.progress else "no",
            str(len(table_types()) - len(year.absent)),
            str(len(year.absent)),
        )
        for year in years
    ]
    return markdown.page(
        "Statutory years",
        "Constants differ between years and between the releases of one year. See every value with "
        "`keystage years show 2022 --release provisional`, and compare years with "
        "`keystage years diff 2018 2019`.",
        "Confidence: A is read in the department's own text or data, A* recovered from figures it "
        "published, B stated by a named practitioner source, C an inference that you may replace.",
        markdown.table(
            ("release", "academic year", "status", "progress", "tables", "absent"), overview
        ),
        *(part for year in years for part in _year(year)),
    )


def _year(year: Year) -> list[str]:
    names = list(table_types())
    given = [_given(year, name) for name in names if name not in year.absent]
    absent = [(markdown.code(n), year.absent[n].absent) for n in names if n in year.absent]
    blocks = [f"## {year.name}", markdown.table(("table", "confidence", "source", "note"), given)]
    if absent:
        blocks += ["Absent:", markdown.table(("table", "why"), absent)]
    return blocks


def _given(year: Year, name: str) -> tuple[str, str, str, str]:
    table = getattr(year, name)
    source = year.sources[table.source]
    section = f", {table.section}" if table.section else ""
    told = f"{source.title}{section} (read {source.read_on})"
    return markdown.code(name), table.confidence, told, table.note
