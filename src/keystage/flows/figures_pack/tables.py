"""The tables of a pack for governors: every cell a text, and no number of few pupils among them."""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from keystage.core.subjects import Subject
from keystage.flows.figures.contents import Content, Figure
from keystage.flows.figures_pack.wording import wording
from keystage.measures.parts import WHOLE

_UNADJUSTED = "_UNADJUSTED"
_NOTHING = "–"


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A table: the first cell of a row says what it is of.

    Attributes:
        key: its name in addresses and files.
        title: its heading.
        columns: the headings of the columns.
        rows: the cells.
        figures: of each row the field it tells of.
        progress: whether it has scores of pupil progress.
    """

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: tuple[str, ...]
    progress: bool = False


def tables_of(content: Content) -> tuple[Table, ...]:
    """The tables of a content that have rows.

    Counts and shares of groups, and shares of the absent, are in none of them: they would tell of
    a few pupils. Nor is a group that has fewer pupils than the year's threshold.
    """
    return tuple(table for table in _tables(content) if table.rows)


def _tables(content: Content) -> Iterator[Table]:
    whole = [one for one in content.figures if one.group == WHOLE]
    wanted = wording().looked_at.all_pupils
    shares = [one for one in whole if one.family == "attainment" and one.name in wanted]
    groups = [one for one in content.figures if one.group != WHOLE and not one.folded]
    yield _shares(
        "headline",
        "Reading, writing and maths together",
        content,
        (one for one in shares if one.subject is None),
    )
    yield _beside(
        "averages",
        "Average scaled scores",
        content,
        (one for one in whole if one.family == "average"),
    )
    yield _scores("progress", "Pupil progress", (one for one in whole if _is_score(one)))
    for subject in Subject:
        title = f"{subject.label[:1].upper()}{subject.label[1:]}"
        own = (one for one in shares if one.subject == subject)
        yield _shares(f"subject-{subject}", title, content, own)
    combined = (one for one in groups if one.family == "attainment" and one.subject is None)
    yield _shares("groups", "Groups of pupils", content, combined, head=_with_group)
    yield _scores(
        "groups-progress", "Progress of groups of pupils", filter(_is_score, groups), _with_group
    )
    yield _plain(
        "gaps",
        "Disadvantaged pupils here less other pupils in England",
        (one for one in content.figures if one.family == "gap"),
    )
    yield _plain(
        "three-years",
        "Three years together",
        (one for one in content.figures if one.family == "three_year" and one.unit != "pupils"),
    )


def _label(figure: Figure) -> str:
    return figure.label


def _with_group(figure: Figure) -> str:
    return f"{figure.group_label or figure.group}: {figure.label[:1].lower()}{figure.label[1:]}"


def _shares(
    key: str,
    title: str,
    content: Content,
    figures: Iterable[Figure],
    head: Callable[[Figure], str] = _label,
) -> Table:
    some = tuple(figures)
    return Table(
        key=key,
        title=title,
        columns=("Figure", "This school", "England", "Difference in whole pupils"),
        rows=tuple(
            (head(one), _text(one), _england(content, one), _signed(one.pupils or _NOTHING))
            for one in some
        ),
        figures=tuple(one.name for one in some),
    )


def _beside(key: str, title: str, content: Content, figures: Iterable[Figure]) -> Table:
    some = tuple(figures)
    return Table(
        key=key,
        title=title,
        columns=("Figure", "This school", "England"),
        rows=tuple((_label(one), _text(one), _england(content, one)) for one in some),
        figures=tuple(one.name for one in some),
    )


def _scores(
    key: str, title: str, figures: Iterable[Figure], head: Callable[[Figure], str] = _label
) -> Table:
    some = tuple(figures)
    return Table(
        key=key,
        title=title,
        columns=("Figure", "Interval", "Score", "Band"),
        rows=tuple(
            (head(one), _interval(one), _text(one), one.band_words or _NOTHING) for one in some
        ),
        figures=tuple(one.name for one in some),
        progress=any(one.state == "shown" for one in some),
    )


def _plain(key: str, title: str, figures: Iterable[Figure]) -> Table:
    some = tuple(figures)
    return Table(
        key=key,
        title=title,
        columns=("Figure", "This school"),
        rows=tuple((_label(one), _text(one)) for one in some),
        figures=tuple(one.name for one in some),
        progress=any(one.unit == "points" and one.state == "shown" for one in some),
    )


def _text(figure: Figure) -> str:
    return _signed(figure.text) if figure.state == "shown" else figure.said


def _england(content: Content, figure: Figure) -> str:
    found = content.compared_with(figure.name, "national")
    if found is None:
        return _NOTHING
    return _signed(found.text) if found.state == "shown" else found.said


def _interval(figure: Figure) -> str:
    if not figure.lower or not figure.upper:
        return _NOTHING
    return f"{_signed(figure.lower)} to {_signed(figure.upper)}"


def _is_score(figure: Figure) -> bool:
    return (
        figure.family == "progress"
        and figure.unit == "points"
        and not figure.name.endswith(_UNADJUSTED)
    )


def _signed(text: str) -> str:
    return f"−{text[1:]}" if text[:1] == "-" and len(text) > 1 else text
