"""What the service keeps of a school as the pupils of the engine: the headteacher's own summary."""

from collections.abc import Mapping
from typing import TypeAlias

from keystage.actions.packs import left_before_the_tests, week_of_tests
from keystage.actions.returns import values_of
from keystage.core.clock import moment_in_words
from keystage.core.errors import UsageError
from keystage.core.subjects import IN_PROGRESS, TESTED, Subject
from keystage.flows.last_year import YearsBeside, beside_last_year
from keystage.flows.school_summary import SchoolSummary, school_summary
from keystage.flows.starting_points import StartingPoints, starting_points
from keystage.statute.code_lists import code_lists
from keystage.statute.collection_loader import load_collection
from keystage.statute.collection_rules import TestWeek
from keystage.statute.loader import load_year, releases_of
from keystage.statute.year import Year
from keystage.store.models import CohortPupil, ReleasedResult, Result, Sheet

Scored: TypeAlias = Result | ReleasedResult
_JUDGED = {
    Subject.WRITING: "WRITTAOUTCOME",
    Subject.SCIENCE: "SCITAOUTCOME",
    Subject.READING: "READTAOUTCOME",
    Subject.MATHS: "MATTAOUTCOME",
}


def summary_of(sheet: Sheet) -> SchoolSummary:
    """A school's figures of a season from the results and judgements that are kept.

    Raises:
        UsageError: no result has been brought in.
        KeystageError: as `school_summary`.
    """
    release = releases_of(sheet.year)[-1]
    rows = rows_of(sheet)
    if not any(row[f"{test.prefix}OUTCOME"] for row in rows for test in TESTED):
        raise UsageError(
            f"There are no test results of {sheet.year} yet.", todo="Bring them in first."
        )
    return school_summary(rows, None, sheet.year, release, urn=int(sheet.school.code))


def rows_of(
    sheet: Sheet, results: Mapping[str, Mapping[str, Scored]] | None = None
) -> list[dict[str, object]]:
    """The pupils of a sheet in the columns of a pupil file; what is not kept is left blank.

    Args:
        sheet: the sheet, with its judgements and registrations.
        results: by UPN and test, in place of the results that were brought in.
    """
    rules, week = load_year(sheet.year, releases_of(sheet.year)[-1]), week_of_tests(sheet.year)
    return [
        _row(
            member,
            rules,
            week,
            _own(member) if results is None else results.get(member.pupil.upn, {}),
        )
        for member in _members(sheet)
    ]


def _own(member: CohortPupil) -> Mapping[str, Scored]:
    return {one.subject: one for one in member.results.all()}


def starting_points_of(sheet: Sheet, summary: SchoolSummary) -> tuple[StartingPoints, ...]:
    """The outcomes of key stage 1 that are kept against those of key stage 2, by subject."""
    return starting_points(summary, [first_stage_of(member) for member in _members(sheet)])


def first_stage_of(member: CohortPupil) -> dict[Subject, str]:
    """The outcomes at key stage 1 that are kept of a pupil, in capitals; empty for none."""
    return {
        subject: str(getattr(member.pupil, f"ks1_{subject}")).strip().upper()
        for subject in IN_PROGRESS
    }


def version_of(sheet: Sheet) -> str:
    """Which data figures rest on, as a sentence's end: sheet and results."""
    last = (
        Result.objects.filter(cohort_pupil__sheet=sheet)
        .order_by("-changed_at")
        .values_list("changed_at", flat=True)
        .first()
    )
    told = (
        f"mark sheet version {sheet.content_version}, codes of {sheet.year} ({sheet.pack_version})"
    )
    if last is None:
        return told
    return f"{told}, results as of {moment_in_words(last)}"


def beside_the_year_before(sheet: Sheet) -> YearsBeside | None:
    """The figures of a season beside those of the last one that is kept; None without one."""
    earlier = (
        Sheet.objects.filter(school=sheet.school, year__lt=sheet.year).order_by("-year").first()
    )
    if earlier is None:
        return None
    try:
        last = summary_of(earlier)
    except UsageError:
        return None
    return beside_last_year(summary_of(sheet), last)


def _members(sheet: Sheet) -> list[CohortPupil]:
    return list(
        sheet.cohort.filter(removed=False)
        .select_related("pupil", "sheet__school")
        .prefetch_related("judgements", "results")
        .order_by("pupil__surname", "pupil__forename", "pupil__upn", "pk")
    )


def _row(
    member: CohortPupil, rules: Year, week: TestWeek | None, results: Mapping[str, Scored]
) -> dict[str, object]:
    codes = values_of(member)
    row: dict[str, object] = {
        "URN": int(member.sheet.school.code),
        "LAESTAB": int(member.sheet.school.number),
        "UPN": member.pupil.upn or None,
        "P_INCL": _inclusion(member, codes, rules, week, results),
        "SEX": member.pupil.sex or None,
        "KS1AVERAGEPS": None,
        "FSM6CLA1A": None,
    }
    for test in TESTED:
        result = results.get(test)
        row[f"{test.prefix}OUTCOME"] = (result.outcome or None) if result else None
        row[f"{test.prefix}SCORE"] = result.scaled_score if result else None
    row |= {column: codes.get(subject) for subject, column in _JUDGED.items()}
    known = code_lists(rules)["key_stage_1"]
    if known:  # a year without a baseline has no such columns
        row |= {
            f"KS1{subject.prefix}": code if code in known else None
            for subject, code in first_stage_of(member).items()
        }
    return row


def _inclusion(
    member: CohortPupil,
    codes: dict[str, str],
    rules: Year,
    week: TestWeek | None,
    results: Mapping[str, Scored],
) -> str:
    """Whether a pupil is at the end of the key stage here, as it is kept of the pupil.

    Who has a scaled score took the test here. Of the others, those are left out whose judgements or
    registrations say so, and those who had left before the tests.
    """
    scored = any(one.scaled_score is not None for one in results.values())
    left = left_before_the_tests(member.pupil.left_on, week)
    out = _judged_elsewhere(codes, member.sheet.year) or (
        not scored and (left or _registered_elsewhere(member))
    )
    included = rules.inclusion.included
    others = [code for code in rules.inclusion.codes if code not in included]
    return others[0] if out else included[0]


def _judged_elsewhere(codes: dict[str, str], year: int) -> bool:
    judgements = load_collection(year).judgements
    return any(
        code in judgements.of(subject) and judgements.of(subject)[code].group == "elsewhere"
        for subject in _JUDGED
        if (code := codes.get(subject))
    )


def _registered_elsewhere(member: CohortPupil) -> bool:
    known = load_collection(member.sheet.year).registrations.codes
    given = [known[code] for test in TESTED if (code := getattr(member, test)) in known]
    return bool(given) and all(one.elsewhere for one in given)
