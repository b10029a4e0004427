"""Results in sentences for a parent: of every code a year knows, and of a missing result.

The sentences are in ``words.toml``. A code the year does not know has none and is refused, so that
no bare code can reach a report.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from keystage.core.errors import InputError, UsageError
from keystage.core.subjects import TESTED, Subject
from keystage.formats.toml_file import read_toml
from keystage.reports.parents.report import SubjectResult
from keystage.statute.collection import Collection
from keystage.statute.collection_loader import load_collection
from keystage.statute.collection_rules import Scale
from keystage.statute.loader import load_year, releases_of
from keystage.statute.table import Record, Source, Table
from keystage.statute.year import Year

_FILE = Path(__file__).with_name("words.toml")
_CHECK = "Compare it with the results file, then make the report again."


class ScoreWords(Table, frozen=True, kw_only=True):
    """What a scaled score says, and what is said where there is no result yet."""

    about: str
    higher: str
    met: str
    not_met: str
    blank: str


class TestWords(Table, frozen=True, kw_only=True):
    """What a test outcome without a scaled score says, and a note of special consideration."""

    __test__ = False

    codes: Mapping[str, str]
    considerations: Mapping[str, str]


class AssessmentWords(Table, frozen=True, kw_only=True):
    """What a teacher assessment says; ``science`` has the sentences that differ in science."""

    blank: str
    codes: Mapping[str, str]
    science: Mapping[str, str]


class Words(Record, frozen=True, kw_only=True):
    """The sentences, and the years whose codes they were written for."""

    years: tuple[int, ...]
    sources: Mapping[str, Source]
    scores: ScoreWords
    tests: TestWords
    assessments: AssessmentWords


@cache
def words() -> Words:
    """The sentences, as shipped."""
    return read_toml(_FILE, Words, "Install Keystage again.", _FILE.name)


def codes_of_tests(collection: Collection) -> frozenset[str]:
    """The test outcomes of a year, those of its measures among them."""
    measured = {code for year in _releases(collection) for code in year.test_outcomes.codes}
    own = {code for code, item in collection.test_codes.codes.items() if item.kind == "outcome"}
    return frozenset(own | measured)


def codes_of_assessments(subject: Subject, collection: Collection) -> frozenset[str]:
    """The teacher assessment codes of a subject in a year, P scales and the agency's among them."""
    scales = collection.p_scales.codes if collection.p_scales else ()
    found = {*collection.judgements.of(subject), *collection.agency_codes.codes, *scales}
    for year in _releases(collection):
        tables: Mapping[Subject, Iterable[str]] = {
            Subject.WRITING: year.writing_outcomes.codes,
            Subject.SCIENCE: year.science_outcomes.codes,
        }
        found |= {*tables.get(subject, year.below_test_outcomes.codes)}
    return frozenset(found)


def about_scores(year: int) -> str:
    """What a scaled score is, in the numbers of the year.

    Raises:
        UsageError: there are no words for the year.
    """
    return _with_scale(words().scores.about, _collection(year).scale)


def result_of_test(  # noqa: PLR0913  # a result has so many parts
    year: int,
    subject: Subject,
    outcome: str | None,
    score: int | None,
    *,
    mark: int | None = None,
    consideration: str | None = None,
) -> SubjectResult:
    """The result of a test in words.

    Args:
        year: the year of the results.
        subject: a tested subject.
        outcome: the outcome code; None where there is none.
        score: the scaled score; None where there is none.
        mark: the raw mark, where it is to be shown.
        consideration: the code of special consideration, if there is one.

    Raises:
        UsageError: there are no words for the year, or the subject has no test.
        InputError: the year does not know a code, a number is off its scale, or the outcome and
            the score contradict each other.
    """
    collection = _collection(year)
    if subject not in TESTED:
        raise UsageError(f"There is no test in {subject.label}.", todo="Choose a tested subject.")
    _known(outcome, codes_of_tests(collection), f"{subject.label} test outcome", year)
    known = {code for code, item in collection.test_codes.codes.items() if item.kind != "outcome"}
    _known(consideration, known, "special consideration", year)
    _refuse_off_scale(subject, score, mark, collection)
    _refuse_contradiction(subject, outcome, score, collection)
    said = words()
    sentence = _of_score(score, collection) if score is not None else said.scores.blank
    if score is None and outcome is not None:
        sentence = said.tests.codes[outcome]
    if consideration is not None:
        sentence = f"{sentence} {said.tests.considerations[consideration]}"
    return SubjectResult(
        subject=subject,
        sentence=sentence,
        score=score,
        mark=mark,
        highest_mark=None if mark is None else collection.marks.of(subject),
    )


def result_of_assessment(
    year: int, subject: Subject, code: str | None, *, p_scale: str | None = None
) -> SubjectResult:
    """A teacher assessment in words.

    Args:
        year: the year of the results.
        subject: an assessed subject.
        code: the judgement; None where there is none.
        p_scale: the P scale sent beside it, in the years that had them.

    Raises:
        UsageError: there are no words for the year, or the subject has no teacher assessment.
        InputError: the year does not know a code.
    """
    collection = _collection(year)
    if subject is Subject.GPS:
        raise UsageError(
            f"There is no teacher assessment in {subject.label}.", todo="Choose another subject."
        )
    _known(code, codes_of_assessments(subject, collection), f"{subject.label} judgement", year)
    scales = collection.p_scales.codes if collection.p_scales else ()
    _known(p_scale, scales, "P scale", year)
    said = words().assessments
    sentences = {**said.codes, **(said.science if subject is Subject.SCIENCE else {})}
    chosen = p_scale or code
    sentence = said.blank if chosen is None else sentences[chosen]
    return SubjectResult(subject=subject, sentence=sentence.replace("{subject}", subject.label))


def _collection(year: int) -> Collection:
    if year not in words().years:
        raise UsageError(
            f"There are no words for the results of {year}.",
            todo=f"Choose one of {', '.join(map(str, words().years))}.",
        )
    return load_collection(year)


def _releases(collection: Collection) -> tuple[Year, ...]:
    year = collection.year.id
    return tuple(load_year(year, release) for release in releases_of(year))


def _known(code: str | None, known: Iterable[str], what: str, year: int) -> None:
    if code is not None and code not in known:
        raise InputError(
            f"{year} has no {what} {code!r}, so there are no words for it.", todo=_CHECK
        )


def _refuse_off_scale(
    subject: Subject, score: int | None, mark: int | None, collection: Collection
) -> None:
    scale, highest = collection.scale, collection.marks.of(subject)
    if score is not None and not scale.lowest <= score <= scale.highest:
        raise InputError(
            f"The scaled score {score} in {subject.label} is not on the scale from {scale.lowest} "
            f"to {scale.highest}.",
            todo=_CHECK,
        )
    if mark is not None and not 0 <= mark <= highest:
        raise InputError(
            f"The mark {mark} in {subject.label} is not between 0 and {highest}.", todo=_CHECK
        )


def _refuse_contradiction(
    subject: Subject, outcome: str | None, score: int | None, collection: Collection
) -> None:
    """A score beside an outcome that says otherwise is not to be told to a parent."""
    if outcome is None or score is None:
        return
    item = collection.test_codes.codes.get(outcome)
    stands = item is not None and item.with_score
    codes = collection.test_codes
    if stands and outcome in codes.saying("met", "not_met"):
        stands = (outcome in codes.saying("met")) == (score >= collection.scale.expected)
    if not stands:
        raise InputError(
            f"In {subject.label} the outcome {outcome} and the scaled score {score} contradict "
            "each other.",
            todo=_CHECK,
        )


def _of_score(score: int, collection: Collection) -> str:
    said, scale = words().scores, collection.scale
    if score < scale.expected:
        return _with_scale(said.not_met, scale)
    return _with_scale(said.higher if score >= scale.higher else said.met, scale)


def _with_scale(sentence: str, scale: Scale) -> str:
    """The sentence with the scores of the year's scale in it."""
    return sentence.format(
        lowest=scale.lowest, expected=scale.expected, higher=scale.higher, highest=scale.highest
    )
