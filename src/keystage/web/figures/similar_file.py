"""The schools most like one as a file: distance, characteristics and published headline figures."""

from collections.abc import Iterable, Iterator

from keystage.flows.figures.contents import Content
from keystage.flows.figures.similar import SimilarSchools, declared
from keystage.web.figures.files import WARNINGS, about
from keystage.web.figures.sheets import sheet_of
from keystage.web.figures.similar import far

PURPOSE = (
    "To ask what schools with like pupils do. Not a ranking: the nearest school is not the best, "
    "and not the one to beat."
)
_FIRST = ("School", "URN", "Local authority", "Type", "Distance")


def similar_file(
    content: Content, own: SimilarSchools, near: Iterable[tuple[SimilarSchools, int]], form: str
) -> bytes:
    """The own school and those like it, a row each; all of them as published.

    Args:
        content: what the release says of the own school.
        own: the own school.
        near: those like it with their distances in hundredths, in order.
        form: a key of `sheets.FORMS`.
    """
    rules = declared()
    names = {one.name: one.label for one in rules.characteristics} | rules.headline.figures
    heads = (*_FIRST, *(f"{label} ({name})" for name, label in names.items()))
    rows = (_row(school, distance, names) for school, distance in ((own, 0), *near))
    return sheet_of(heads, rows, _told(content), content.release, form)


def _row(school: SimilarSchools, distance: int, names: Iterable[str]) -> tuple[str, ...]:
    shown = {one.name: one for one in (*school.known, *school.headline)}
    texts = (shown[name].text or shown[name].said if name in shown else "" for name in names)
    first = (school.name, str(school.urn), school.authority_name, school.type_label, far(distance))
    return (*first, *texts)


def _told(content: Content) -> Iterator[tuple[str, str]]:
    """What goes with the file: every school in it is shown without figures of few pupils."""
    own = {"About: purpose": PURPOSE, "About: warning": WARNINGS["suppressed"]}
    levels = {"About: level of data": "every school as published, without figures of few pupils"}
    for head, text in about(content, progress=False):
        yield head, (own | levels).get(head, text)
    yield "About: how distances are worked out", declared().formula.text
