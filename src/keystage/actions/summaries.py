"""What the service keeps of a school as the pupils of the engine: the headteacher's own summary."""

from keystage.actions.returns import values_of
from keystage.core.errors import UsageError
from keystage.core.subjects import TESTED, Subject
from keystage.flows.last_year import YearsBeside, beside_last_year
from keystage.flows.school_summary import SchoolSummary, school_summary
from keystage.statute.collection_loader import load_collection
from keystage.statute.loader import load_year, releases_of
from keystage.statute.year import Year
from keystage.store.models import CohortPupil, Sheet

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
    rules = load_year(sheet.year, release)
    rows = [_row(member, rules) for member in _members(sheet)]
    if not any(row[f"{test.prefix}OUTCOME"] for row in rows for test in TESTED):
        raise UsageError(
            f"There are no test results of {sheet.year} yet.", todo="Bring them in first."
        )
    return school_summary(rows, None, sheet.year, release, urn=int(sheet.school.code))


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
        .order_by("pupil__surname", "pupil__forename", "pupil__upn")
    )


def _row(member: CohortPupil, rules: Year) -> dict[str, object]:
    """A pupil in the columns of a pupil file; what is not kept is left blank."""
    codes = values_of(member)
    results = {one.subject: one for one in member.results.all()}
    row: dict[str, object] = {
        "URN": int(member.sheet.school.code),
        "LAESTAB": int(member.sheet.school.number),
        "UPN": member.pupil.upn or None,
        "P_INCL": _inclusion(codes, member.sheet.year, rules),
        "SEX": member.pupil.sex or None,
        "KS1AVERAGEPS": None,
        "FSM6CLA1A": None,
    }
    for test in TESTED:
        result = results.get(test)
        row[f"{test.prefix}OUTCOME"] = (result.outcome or None) if result else None
        row[f"{test.prefix}SCORE"] = result.scaled_score if result else None
    return row | {column: codes.get(subject) for subject, column in _JUDGED.items()}


def _inclusion(codes: dict[str, str], year: int, rules: Year) -> str:
    """Whether a pupil is at the end of the key stage here, as the judgements say it."""
    judgements = load_collection(year).judgements
    elsewhere = any(
        code in judgements.of(subject) and judgements.of(subject)[code].group == "elsewhere"
        for subject in _JUDGED
        if (code := codes.get(subject))
    )
    included = rules.inclusion.included
    others = [code for code in rules.inclusion.codes if code not in included]
    return others[0] if elsewhere else included[0]
