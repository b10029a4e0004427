"""What a request would do to the figures of its school, if it were agreed."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from keystage.actions.figures.publishing import is_out
from keystage.actions.figures.pupils_seen import as_kept
from keystage.actions.figures.rules import rules_of
from keystage.core.errors import KeystageError
from keystage.flows.checking.altering import Alteration, tried_as
from keystage.flows.checking.records import lines_of, with_keys
from keystage.flows.figures.computed_again import computed_again
from keystage.flows.figures.contents import Content, decode
from keystage.flows.figures.trying import Trial, tried
from keystage.measures.explain import before_withholding
from keystage.measures.parts import WHOLE
from keystage.store.models import CheckingRequest, FiguresContent

_PLACES = 2
_NONE = "None"
_PUPILS = "pupils"


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A figure that would be another.

    Attributes:
        name: its field in the department's tables.
        label: what it is, with its pupil group where that is not all pupils.
        group: the pupil group; "all" for all pupils.
        before: as the release prints it, or why there is none.
        after: as it would be printed.
        change: by how much, with a sign: pupils whole, anything else to two decimals; empty where
            it is none of a number.
    """

    name: str
    label: str
    group: str
    before: str
    after: str
    change: str


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What a request would do.

    Attributes:
        moved: the figures that would be others, in the order of the tables.
        unknown: why nobody can say, in a sentence; empty where it is known.
    """

    moved: tuple[Moved, ...] = ()
    unknown: str = ""


def effect_of(request: CheckingRequest, alteration: Alteration) -> Effect:
    """What a request would do to the figures of its school, under the rules of the release.

    Args:
        request: the request.
        alteration: what it changes.
    """
    release, code = request.release, request.school.code
    if not is_out(release):
        return Effect(unknown="The figures it is about are not out, or were withdrawn.")
    row = release.pupils.filter(code=code).first()
    shown = release.contents.filter(
        kind=FiguresContent.Kind.SCHOOL, code=code, level=FiguresContent.Level.COMPLETE
    ).first()
    if row is None or shown is None:
        return Effect(unknown="The release has no figures of the school.")
    if not alteration.values and not alteration.merged:
        return Effect(unknown="What would be changed is not said yet.")
    try:
        again = computed_again(as_kept(row), rules_of(release))
        lines = lines_of(with_keys(again.records.pupils))
        if {alteration.pupil, alteration.merged} - {""} - lines.keys():
            return Effect(unknown="The release does not hold the record the request is about.")
        trial = tried(
            again.records, again.computed.table.year, int(code), tried_as([alteration], lines)
        )
    except KeystageError as error:
        return Effect(unknown=f"The figures cannot be worked out with it: {error.what}")
    return Effect(moved=tuple(_moved(trial, decode(bytes(shown.content)), int(code))))


def _moved(trial: Trial, content: Content, school: int) -> Iterator[Moved]:
    shown = {figure.name: figure for figure in content.figures}
    for one in trial.changes.of_school(school):
        figure = shown.get(one.field.name)
        if figure is None or one.same:
            continue
        group = "" if figure.group == WHOLE else figure.group_label
        yield Moved(
            name=figure.name,
            label=f"{figure.label}, {group}" if group else figure.label,
            group=figure.group,
            before=figure.text or figure.said or _NONE,
            after=before_withholding(one.field, trial.computed.table, school) or _NONE,
            change=_by(one.change, figure.unit),
        )


def _by(change: Fraction | None, unit: str) -> str:
    if change is None:
        return ""
    if unit == _PUPILS and change.denominator == 1:
        return f"{change.numerator:+d}"
    return f"{float(round(change, _PLACES)):+.{_PLACES}f}"
