"""What the pages of the desk say of a release: its state, what it is made of, its headline."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from keystage.actions.figures.computing import unit_of
from keystage.actions.figures.making import STEPS
from keystage.actions.figures.publishing import is_out
from keystage.actions.figures.seeing import content_for
from keystage.actions.figures.telling import shown_to
from keystage.flows.figures.contents import Content, Figure
from keystage.measures.parts import WHOLE
from keystage.store.models import (
    FiguresContent,
    FiguresInput,
    FiguresRelease,
    Job,
    Organisation,
    Person,
)
from keystage.web.figures.cells import interval, signed
from keystage.web.figures.parts import sections_of
from keystage.web.wording import number, plural

_State, _Kind = FiguresRelease.State, FiguresContent.Kind
_COLOURS = {
    "Being computed": "teal", "Stopped": "red", "Could not be computed": "red",
    "To be approved": "yellow", "Waits for its minute": "blue", "Out": "green",
    "Withdrawn": "grey", "Given up": "grey", "Being deleted for good": "grey",
}  # fmt: skip
_OF_A_TRUST = "trust"
_WORDS = {
    "pupils": "Pupils",
    "schools": "Schools",
    "schools without judgements": "Schools whose teacher assessments were not received",
    "in no cohort": "Pupils with results who stand in no school's cohort here",
    "without characteristics": "Pupils who are not in the file of characteristics",
    "characteristics not used": "Pupils of that file who are in no school here",
}
_BODIES = {
    Organisation.Kind.SCHOOL: ("school", "schools"),
    Organisation.Kind.TRUST: ("trust", "trusts"),
    Organisation.Kind.AUTHORITY: ("local authority", "local authorities"),
}
#: With more of them nobody is named.
_NAMED = 100
#: Options of the command line in sentences of the engine, and what a page says for them.
_OPTIONS = {
    "a file with --statute": "a file of tables",
    " with --schools": "",
    " with --reference derived": " from the pupils",
    "Leave out --reference derived.": "Choose another reference.",
}
_WITH_FIGURES = {
    _Kind.SCHOOL: "Schools with figures",
    _Kind.TRUST: "Trusts with figures",
    _Kind.AUTHORITY: "Local authorities with figures",
    _Kind.REGION: "Regions with figures",
    _Kind.NATIONAL: "Groups of all schools with figures",
}


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A release in the list of its maker."""

    release: FiguresRelease
    state: str
    colour: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step of the computing, and how far it is."""

    text: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """A figure of the headline."""

    label: str
    text: str
    interval: str
    before: str = ""


def in_words(sentence: str) -> str:
    """A sentence of the engine for people who sit before a page, and not at a command line."""
    for option, words in _OPTIONS.items():
        sentence = sentence.replace(option, words)
    return sentence


def why_failed(release: FiguresRelease) -> list[str]:
    """Why there is no release, line by line."""
    told = release.failed_why or (release.job.message if release.job else "")
    return in_words(told).splitlines()


def state_of(release: FiguresRelease) -> str:
    """How far a release has come, in words."""
    if release.state == _State.ASKED:
        stopped = release.job is not None and release.job.state in {
            Job.State.FAILED, Job.State.STALE
        }  # fmt: skip
        return "Stopped" if stopped else "Being computed"
    if release.state == _State.COMPUTED:
        return "To be approved"
    if release.state == _State.APPROVED:
        return "Out" if is_out(release) else "Waits for its minute"
    if release.state == _State.WITHDRAWN:
        return "Withdrawn" if release.approved_at else "Given up"
    return str(release.get_state_display())


def colour_of(state: str) -> str:
    """The colour that goes with the words of a state."""
    return _COLOURS[state]


def listed(releases: Iterable[FiguresRelease]) -> list[Listed]:
    """The releases of a maker, each with its state."""
    return [
        Listed(release=one, state=(state := state_of(one)), colour=colour_of(state))
        for one in releases
    ]


def steps_of(job: Job | None) -> list[Step]:
    """The steps of the computing: done, being done, or not begun."""
    reached = job.done if job is not None else 0
    running = job is not None and job.state == Job.State.RUNNING
    return [
        Step(
            text=text,
            state="Done" if at < reached else "Running" if at == reached and running else "To do",
        )
        for at, text in enumerate(STEPS)
    ]


def counts_of(release: FiguresRelease) -> list[tuple[str, str]]:
    """What a release was made of and what it holds, in counts."""
    told = [(_WORDS.get(name, name), count) for name, count in release.counts.items()]
    kinds: Mapping[str, int] = release.outputs.get("contents", {})
    told += [
        (words, kinds[kind] // len(FiguresContent.Level))
        for kind, words in _WITH_FIGURES.items()
        if kind in kinds
    ]
    return [(words, number(count)) for words, count in told]


def inputs_of(release: FiguresRelease) -> list[tuple[str, str, str]]:
    """The files a release is made of: what each holds, its size, its hash."""
    labels = dict(FiguresInput.What.choices)
    files: Mapping[str, Mapping[str, Any]] = release.inputs.get("files", {})
    return [
        (labels.get(what, what), number(told["bytes"]), told["sha256"])
        for what, told in files.items()
    ]


def headline_of(
    release: FiguresRelease, person: Person, before: FiguresRelease | None = None
) -> tuple[Content | None, list[Line]]:
    """The headline of the maker's own unit, beside that of the release before."""
    unit = unit_of(release.organisation)
    content = content_for(release, *unit, person=person)
    if content is None:
        return None, []
    other = content_for(before, *unit, person=person) if before else None
    was = {one.name: one for one in other.figures} if other else {}
    return content, [
        Line(
            label=one.label,
            text=signed(one.text) or one.said,
            interval=interval(one.lower, one.upper),
            before=_printed(was.get(one.name)),
        )
        for one in _headline(content)
    ]


def told_of(release: FiguresRelease) -> tuple[list[str], list[str]]:
    """Who is written to when a release is withdrawn that was out: in counts, and by name.

    Of very many only counts.
    """
    found = shown_to(release)
    kinds = Counter(one.kind for one in found)
    counts = [
        plural(kinds[kind], one, many) for kind, (one, many) in _BODIES.items() if kinds[kind]
    ]
    names = sorted(str(one) for one in found) if len(found) <= _NAMED else []
    return counts, names


def _headline(content: Content) -> Iterator[Figure]:
    for section in sections_of(content, "headline"):
        yield from section.figures
    yield from (one for one in content.figures if one.family == _OF_A_TRUST and one.group == WHOLE)


def _printed(figure: Figure | None) -> str:
    return (signed(figure.text) or figure.said) if figure else "Not there"


def was_out(release: FiguresRelease) -> bool:
    """Whether a release was withdrawn after it had come out."""
    return (
        release.approved_at is not None
        and release.shown_at is not None
        and release.withdrawn_at is not None
        and release.shown_at <= release.withdrawn_at
    )


def minute_has_passed(release: FiguresRelease) -> bool:
    """Whether the minute that was set is over."""
    return release.shown_at is not None and release.shown_at <= timezone.now()
