"""The inspection-style summary of a content: sentences that flag what the statistics support.

Every sentence names the figures it was made of. A figure is called different only where its
interval lies wholly beyond England's figure, or zero for progress, and never of few pupils.
"""

from collections.abc import Iterable, Iterator

import msgspec

from keystage.flows.figures.contents import Content, Figure
from keystage.flows.figures_pack.support import (
    Judged,
    Moved,
    Verdict,
    by_label,
    judged,
    moved,
)
from keystage.flows.figures_pack.wording import wording
from keystage.measures.parts import WHOLE

_MINUS = "−"


class Sentence(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence of the summary.

    Attributes:
        text: what is said.
        figures: the fields it was made of.
        verdict: whether the figure is above or below England's; same where it is not different,
            empty where nothing can be said.
        moved: where the gap to England moved; empty where that is not said.
        highlight: whether there is something to highlight.
    """

    text: str
    figures: tuple[str, ...] = ()
    verdict: Verdict | None = None
    moved: Moved | None = None
    highlight: bool = False


def summary_of(content: Content, before: Content | None = None) -> tuple[Sentence, ...]:
    """The sentences of a content, in the order of its figures.

    Args:
        content: what a release says of a unit.
        before: what a release of an earlier year says of it, at the same level of data; for where
            the gap to England moved.
    """
    words = wording().sentences
    if before is not None and before.level != content.level:
        before = None
    found: list[Sentence] = []
    without: list[Figure] = []
    few: list[Figure] = []
    for figure in _looked_at(content):
        beside = judged(content, figure)
        if beside is not None:
            found.append(_of_figure(content, figure, beside))
        elif figure.state == "shown":
            (without if figure.may_rank else few).append(figure)
    found += _of_gaps(content, before)
    found += _of_few(content, few)
    if without:
        labels = _listed(labelled(figure) for figure in without)
        text = words.no_interval.format(labels=labels)
        found.append(Sentence(text=text, figures=_names(without)))
    if not any(one.highlight for one in found):
        judged_any = any(one.verdict for one in found)
        found.insert(0, Sentence(text=words.nothing if judged_any else words.nothing_judged))
    return tuple(found)


def highlights(sentences: Iterable[Sentence]) -> tuple[Sentence, ...]:
    """The sentences with something to highlight; if none has, the one that says so."""
    every = tuple(sentences)
    return tuple(one for one in every if one.highlight) or every[:1]


def labelled(figure: Figure) -> str:
    """A figure's label, with its group where that is not everybody."""
    if figure.group == WHOLE or not figure.group_label:
        return figure.label
    return f"{figure.label}, {figure.group_label[:1].lower()}{figure.group_label[1:]}"


def in_pupils(figure: Figure) -> str:
    """A difference in whole pupils, in words."""
    given = figure.pupils or ""
    if given in {"", "0"}:
        return "none" if given else "not told"
    return f"{given[1:]} {'fewer' if given.startswith('-') else 'more'}"


def _looked_at(content: Content) -> Iterator[Figure]:
    rules, names = wording().looked_at, by_label(content)
    for figure in content.figures:
        if figure.family not in {"attainment", "progress"}:
            continue
        wanted = rules.all_pupils if figure.group == WHOLE else rules.groups
        known = figure.group == WHOLE or figure.group in rules.pupil_groups
        if names.get(figure.label) in wanted and known and not figure.folded:
            yield figure


def _of_figure(content: Content, figure: Figure, beside: Judged) -> Sentence:
    words, verdict = wording().sentences, beside.verdict
    england = content.compared_with(figure.name, "national")
    score = figure.unit == "points"
    told = {
        "label": labelled(figure),
        "text": _signed(figure.text),
        "low": _signed(figure.lower or "") if score else f"{beside.low:f}%",
        "high": _signed(figure.upper or "") if score else f"{beside.high:f}%",
        "england": _signed(england.text) if england else "",
        "gap": in_pupils(figure),
    }
    said: str = getattr(words, f"{'score' if score else 'share'}_{verdict}").format(**told)
    if figure.band_words:
        said = f"{said} {words.band.format(band=figure.band_words)}"
    return Sentence(text=said, figures=(figure.name,), verdict=verdict, highlight=verdict != "same")


def _of_gaps(content: Content, before: Content | None) -> Iterator[Sentence]:
    """Where gaps to England moved, and in one sentence where they did not."""
    if before is None:
        return
    words, years = wording().sentences, f"{before.year} and {content.year}"
    stayed: list[Figure] = []
    for figure in _looked_at(content):
        shift = moved(content, before, figure)
        if shift == "level":
            stayed.append(figure)
        elif shift is not None:
            said = words.gap_up if shift == "up" else words.gap_down
            text = said.format(label=labelled(figure), years=years)
            yield Sentence(text=text, figures=(figure.name,), moved=shift, highlight=True)
    if stayed:
        text = words.gap_level.format(label=_listed(map(labelled, stayed)), years=years)
        yield Sentence(text=text, figures=_names(stayed), moved="level")


def _of_few(content: Content, few: Iterable[Figure]) -> Iterator[Sentence]:
    words, some = wording().sentences, tuple(few)
    if content.small:
        yield Sentence(text=words.few, figures=_names(some))
    elif some:
        groups = _listed(figure.group_label or figure.label for figure in some)
        yield Sentence(text=words.few_in_groups.format(groups=groups), figures=_names(some))


def _names(figures: Iterable[Figure]) -> tuple[str, ...]:
    return tuple(figure.name for figure in figures)


def _listed(labels: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(labels))


def _signed(text: str) -> str:
    return f"{_MINUS}{text[1:]}" if text.startswith("-") else text
