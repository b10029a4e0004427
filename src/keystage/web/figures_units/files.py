"""Pages of a unit as files, with release, scope, purpose and warning."""

from collections.abc import Iterable

from keystage.flows.figures.contents import Content, Figure
from keystage.web.figures.files import about
from keystage.web.figures.sections import Section, has_progress
from keystage.web.figures.sheets import FORMS, sheet_of
from keystage.web.figures_units.choosing import Listed
from keystage.web.figures_units.reached import DIOCESE

_FIGURES = (
    "Figure", "Name in the tables", "Pupil group", "Subject", "Value", "Why there is none",
    "Lower limit", "Upper limit", "Band", "England",
)  # fmt: skip
_SCHOOLS = (
    "School", "URN", "School number", "Local authority", "Type", "Pupils at the end of key stage 2",
    "Counts", "Why it does not", "Years in the trust", "Figure", "Name in the tables",
    "Pupil group", "Value", "Why there is none", "Lower limit", "Upper limit", "Band",
)  # fmt: skip
_NO = "No"
#: The forms of an archive: many schools as OpenDocument take longer to write than a page may.
ARCHIVES = {form: words for form, words in FORMS.items() if form != "ods"}


def figures_file(content: Content, sections: Iterable[Section], form: str) -> bytes:
    """The figures of a page of a unit, a row a figure; the same content gives the same bytes.

    Args:
        content: what the release says of the unit.
        sections: the tables of the page.
        form: a key of `sheets.FORMS`.
    """
    figures = dict.fromkeys(one for section in sections for one in section.figures)
    rows = [(*_figure(one), _england(content, one.name)) for one in figures]
    told = about(content, progress=has_progress(figures))
    return sheet_of(_FIGURES, rows, told, content.release, form)


def schools_file(content: Content, listed: Iterable[Listed], form: str) -> bytes:
    """Schools with the figures that were chosen, a row a figure of a school.

    Args:
        content: what the release says of the unit.
        listed: the schools, in order.
        form: a key of `sheets.FORMS`.
    """
    rows = [
        (
            *_school(one, counted=content.kind != DIOCESE),
            figure.label,
            figure.name,
            figure.group_label,
            *_value(figure),
        )
        for one in listed
        for figure in one.figures
    ]
    progress = any(figure.unit == "points" for one in listed for figure in one.figures)
    return sheet_of(_SCHOOLS, rows, about(content, progress=progress), content.release, form)


def name_of(content: Content, part: str, form: str, version: int) -> str:
    """What a file is called: which unit, release and page."""
    code = "-".join(content.code.lower().split())
    release = f"{content.year}-{content.stage}-v{version}"
    return f"figures-{content.kind}-{code}-{release}-{part}.{form}"


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


def _school(listed: Listed, *, counted: bool) -> tuple[str | None, ...]:
    school, standing, register = listed.school, listed.standing, listed.register
    return (
        school.name,
        str(school.urn),
        register.number if register else None,
        register.authority if register else None,
        school.type_label,
        school.pupils,
        ("Yes" if standing.counts else _NO) if counted else None,
        standing.why,
        None if standing.years is None else str(standing.years),
    )
