"""The pupils of a scatter as a file: as far as the person sees them, and called as on the page."""

from collections.abc import Iterable

from keystage.web.figures.files import NOT_FOR_PARENTS
from keystage.web.figures.pupils_file import WARNING
from keystage.web.figures.scatter import Scatter
from keystage.web.figures.sheets import sheet_of

_HEADS = (
    "Pupil", "Subject", "Key stage 1 average points", "Key stage 2 points",
    "Similar pupils nationally", "Difference", "Why not drawn",
)  # fmt: skip
_MASKED = (
    "Each row is a pupil under a made-up number, who may be recognised by two results. Do not try "
    "to find out who it is, give the file to nobody else, and delete it when it is no longer "
    "needed."
)
_PURPOSE = (
    "To see where pupils began and what they reached. No target and no forecast: two results of "
    "one day each put a pupil here."
)


def scatter_file(  # noqa: PLR0913  # what is drawn, and what must be said of it
    label: str, scope: str, scatters: Iterable[Scatter], of_whom: str, form: str, *, named: bool
) -> bytes:
    """The pupils that are drawn, a row each in each subject, then those that are not.

    Args:
        label: the label of the release.
        scope: the school and the year.
        scatters: what is drawn.
        of_whom: who is listed and how they are called.
        form: a key of `sheets.FORMS`.
        named: whether they are called by name.
    """
    drawn = tuple(scatters)
    rows: list[tuple[str | None, ...]] = [
        (dot.name, one.key, dot.start, dot.reached, dot.expected, dot.difference, None)
        for one in drawn
        for dot in one.dots
    ]
    rows += [(name, one.key, None, None, None, None, why) for one in drawn for name, why in one.out]
    told = [
        ("About: release", label),
        ("About: scope", scope),
        ("About: level of data", of_whom),
        ("About: purpose", _PURPOSE),
        ("About: warning", WARNING if named else _MASKED),
        ("About: warning", NOT_FOR_PARENTS),
    ]
    return sheet_of(_HEADS, rows, told, label, form)
