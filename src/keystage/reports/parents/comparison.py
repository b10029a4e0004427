"""The school and the nation beside a pupil's results: shares that may be shown, and why others not.

A school's shares are taken from its published table only, so that disclosure control has withheld
those of a cohort so small that they would tell of single pupils.
"""

import polars as pl

from keystage.core.errors import UsageError
from keystage.reports.parents.report import Comparison, Comparisons
from keystage.reports.published import PublishedTable
from keystage.statute.publication import Suppression
from keystage.statute.year import Year

#: The published field of each standard that is compared.
STANDARDS = {
    "PTREAD_EXP": "Reading",
    "PTWRITTA_EXP": "Writing",
    "PTMAT_EXP": "Maths",
    "PTGPS_EXP": "Grammar, punctuation and spelling",
    "PTSCITA_EXP": "Science",
    "PTRWM_EXP": "Reading, writing and maths together",
}
SMALL = (
    "The school's own share is not shown where so few pupils took part that it could tell of "
    "single pupils."
)
NO_SCHOOL = "The school's own shares had not been worked out when this report was made."
NO_NATIONAL = "No national shares of this year had been published when this report was made."
NO_FIGURE = "A share is not shown where there is none."


def comparisons(published: PublishedTable | None, urn: int, year: Year) -> Comparisons:
    """The share of pupils who met each expected standard, at the school and nationally.

    Args:
        published: the published table of schools; None where there is none yet.
        urn: the school.
        year: the statutory year, with the national figures that have been published.

    Raises:
        UsageError: the table is not one of schools, or the school is not in it.
    """
    rules, figures = year.suppression, year.national_figures
    cells = {} if published is None else _cells(published, urn)
    school = {field: text for field, text in cells.items() if text not in _codes(rules)}
    known = {} if figures is None else figures.values
    national = {field: f"{known[field]}%" for field in STANDARDS if field in known}
    notes = [NO_SCHOOL] if published is None else []
    notes += [SMALL] if rules.suppressed in cells.values() else []
    notes += [NO_NATIONAL] if figures is None else []
    lacking = any(cells[field] != rules.suppressed for field in cells.keys() - school.keys())
    if lacking or (figures is not None and len(national) < len(STANDARDS)):
        notes.append(NO_FIGURE)
    source = None if figures is None else year.sources[figures.source]
    return Comparisons(
        rows=tuple(
            Comparison(label=label, school=school.get(field), national=national.get(field))
            for field, label in STANDARDS.items()
            if field in school or field in national
        ),
        national=""
        if source is None
        else f"National shares: {source.title}, read on {source.read_on.day} "
        f"{source.read_on:%B %Y}.",
        notes=tuple(notes),
    )


def _codes(rules: Suppression) -> frozenset[str]:
    """What stands in a published cell in place of a figure."""
    return frozenset({rules.suppressed, rules.low_coverage, rules.not_applicable, ""})


def _cells(published: PublishedTable, urn: int) -> dict[str, str]:
    frame = published.frame
    rows = frame.filter(pl.col("URN") == urn) if published.level == "school" else frame.clear()
    if rows.height != 1:
        raise UsageError(
            f"The school with URN {urn} has no row in the table of schools.", todo="Check the URN."
        )
    return {field: rows[field].item() or "" for field in STANDARDS}
