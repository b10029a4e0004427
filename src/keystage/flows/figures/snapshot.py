"""A release of figures: everything it holds, made from records by the engine."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import msgspec

from keystage.checks.findings import Findings
from keystage.flows.column_notes import column_notes
from keystage.flows.computing import checked_and_computed
from keystage.flows.earlier import EarlierCohort, absent_schools
from keystage.flows.figures.again import without
from keystage.flows.figures.cells import Cells, cells
from keystage.flows.figures.cohorts import with_figures, without_cohorts
from keystage.flows.figures.compared import comparators
from keystage.flows.figures.contents import Content, Kind
from keystage.flows.figures.engine import engine
from keystage.flows.figures.neighbours import with_neighbours
from keystage.flows.figures.protecting import names_by_unit, protected_against
from keystage.flows.figures.reviewing.making import For, Reviewer
from keystage.flows.figures.rules_used import hash_of, national_figures, supplement
from keystage.flows.figures.school_pupils import SchoolPupils, schools_of
from keystage.flows.figures.schools_table import SchoolsTables
from keystage.flows.figures.series import with_series
from keystage.flows.figures.similar_tables import SimilarTables
from keystage.flows.figures.states import in_words, no_progress, without_intervals
from keystage.flows.figures.tables import Kept, TableMaker, seen_by, tables_of
from keystage.flows.figures.trusts import trust_contents
from keystage.flows.figures.units import Maker, Release
from keystage.flows.metadata import cohorts_told, file_told
from keystage.flows.reference_notes import left_out, reference_notes
from keystage.measures.compute import Computed
from keystage.measures.pooled import pooled
from keystage.measures.table import Level as Tabled
from keystage.measures.table import MeasureTable
from keystage.records.recordset import RecordSet
from keystage.statute.year import Year

Step = Callable[[str], None]
#: Contents of earlier releases for some units of a kind, by their codes; the oldest first.
Before = Callable[[Kind, Sequence[str]], Iterable[Content]]
_UNITS: tuple[Tabled, ...] = ("school", "la", "region", "national")
#: Areas that schools stand in.
AREAS: frozenset[Kind] = frozenset({"la", "region"})
_COLLECTED = Path("the results collected")
_AT_ONCE = 200


def _quiet(step: str) -> None:
    """Say nothing."""


def _nothing(kind: Kind, codes: Sequence[str]) -> Iterable[Content]:  # noqa: ARG001  # a Before
    """There are no earlier releases."""
    return ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Snapshot:
    """What a release holds.

    Attributes:
        year: the statutory year with the reference that was used.
        stage: unamended, provisional, revised or final.
        statute_sha256: of every table of the year as it was used.
        supplement: the tables that differ from those shipped, as the text of a statute file; none
            where none does. Loaded with it, the year opens the figures of one school from its own
            pupils.
        engine_version: of Keystage (see `engine`).
        inputs: the files that were read, with their hashes, and the earlier cohorts.
        contents: of every unit, made as they are asked for.
        pupils: of every school, made as they are asked for.
        tables: of more than one unit; asked for once every content was made.
        notes: sentences on the release, for those who make it.
        findings: what the checks found; no errors.
    """

    year: Year
    stage: str
    statute_sha256: str
    supplement: str | None
    engine_version: str
    inputs: Mapping[str, object]
    contents: Iterator[Content]
    pupils: Iterator[SchoolPupils]
    tables: Iterator[Kept]
    notes: tuple[str, ...]
    findings: Findings


def snapshot(  # noqa: PLR0913  # what is computed, under which rules, and how it is called
    records: RecordSet,
    year: Year,
    *,
    stage: str,
    release: str,
    made_at: datetime,
    derived: bool = False,
    national: bool = False,
    areas: Collection[Kind] = AREAS,
    earlier: Sequence[EarlierCohort] = (),
    no_earlier: str = "",
    before: Before | None = None,
    review: For | None = None,
    step: Step = _quiet,
) -> Snapshot:
    """Compute a release of figures.

    A year whose progress cannot be scored, because a table is not to hand, is computed without
    progress, and the contents say why.

    Args:
        records: pupils and schools; they are checked here.
        year: the statutory year.
        stage: unamended, provisional, revised or final.
        release: the label that every page and file shows.
        made_at: when it is made; the same records, rules and minute give the same bytes.
        derived: make the national reference from the records, which are then all of England.
        national: the records are all of England.
        areas: the areas that the records hold whole: figures of a part are no area's.
        earlier: two earlier cohorts, for three-year figures.
        no_earlier: why there are none, as the end of a sentence; three-year figures then say so.
        before: contents of earlier releases, for series and for what must be withheld beside them.
        review: whose review is made with it; none for no review.
        step: told what is being done.

    Raises:
        InputError: a check found an error, or a reference cannot be derived from the records.
        UsageError: a reference is to be derived for a year without progress.
        AbsentValueError: the year lacks a value its attainment needs.
    """
    step("Checking the records and computing the measures")
    files = {"pupils": _COLLECTED, **records.files}
    rules = year if derived or no_progress(year) is None else _without_progress(year)
    findings, computed = checked_and_computed(
        replace(records, files=files),
        rules,
        derived=derived,
        national=national,
        on=made_at.date(),
    )
    table = computed.table
    pool = None
    if earlier:
        step("Adding the earlier cohorts")
        cohorts = [cohort.parts for cohort in earlier]
        pool = pooled(table, computed.parts, cohorts, records.schools)
    no_pool = without_cohorts(year, no_earlier) if no_earlier and not earlier else ()
    step("Printing every figure and withholding small numbers")
    texts = cells(table, pool)
    notes = _notes(computed, year, rules)
    told = Release(
        year=table.year,
        asked=year,
        stage=stage,
        label=release,
        made_at=made_at.astimezone(UTC).isoformat(timespec="seconds"),
        notes=notes,
        without=AREAS.difference(areas),
    )
    reviewer = Reviewer(whom=review, computed=computed, records=records) if review else None
    makers = (*_table_makers(table, told), *([reviewer] if reviewer else ()))
    return Snapshot(
        year=table.year,
        stage=stage,
        statute_sha256=hash_of(table.year),
        supplement=supplement(table.year, made_at.date(), national_figures(texts)),
        engine_version=engine(),
        inputs={
            **{name: file_told(path) for name, path in records.files.items()},
            "earlier": cohorts_told(earlier),
        },
        contents=seen_by(
            makers, with_figures(_contents(texts, told, before, reviewer, step), no_pool)
        ),
        pupils=schools_of(records),
        tables=tables_of(makers),
        notes=(
            *records.notes,
            *column_notes(records, year),
            *absent_schools(computed.parts, earlier),
            *notes,
        ),
        findings=findings,
    )


def _table_makers(table: MeasureTable, release: Release) -> tuple[TableMaker, ...]:
    """What makes the tables of more than one unit."""
    return (SchoolsTables(table, release), SimilarTables(table))


def _without_progress(year: Year) -> Year:
    identity = msgspec.structs.replace(year.year, progress=False)
    return msgspec.structs.replace(year, year=identity)


def _notes(computed: Computed, asked: Year, rules: Year) -> tuple[str, ...]:
    """Sentences on the rules that were used; the same whenever the release is computed again."""
    year = computed.table.year
    if not rules.year.progress:
        why = no_progress(asked)
        return (f"Pupil progress: {in_words(*why)}.",) if why else ()
    return (
        *without_intervals(year),
        *reference_notes(left_out(computed.working, year), year),
    )


def _contents(
    texts: Cells, release: Release, before: Before | None, reviewer: Reviewer | None, step: Step
) -> Iterator[Content]:
    """Every content; what others and earlier releases would give away is withheld first."""
    ask = before or _nothing
    step("Comparing with earlier releases" if before else "Looking for what subtraction would tell")
    given = _given_away(texts, release, ask)
    texts = without(texts, given)
    step("Writing what every unit is shown")
    compared = comparators(texts)
    if "la" in release.without:
        compared = replace(compared, authorities={})
    maker = Maker(cells=texts, comparators=compared, release=release, given_away=given)
    for kind in _units(release):
        pairs = _beside(maker.contents(kind), kind, ask)
        for content, earlier in reviewer.beside(pairs) if reviewer else pairs:
            yield with_series(content, earlier)
    trusts = trust_contents(texts.table, compared, release, given)
    pairs = _protected(_beside(trusts, "trust", ask), release.year)
    for content, earlier in reviewer.beside(pairs) if reviewer else pairs:
        yield with_series(content, earlier)


def _protected(
    pairs: Iterable[tuple[Content, list[Content]]], year: Year
) -> Iterator[tuple[Content, list[Content]]]:
    """Contents with those of earlier releases, and suppressed ones without what these give away."""
    for content, earlier in pairs:
        suppressed = content.level == "suppressed"
        yield protected_against(content, earlier, year) if suppressed else content, earlier


def _units(release: Release) -> list[Tabled]:
    return [kind for kind in _UNITS if kind not in release.without]


def _given_away(
    texts: Cells, release: Release, before: Before
) -> dict[tuple[str, str], frozenset[str]]:
    maker = Maker(cells=texts, comparators=comparators(texts), release=release)
    found: dict[tuple[str, str], frozenset[str]] = {}
    for kind in _units(release):
        contents = maker.contents(kind, complete_too=False)
        for some, earlier in _some(contents, kind, before):
            found |= names_by_unit(some, earlier, release.year)
    return with_neighbours(found, texts.table) if texts.table.national else found


def _beside(
    contents: Iterator[Content], kind: Kind, before: Before
) -> Iterator[tuple[Content, list[Content]]]:
    """Each content with those of its unit and level in earlier releases."""
    for some, earlier in _some(contents, kind, before):
        by_unit: dict[tuple[str, str], list[Content]] = defaultdict(list)
        for one in earlier:
            by_unit[one.code, one.level].append(one)
        for content in some:
            yield content, by_unit[content.code, content.level]


def _some(
    contents: Iterator[Content], kind: Kind, before: Before
) -> Iterator[tuple[list[Content], list[Content]]]:
    """Some contents at a time, with those of the same units in earlier releases."""
    while some := list(islice(contents, _AT_ONCE)):
        codes = list(dict.fromkeys(content.code for content in some))
        yield some, list(before(kind, codes))
