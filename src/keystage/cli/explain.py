"""``keystage explain``: open a figure down to the pupils, or a pupil's progress."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from keystage.cli.reference import Reference
from keystage.cli.terminal import console, table, write_json
from keystage.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl
    from rich.table import Table

    from keystage.flows.explain import FigureExplained
    from keystage.measures.explain import CohortOfPool, Explanation
    from keystage.measures.explain_pupil import PupilExplanation


def explain_command(
    pupils: Annotated[Path, typer.Argument(help="The pupil file, CSV or Parquet.")],
    *,
    year: Annotated[int, typer.Option("--year", help="The summer the tests were sat.")],
    release: Annotated[str, typer.Option("--release", help="provisional, revised or final.")],
    school: Annotated[
        int | None, typer.Option("--school", help="The school's URN, with --figure.")
    ] = None,
    figure: Annotated[
        str | None,
        typer.Option("--figure", help="A field, such as READPROG, PTRWM_EXP_B or READ_AVERAGE."),
    ] = None,
    pupil: Annotated[
        str | None, typer.Option("--pupil", help="A UPN: explain the pupil's progress instead.")
    ] = None,
    schools: Annotated[Path | None, typer.Option("--schools", help="The school file.")] = None,
    statute: Annotated[
        Path | None, typer.Option("--statute", help="A file with tables that Keystage lacks.")
    ] = None,
    earlier: Annotated[
        list[Path] | None,
        typer.Option(
            "--earlier",
            metavar="FOLDER",
            help="The output folder of an earlier cohort, for three-year figures; give it twice.",
        ),
    ] = None,
    earlier_pupils: Annotated[
        list[Path] | None,
        typer.Option(
            "--earlier-pupils",
            metavar="FILE",
            help="The pupil file an earlier cohort was made from, to see its pupils; give it once "
            "or twice.",
        ),
    ] = None,
    reference: Annotated[
        Reference,
        typer.Option(
            "--reference",
            help="Use published constants, or derive them: the pupil file must then be national.",
        ),
    ] = Reference.PUBLISHED,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Explain a school's figure, or a pupil's progress.

    keystage explain pupils.csv --year 2022 --release provisional --school 900001 --figure READPROG

    keystage explain pupils.csv --year 2022 --release provisional --pupil A999000000001

    A three-year figure, such as PTRWM_EXP_3YR, also needs --earlier, twice.

    The output names pupils by UPN and line: it is for people entitled to see them.
    """
    from keystage.flows.explain import Given, explain_figure, explain_one_pupil
    from keystage.statute.loader import load_year

    given = Given(
        pupils,
        schools,
        load_year(year, release, statute),
        reference is Reference.DERIVED,
        tuple(earlier or ()),
        tuple(earlier_pupils or ()),
    )
    if pupil is not None and not (figure or school is not None or earlier or earlier_pupils):
        found = explain_one_pupil(given, pupil)
        write_json([_pupil_json(item) for item in found]) if as_json else _show_pupils(found)
    elif figure is not None and school is not None and pupil is None:
        explanation = explain_figure(given, figure, school)
        write_json(_figure_json(explanation)) if as_json else _show_figure(explanation)
    else:
        raise UsageError(
            _not_understood(school, figure, pupil), todo="Give --school and --figure, or --pupil."
        )


def _not_understood(school: int | None, figure: str | None, pupil: str | None) -> str:
    """What is wrong with a request that is neither for a figure nor for a pupil."""
    if pupil is not None:
        return "--pupil goes without --school and --figure, and without earlier cohorts."
    if figure is not None:
        return "--figure needs --school."
    if school is not None:
        return "--school needs --figure."
    return "There is nothing to explain."


def _show_figure(found: "FigureExplained") -> None:
    explanation, terminal = found.explanation, console()
    for sentence in explanation.definition:
        terminal.print(sentence)
    for source in explanation.sources:
        terminal.print(f"Source: {source}")
    for title, pupils in _listings(explanation):
        terminal.print(_pupil_table(title, pupils))
    unlisted = [str(cohort.year) for cohort in explanation.cohorts if cohort.pupils is None]
    if unlisted:
        terminal.print(
            f"The pupils of {' and '.join(unlisted)} are not listed: give the files they are in "
            "with --earlier-pupils."
        )
    for step in explanation.steps:
        terminal.print(step)
    if explanation.printed:
        terminal.print(f"{explanation.field.name} prints as {explanation.printed}.")
    terminal.print(found.sentence)


def _listings(explanation: "Explanation") -> "Iterator[tuple[str, pl.DataFrame]]":
    """The pupils to show: the school's, or of a three-year figure those of each cohort."""
    title = f"Pupils of school {explanation.school}"
    if not explanation.cohorts:
        yield title, explanation.pupils
    for cohort in explanation.cohorts:
        if cohort.pupils is not None:
            yield f"{title} in {cohort.year}", cohort.pupils


def _pupil_table(title: str, pupils: "pl.DataFrame") -> "Table":
    headings = ("line", "UPN", "place", "contribution", "because")
    shown = table(title, *headings, right=("line",))
    for row in pupils.rows(named=True):
        shown.add_row(
            str(row["line"]),
            row["UPN"] or "",
            row["place"],
            row["shown"] if row["place"] == "numerator" else "",
            row["reason"],
        )
    return shown


def _show_pupils(found: "tuple[PupilExplanation, ...]") -> None:
    for item in found:
        typer.echo(f"Pupil {item.upn}, line {item.line}, school {item.school}")
        for step in item.start:
            typer.echo(f"  {step}")
        for subject in item.subjects:
            typer.echo(f"  {subject.subject.label.capitalize()}")
            for step in subject.steps:
                typer.echo(f"    {step}")


def _figure_json(found: "FigureExplained") -> dict[str, object]:
    explanation = found.explanation
    value, bottom = explanation.value, explanation.denominator
    return {
        "figure": explanation.field.name,
        "school": explanation.school,
        "definition": explanation.definition,
        "sources": explanation.sources,
        "numerator": str(explanation.numerator),
        "denominator": bottom,
        "exact": None if value is None else f"{value.numerator}/{value.denominator}",
        "value": None if value is None else float(value),
        "printed": explanation.printed,
        "published": found.published,
        "steps": explanation.steps,
        "pupils": explanation.pupils.to_dicts(),
        "cohorts": [_cohort_json(cohort) for cohort in explanation.cohorts],
    }


def _cohort_json(cohort: "CohortOfPool") -> dict[str, object]:
    return {
        "year": cohort.year,
        "numerator": str(cohort.numerator),
        "denominator": cohort.denominator,
        "pupils": None if cohort.pupils is None else cohort.pupils.to_dicts(),
    }


def _pupil_json(item: "PupilExplanation") -> dict[str, object]:
    from dataclasses import asdict

    return {
        key: str(value) if key == "average" and value is not None else value
        for key, value in asdict(item).items()
    }
