"""A page of figures as a file, and what goes with every file of figures wherever it goes."""

from collections.abc import Iterable

from keystage.flows.figures.contents import Against, Content, Figure
from keystage.flows.figures_pack.moments import made_in_words
from keystage.web.figures.sections import Section
from keystage.web.figures.sheets import sheet_of

PURPOSE = (
    "For those who are responsible for the school, to know how its pupils did and to ask why. Not "
    "to judge a single pupil, and not to set targets."
)
WARNINGS = {
    "complete": "Figures of few pupils are in this file, and a pupil may be recognised. Keep it "
    "inside the school and delete it when it is no longer needed.",
    "suppressed": "Figures of few pupils are withheld. Do not put them together from other files.",
}
#: The same of files of more than one school.
PURPOSE_OF_UNITS = (
    "For those who are responsible for a group of schools, to know how their pupils did and to ask "
    "why. Not to judge a single pupil or teacher, not to rank schools, and not to set targets."
)
WARNINGS_OF_UNITS = WARNINGS | {
    "complete": "Figures of few pupils are in this file, and a pupil may be recognised. Keep it "
    "among those who are responsible for the schools, and delete it when it is no longer needed.",
}
LEVELS = {
    "complete": "every figure, those of few pupils included",
    "suppressed": "figures without those of few pupils",
}
NOT_FOR_PARENTS = "Pupil progress is not for parents."
_HEADS = (
    "Figure", "Name in the tables", "Pupil group", "Subject", "Value", "Why there is none",
    "Lower limit", "Upper limit", "Band", "Gap to England in pupils", "Local authority", "England",
    "Similar schools",
)  # fmt: skip
_AGAINST: tuple[Against, ...] = ("authority", "national", "similar")


def file_of(content: Content, sections: Iterable[Section], form: str) -> bytes:
    """The figures of a page as a file; the same content gives the same bytes.

    A row a figure. Below them the release, the scope, the purpose, the warning and every caveat:
    whoever has the file has them too.

    Args:
        content: what the release says of the school.
        sections: the tables of the page.
        form: a key of `sheets.FORMS`.
    """
    parts = tuple(sections)
    figures = dict.fromkeys(figure for part in parts for figure in part.figures)
    rows = [_row(content, one) for one in figures]
    told = about(content, progress=any(part.progress for part in parts))
    return sheet_of(_HEADS, rows, told, content.release, form)


def about(content: Content, *, progress: bool) -> list[tuple[str, str]]:
    """What must go with figures wherever they go: head and text of each line.

    Args:
        content: what the release says of the school or other unit.
        progress: whether scores of pupil progress are among the figures.
    """
    school = content.kind == "school"
    warnings = WARNINGS if school else WARNINGS_OF_UNITS
    return [
        ("About: release", computed_when(content)),
        ("About: scope", f"{content.name} ({content.code}), results of {content.year}"),
        ("About: level of data", LEVELS[content.level]),
        ("About: purpose", PURPOSE if school else PURPOSE_OF_UNITS),
        ("About: warning", warnings[content.level]),
        *([("About: warning", NOT_FOR_PARENTS)] if progress else []),
        *(("About: read with it", text) for text in (*content.caveats, *content.notes)),
    ]


def computed_when(content: Content) -> str:
    """What a release is called, and when it was computed."""
    return f"{content.release}, computed on {made_in_words(content.made_at)}"


def name_of(content: Content, part: str, form: str, version: int) -> str:
    """What a file is called: which school, release and page; nothing of a pupil."""
    return f"figures-{content.code}-{content.year}-{content.stage}-v{version}-{part}.{form}"


def _row(content: Content, figure: Figure) -> tuple[str | None, ...]:
    compared = (content.compared_with(figure.name, one) for one in _AGAINST)
    return (
        figure.label,
        figure.name,
        figure.group_label,
        figure.subject,
        figure.text,
        figure.said,
        figure.lower,
        figure.upper,
        figure.band_words if figure.may_rank else None,
        figure.pupils,
        *(None if one is None else one.text or one.said for one in compared),
    )
