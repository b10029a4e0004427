"""Pages of a unit as files, with release, scope, purpose and warning: CSV or OpenDocument."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from keystage.flows.figures.contents import Content, Figure
from keystage.formats.sheets.writing import write_sheet
from keystage.web.figures.files import LEVELS, NOT_FOR_PARENTS
from keystage.web.figures.sections import Section, has_progress
from keystage.web.figures_units.choosing import Listed

PURPOSE = (
    "For those who are responsible for a group of schools, to know how their pupils did and to ask "
    "why. Not to judge a single pupil or teacher, not to rank schools, and not to set targets."
)
WARNINGS = {
    "complete": "Figures of few pupils are in this file, and a pupil may be recognised. Keep it "
    "among those who are responsible for the schools, and delete it when it is no longer needed.",
    "suppressed": "Figures of few pupils are withheld. Do not put them together from other files.",
}
_FIGURES = (
    "Figure", "Name in the tables", "Pupil group", "Subject", "Value", "Why there is none",
    "Lower limit", "Upper limit", "Band", "England",
)  # fmt: skip
_SCHOOLS = (
    "School", "URN", "Type", "Pupils at the end of key stage 2", "Counts", "Why it does not",
    "Years in the trust", "Figure", "Name in the tables", "Pupil group", "Value",
    "Why there is none", "Lower limit", "Upper limit", "Band",
)  # fmt: skip
_NO = "No"


def figures_file(content: Content, sections: Iterable[Section], form: str) -> bytes:
    """The figures of a page of a unit, a row a figure; the same content gives the same bytes.

    Args:
        content: what the release says of the unit.
        sections: the tables of the page.
        form: ``csv`` or ``ods``.
    """
    figures = dict.fromkeys(one for section in sections for one in section.figures)
    rows = [(*_figure(one), _england(content, one.name)) for one in figures]
    return written(content, _FIGURES, rows, form, progress=has_progress(figures))


def schools_file(content: Content, listed: Iterable[Listed], form: str) -> bytes:
    """Schools with the figures that were chosen, a row a figure of a school.

    Args:
        content: what the release says of the unit.
        listed: the schools, in order.
        form: ``csv`` or ``ods``.
    """
    rows = [
        (*_school(one), figure.label, figure.name, figure.group_label, *_value(figure))
        for one in listed
        for figure in one.figures
    ]
    progress = any(figure.unit == "points" for one in listed for figure in one.figures)
    return written(content, _SCHOOLS, rows, form, progress=progress)


def written(
    content: Content,
    heads: Sequence[str],
    rows: Iterable[Sequence[str | None]],
    form: str,
    *,
    progress: bool,
) -> bytes:
    """A table as a file; below its rows stands what must go with figures wherever they go.

    Args:
        content: what the release says of the unit.
        heads: the heads of the columns.
        rows: the rows.
        form: ``csv`` or ``ods``.
        progress: whether it has scores of pupil progress.
    """
    every = [(*row, content.release) for row in rows]
    blank = [None] * (len(heads) - 2)
    every += [(head, text, *blank, content.release) for head, text in about(content, progress)]
    schema = dict.fromkeys((*heads, "Release"), pl.String())
    frame = pl.DataFrame(every, schema=schema, orient="row")
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"figures.{form}"
        write_sheet(frame, path, title="Figures")
        return path.read_bytes()


def about(content: Content, progress: bool) -> list[tuple[str, str]]:  # noqa: FBT001  # what is told
    """What must go with figures of a unit: head and text of each line."""
    return [
        ("About: release", f"{content.release}, computed {content.made_at}"),
        ("About: scope", f"{content.name} ({content.code}), results of {content.year}"),
        ("About: level of data", LEVELS[content.level]),
        ("About: purpose", PURPOSE),
        ("About: warning", WARNINGS[content.level]),
        *([("About: warning", NOT_FOR_PARENTS)] if progress else []),
        *(("About: read with it", text) for text in (*content.caveats, *content.notes)),
    ]


def name_of(content: Content, part: str, form: str) -> str:
    """What a file is called: which unit, year, stage and page."""
    code = "-".join(content.code.lower().split())
    return f"figures-{content.kind}-{code}-{content.year}-{content.stage}-{part}.{form}"


def _figure(figure: Figure) -> tuple[str | None, ...]:
    return (
        figure.label, figure.name, figure.group_label, figure.subject, *_value(figure)
    )  # fmt: skip


def _value(figure: Figure) -> tuple[str | None, ...]:
    band = figure.band_words if figure.may_rank else None
    return (figure.text, figure.said, figure.lower, figure.upper, band)


def _england(content: Content, name: str) -> str | None:
    found = content.compared_with(name, "national")
    return None if found is None else found.text or found.said


def _school(listed: Listed) -> tuple[str | None, ...]:
    school, standing = listed.school, listed.standing
    return (
        school.name,
        str(school.urn),
        school.type_label,
        school.pupils,
        "Yes" if standing.counts else _NO,
        standing.why,
        None if standing.years is None else str(standing.years),
    )
