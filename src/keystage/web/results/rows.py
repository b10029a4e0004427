"""Results as the pages show them: a row a pupil, codes in words."""

from dataclasses import dataclass

from keystage.core.errors import KeystageError
from keystage.core.subjects import ASSESSED, TESTED, Subject
from keystage.reports.parents.words import result_of_test
from keystage.statute.collection import Collection
from keystage.statute.collection_loader import load_collection
from keystage.store.models import CohortPupil, Judgement, Result, ReturnFile, Sheet


@dataclass(frozen=True, kw_only=True)
class TestCell:
    """The result of one test: numbers where there are any, and what they say.

    The words are for staff, shorter than those of a report. Of a result that contradicts itself
    they say so; the other pupils' are shown.
    """

    subject: Subject
    mark: int | None
    score: int | None
    sentence: str


@dataclass(frozen=True, kw_only=True)
class ResultRow:
    """One pupil's results."""

    member: CohortPupil
    tests: tuple[TestCell, ...]
    judged: tuple[tuple[Subject, str, str], ...]

    @property
    def has_result(self) -> bool:
        """Whether anything has come back."""
        return any(cell.sentence for cell in self.tests)


def result_rows(sheet: Sheet, classes: frozenset[str] | None) -> list[ResultRow]:
    """The pupils of the classes a person may see, with their results and judgements."""
    members = (
        sheet.cohort.filter(removed=False)
        .select_related("pupil")
        .prefetch_related("results", "judgements")
        .order_by("pupil__surname", "pupil__forename", "pupil__upn")
    )
    if classes is not None:
        members = members.filter(pupil__class_name__in=classes)
    return [_row(member, sheet.year) for member in members]


def _row(member: CohortPupil, year: int) -> ResultRow:
    results = {one.subject: one for one in member.results.all()}
    codes = {one.subject: one.code for one in member.judgements.all() if one.code}
    return ResultRow(
        member=member,
        tests=tuple(_test(results.get(test), test, year) for test in TESTED),
        judged=tuple(
            (subject, codes[subject], _meaning(subject, codes[subject], year))
            for subject in ASSESSED
            if subject in codes
        ),
    )


def _test(result: Result | None, test: Subject, year: int) -> TestCell:
    if result is None:
        return TestCell(subject=test, mark=None, score=None, sentence="")
    try:
        result_of_test(
            year, test, result.outcome or None, result.scaled_score, mark=result.raw_mark
        )
        sentence = _standing(result, load_collection(year))
    except KeystageError as error:
        sentence = str(error)
    return TestCell(
        subject=test, mark=result.raw_mark, score=result.scaled_score, sentence=sentence
    )


def _standing(result: Result, collection: Collection) -> str:
    """What a result that holds says of the expected standard, or why there is no score."""
    score, scale = result.scaled_score, collection.scale
    if score is None:
        code = collection.test_codes.codes.get(result.outcome)
        return f"{code.meaning[:1].upper()}{code.meaning[1:]}" if code else ""
    if score < scale.expected:
        return "Expected standard not met"
    return "High score" if score >= scale.higher else "Expected standard met"


def _meaning(subject: Subject, code: str, year: int) -> str:
    """What a judgement says, or why nobody can say."""
    collection = load_collection(year)
    known = collection.judgements.of(subject)
    if code in known:
        return known[code].meaning
    return collection.agency_codes.codes.get(
        code, f"{year} has no {subject.label} judgement {code}"
    )


@dataclass(frozen=True, kw_only=True)
class Drift:
    """A judgement that is not what the last file says."""

    member: CohortPupil
    subject: Subject
    sent: str
    stored: str


def drift_of(sheet: Sheet) -> tuple[ReturnFile | None, list[Drift]]:
    """The newest file, and each cell in which the sheet says something else by now.

    What was sent is the value the cell had at the version the file was made of.
    """
    file = (
        ReturnFile.objects.filter(sheet=sheet, profile="return")
        .defer("content")
        .order_by("-serial")
        .first()
    )
    if file is None:
        return None, []
    cells = (
        Judgement.objects.filter(cohort_pupil__sheet=sheet, changed_at__gt=file.made_at)
        .select_related("cohort_pupil__pupil")
        .prefetch_related("changes")
        .order_by("cohort_pupil__pupil__surname", "cohort_pupil__pupil__forename", "subject")
    )
    found = []
    for cell in cells:
        later = [one for one in cell.changes.all() if one.at > file.made_at]
        if later and later[0].before != cell.code:
            found.append(
                Drift(
                    member=cell.cohort_pupil,
                    subject=Subject(cell.subject),
                    sent=later[0].before,
                    stored=cell.code,
                )
            )
    return file, found
