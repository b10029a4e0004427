"""A page of figures as a file, with release, scope, purpose and warning."""

from collections.abc import Iterable

from keystage.flows.figures.contents import Against, Content, Figure
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
    return sheet_of(_HEADS, rows, about(content, parts), content.release, form)


def about(content: Content, sections: Iterable[Section] = ()) -> list[tuple[str, str]]:
    """What must go with figures wherever they go: head and text of each line."""
    told = [
        ("About: release", f"{content.release}, computed {content.made_at}"),
        ("About: scope", f"{content.name} ({content.code}), results of {content.year}"),
        ("About: level of data", LEVELS[content.level]),
        ("About: purpose", PURPOSE),
        ("About: warning", WARNINGS[content.level]),
    ]
    if any(section.progress for section in sections):
        told.append(("About: warning", NOT_FOR_PARENTS))
    return told + [("About: read with it", text) for text in (*content.caveats, *content.notes)]


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
