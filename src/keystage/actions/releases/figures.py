"""A school's own figures from released results and its own judgements, before any import."""

from collections.abc import Iterable

import polars as pl

from keystage.actions.releases.released import Released
from keystage.actions.results.summaries import rows_of
from keystage.checks.scripts import CODE as SWAPPED
from keystage.core.errors import UsageError
from keystage.core.subjects import ASSESSED, Subject
from keystage.flows.results_day.effects import Effect, effects
from keystage.flows.results_day.integrity import (
    ATTENDED,
    FOUND,
    JUDGED,
    OPPOSITE,
    RESULTS,
    SCORES,
    THERE,
    integrity,
)
from keystage.flows.results_day.reading import PAPERS
from keystage.flows.school_summary import SchoolSummary, school_summary
from keystage.statute.collection_loader import load_collection
from keystage.statute.loader import releases_of
from keystage.statute.register_loader import load_register
from keystage.store.models import (
    Attendance,
    CohortPupil,
    Judgement,
    Organisation,
    ReleasedResult,
    Sheet,
)

_PUPIL = ("cohort_pupil__sheet__school__number", "cohort_pupil__pupil__upn")
_NOT_OUT = "There are no results of {} to make figures of."


def summary_of_released(sheet: Sheet, released: Released) -> SchoolSummary:
    """The school's figures from the results as they were released.

    Raises:
        UsageError: nothing is released.
        KeystageError: as `school_summary`.
    """
    rows = _rows(sheet, released)
    release = releases_of(sheet.year)[-1]
    return school_summary(rows, None, sheet.year, release, urn=int(sheet.school.code))


def effects_of(
    sheet: Sheet,
    released: Released,
    *,
    upn: str,
    subject: Subject,
    score: int | None,
    outcome: str,
) -> tuple[Effect, ...]:
    """What another result of one pupil would do to the school's figures.

    Args:
        sheet: the school's mark sheet, with its own judgements.
        released: the results as they were released.
        upn: whose result would change.
        subject: in which test.
        score: the scaled score it would be.
        outcome: the outcome it would be.

    Raises:
        UsageError: nothing is released.
        KeystageError: as `school_summary`.
    """
    return effects(
        _rows(sheet, released),
        sheet.year,
        releases_of(sheet.year)[-1],
        urn=int(sheet.school.code),
        upn=upn,
        subject=subject,
        score=score,
        outcome=outcome,
    )


def integrity_of(schools: Iterable[Organisation], released: Released) -> pl.DataFrame:
    """What does not add up in released results, columns `flows.results_day.integrity.FOUND`.

    Judgements and registers are those that the schools keep here; of a school that keeps no
    register only what contradicts itself is told.
    """
    if not released.results:
        return pl.DataFrame(schema=dict(FOUND))
    sheets = Sheet.objects.filter(school__in=list(schools), year=released.year)
    return integrity(
        results_frame(released.results),
        load_collection(released.year),
        conversion=released.conversion,
        judged=_judged(sheets),
        attended=_attended(sheets, released.year),
    )


def unasked(schools: Iterable[Organisation], released: Released) -> frozenset[str]:
    """The checks of `integrity_of` that nothing could be asked for: what they need is not kept."""
    members = CohortPupil.objects.filter(
        sheet__school__in=list(schools), sheet__year=released.year, removed=False
    )
    judged = Judgement.objects.filter(cohort_pupil__in=members).exclude(code="").exists()
    kept = {
        SCORES: released.conversion is not None,
        THERE: Attendance.objects.filter(cohort_pupil__in=members).exists(),
        OPPOSITE: judged,
        SWAPPED: judged,
    }
    return frozenset(code for code, there in kept.items() if not there)


def results_frame(results: Iterable[ReleasedResult]) -> pl.DataFrame:
    """Released results in the columns of `flows.results_day.integrity.RESULTS`."""
    rows = [
        (
            row.school.number,
            row.upn,
            row.surname or None,
            row.forename or None,
            row.birth_date,
            row.subject,
            row.raw_mark,
            *(row.papers.get(name[-1]) for name in PAPERS),
            row.scaled_score,
            row.outcome or None,
        )
        for row in results
    ]
    return pl.DataFrame(rows, schema=dict(RESULTS), orient="row")


def _rows(sheet: Sheet, released: Released) -> list[dict[str, object]]:
    if not released.results:
        raise UsageError(_NOT_OUT.format(sheet.year), todo="Wait until they are out.")
    results: dict[str, dict[str, ReleasedResult]] = {}
    for one in released.results:
        results.setdefault(one.upn, {})[one.subject] = one
    return rows_of(sheet, results)


def _judged(sheets: Iterable[Sheet]) -> pl.DataFrame:
    codes: dict[tuple[str, str], dict[str, str]] = {}
    for school, upn, subject, code in Judgement.objects.filter(
        cohort_pupil__sheet__in=sheets, cohort_pupil__removed=False
    ).values_list(*_PUPIL, "subject", "code"):
        codes.setdefault((school, upn), {})[subject] = code
    rows = [
        (school, upn, *(found.get(str(subject)) or None for subject in ASSESSED))
        for (school, upn), found in codes.items()
        if upn
    ]
    return pl.DataFrame(rows, schema=dict(JUDGED), orient="row")


def _attended(sheets: Iterable[Sheet], year: int) -> pl.DataFrame | None:
    """The register by pupil and test; None where no school keeps one."""
    codes: dict[tuple[str, str], dict[str, str]] = {}
    for school, upn, paper, code in Attendance.objects.filter(
        cohort_pupil__sheet__in=sheets, cohort_pupil__removed=False
    ).values_list(*_PUPIL, "paper", "code"):
        codes.setdefault((school, upn), {})[paper] = code
    if not codes:
        return None
    book = load_register(year)
    known = book.attendance.codes
    scripts = {code: one.script for code, one in known.items()}
    rows = [
        (*pupil, str(test), _present([scripts.get(found.get(paper, "")) for paper in papers]))
        for pupil, found in codes.items()
        for test, papers in book.tests()
    ]
    return pl.DataFrame(rows, schema=dict(ATTENDED), orient="row")


def _present(scripts: list[bool | None]) -> bool | None:
    """Whether a pupil sat every paper or none; None for some, or where it is not known."""
    return scripts[0] if scripts and len(set(scripts)) == 1 else None
