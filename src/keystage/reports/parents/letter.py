"""A letter to parents with the results of the national tests, as tagged PDF."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from keystage.core.errors import UsageError
from keystage.reports.parents.report import SubjectResult
from keystage.reports.tagged_pdf import UnprintableError, tagged_pdf

_TEMPLATE = Path(__file__).with_name("letter.typ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is said to the parents of one pupil: the results of tests, and nothing of progress."""

    pupil: str
    results: Sequence[SubjectResult]


def letters_pdf(  # noqa: PLR0913  # a letter has so many parts
    school: str,
    academic_year: str,
    about_scores: str,
    letters: Sequence[Letter],
    *,
    version: int,
    made_on: date,
) -> bytes:
    """Letters as one PDF/UA-1, each on a page of its own. Its title names no pupil.

    Args:
        school: the school's name.
        academic_year: such as 2025/26.
        about_scores: what a scaled score is (see ``words.about_scores``).
        letters: one a pupil, in the order of the pages.
        version: of the released results.
        made_on: the day the letters are dated.

    Raises:
        UsageError: there is no letter.
        UnprintableError: no font at hand has a character; the place names the letter by number.
    """
    if not letters:
        raise UsageError("There is no pupil to write about.", todo="Choose at least one pupil.")
    said = {
        "title": f"Results of the national tests, {academic_year}: {school}",
        "school": school,
        "academic_year": academic_year,
        "about_scores": about_scores,
        "version": str(version),
        "letters": [
            {
                "pupil": letter.pupil,
                "results": [
                    {
                        "subject": one.subject.label[:1].upper() + one.subject.label[1:],
                        "score": None if one.score is None else str(one.score),
                        "sentence": one.sentence,
                    }
                    for one in letter.results
                ],
            }
            for letter in letters
        ],
    }
    try:
        return tagged_pdf(_TEMPLATE, said, made_on)
    except UnprintableError as error:
        number = next((at for at, one in enumerate(letters, 1) if error.text in one.pupil), None)
        where = "the school's own text" if number is None else f"letter {number}"
        raise UnprintableError(error.text, where=where) from None
