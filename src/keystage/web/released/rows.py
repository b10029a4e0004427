"""Released results as the pages show them: a row a pupil, every code explained beside it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from keystage.actions.releases.downloading import (
    AS_CTF,
    FORMS,
    PARTS,
    WITH_JUDGEMENTS,
    pupils_of,
)
from keystage.actions.releases.letters import AS_LETTERS
from keystage.actions.releases.released import Difference, Released, What
from keystage.core.subjects import TESTED, Subject
from keystage.flows.results_day.tables import Distance, distance, standing
from keystage.statute.collection import Collection
from keystage.statute.collection_loader import load_collection
from keystage.store.models import ReleasedResult
from keystage.web.wording import plural

_FIELDS = {
    "raw_mark": "raw mark",
    "papers": "papers",
    "scaled_score": "scaled score",
    "outcome": "outcome",
}
_NOTHING = "None"
#: What happened to a result: in a word or two, and in a sentence where that needs one.
_WHAT: Mapping[What, tuple[str, str]] = {
    "new": ("New", "A result that had not come before."),
    "changed": ("Changed", ""),
    "taken_back": ("Taken back", "There is no result in its place: it is not known."),
    "moved_away": ("Moved away", "The result belongs to another school."),
    "moved_here": ("Moved here", "An earlier version had it at another school."),
}
Ways = list[tuple[str, list[tuple[str, str]]]]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """The result of one test: the numbers, and what the outcome says in words."""

    key: int
    subject: Subject
    mark: int | None
    score: int | None
    code: str
    meaning: str


@dataclass(frozen=True, kw_only=True)
class PupilRow:
    """A pupil with a cell for each test; None where the release has no such result."""

    name: str
    upn: str
    school: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, kw_only=True)
class SubjectRow:
    """A pupil's result of one test with its papers and its distance from the standards."""

    name: str
    upn: str
    cell: Cell
    papers: str
    expected: str
    higher: str
    close: bool


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a later release changed of one result; what happened to it in a word or two."""

    name: str
    school: str
    test: str
    version: int
    what: str
    lines: tuple[str, ...]


def ways(
    address: Callable[[str, str], str], *, judgements: bool = True, letters: bool = False
) -> Ways:
    """The files that can be taken away: what each holds, and its address in each form.

    Args:
        address: the address of a part in a form.
        judgements: whether the file with teacher assessments is among them.
        letters: whether letters to parents are.
    """
    within = {"csv": frozenset(PARTS), "ctf": AS_CTF, "pdf": AS_LETTERS if letters else frozenset()}
    return [
        (
            words,
            [(address(part, form), label) for form, label in FORMS.items() if part in within[form]],
        )
        for part, words in PARTS.items()
        if judgements or part != WITH_JUDGEMENTS
    ]


def pupil_rows(released: Released) -> list[PupilRow]:
    """A row a pupil, by school and name."""
    collection = load_collection(released.year)
    found = []
    for pupil in pupils_of(released.results):
        by_test = {row.subject: row for row in pupil}
        found.append(
            PupilRow(
                name=name_of(pupil[0]),
                upn=pupil[0].upn,
                school=pupil[0].school.name,
                cells=tuple(
                    cell_of(by_test[test], collection) if test in by_test else None
                    for test in map(str, TESTED)
                ),
            )
        )
    return found


def cell_of(row: ReleasedResult, collection: Collection) -> Cell:
    """A result with the meaning of its code."""
    return Cell(
        key=row.pk,
        subject=Subject(row.subject),
        mark=row.raw_mark,
        score=row.scaled_score,
        code=row.outcome,
        meaning=standing_of(row, collection),
    )


def standing_of(row: ReleasedResult, collection: Collection) -> str:
    """What a result says of the standards in a few words, or why there is no score."""
    if row.scaled_score is None:
        return meaning_of(row.outcome, collection)
    words = ("Expected standard not met", "Expected standard met", "High score")
    return words[standing(row.scaled_score, collection.scale)]


def meaning_of(code: str, collection: Collection) -> str:
    """What an outcome says; empty where there is none."""
    known = collection.test_codes.codes.get(code)
    told = known.meaning if known else collection.agency_codes.codes.get(code, "")
    return f"{told[:1].upper()}{told[1:]}"


def name_of(row: ReleasedResult) -> str:
    """The pupil's name, or the number where the release has none."""
    return f"{row.forename} {row.surname}".strip() or row.upn


def subject_rows(released: Released, test: Subject) -> list[SubjectRow]:
    """The results of one test, by name."""
    collection = load_collection(released.year)
    rows = [row for row in released.results if row.subject == str(test)]
    return [_subject_row(row, released, collection) for row in rows]


def _subject_row(row: ReleasedResult, released: Released, collection: Collection) -> SubjectRow:
    away = distance_of(row, released)
    return SubjectRow(
        name=name_of(row),
        upn=row.upn,
        cell=cell_of(row, collection),
        papers=papers_in_words(row.papers),
        expected=away_in_words(away.expected) if away else "",
        higher=away_in_words(away.higher) if away else "",
        close=bool(away and away.close),
    )


def papers_in_words(papers: Mapping[str, int]) -> str:
    """The mark of each paper; empty where none was given."""
    return ", ".join(f"paper {key}: {mark}" for key, mark in sorted(papers.items()))


def distance_of(row: ReleasedResult, released: Released) -> Distance | None:
    """How far a mark is from the standards; None without a mark or a table."""
    table = released.conversion
    if row.raw_mark is None or table is None:
        return None
    collection = load_collection(released.year)
    return distance(table, Subject(row.subject), row.raw_mark, collection)


def away_in_words(lacking: int | None) -> str:
    """Marks to a standard in words."""
    if lacking is None:
        return "Not reached by any mark"
    if lacking > 0:
        return f"{plural(lacking, 'mark', 'marks')} short"
    return f"Met, with {plural(-lacking, 'mark', 'marks')} to spare"


def changes_of(differences: Iterable[Difference], released: Released) -> list[Change]:
    """What later releases changed, in the order of the pupils."""
    return [
        Change(
            name=name_of(one.result),
            school=one.result.school.name,
            test=Subject(one.result.subject).label,
            version=released.number(one.release),
            what=_WHAT[one.what][0],
            lines=tuple(_line(one)),
        )
        for one in differences
    ]


def _line(one: Difference) -> Iterable[str]:
    if said := _WHAT[one.what][1]:
        yield said
    for name, (before, after) in one.changes().items():
        yield f"{_FIELDS[name].capitalize()}: {_text(before)} before, {_text(after)} in it."


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return papers_in_words(value) or _NOTHING
    return _NOTHING if value in {None, ""} else str(value)


def codes_used(released: Released) -> dict[str, str]:
    """The codes that stand in the results, with what each says."""
    collection = load_collection(released.year)
    codes = {row.outcome for row in released.results if row.outcome}
    return {code: meaning_of(code, collection) for code in sorted(codes)}
