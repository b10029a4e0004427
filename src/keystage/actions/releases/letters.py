"""Letters to parents with the released results of their child, as one file of a school."""

from collections.abc import Sequence

from django.utils import timezone

from keystage.actions.auditing import taken_away
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.releases.downloading import PARTS, TESTS, Download, pupils_of
from keystage.actions.releases.released import Released
from keystage.core.subjects import TESTED
from keystage.reports.parents.letter import Letter, letters_pdf
from keystage.reports.parents.words import about_scores, result_of_test
from keystage.statute.collection_loader import load_collection
from keystage.store.models import Organisation, ReleasedResult

#: What a letter may hold: every test, or one. Judgements are for the school's report.
AS_LETTERS = frozenset({TESTS, *map(str, TESTED)})


def letters(*, school: Organisation, released: Released, part: str, by: By) -> Download:
    """A letter for each pupil, every one on a page of its own; that they were made is written down.

    A letter says outcome and scaled score and nothing of progress. A pupil without a name gets
    none: `Download.left_out` counts them.

    Args:
        school: whose letters.
        released: what the school sees.
        part: one of `AS_LETTERS`.
        by: who takes them away.

    Raises:
        RefusedError: nothing is out, there is no such letter, or no pupil has a name.
        UnprintableError: no font at hand has a character of a name.
    """
    if not released.results or released.newest is None:
        raise RefusedError("Results are not out yet.", todo="Wait for the day and the time.")
    if part not in AS_LETTERS:
        raise RefusedError("There is no such letter.", todo="Choose one of the list.")
    tests = [part] if part in PARTS and part != TESTS else [str(test) for test in TESTED]
    everybody = pupils_of(row for row in released.results if row.subject in tests)
    named = [rows for rows in everybody if rows[0].forename and rows[0].surname]
    if not named:
        raise RefusedError(
            "No pupil with such results has a name here.", todo="Bring in the school roll first."
        )
    version = released.number(released.newest.pk)
    content = letters_pdf(
        school.name,
        load_collection(released.year).year.label,
        about_scores(released.year),
        [_letter(rows, tests, released.year) for rows in named],
        version=version,
        made_on=timezone.localdate(),
    )
    taken_away(
        f"letters with results, {part}, release version {version}",
        by=by,
        organisation=school,
        year=released.year,
        after={"part": part, "form": "pdf", "version": version, "school": ""},
    )
    name = f"letters-{school.code}-{released.year}-{part}.pdf"
    return Download(name=name, content=content, left_out=len(everybody) - len(named))


def _letter(rows: Sequence[ReleasedResult], tests: Sequence[str], year: int) -> Letter:
    by_test = {row.subject: row for row in rows}
    return Letter(
        pupil=f"{rows[0].forename} {rows[0].surname}",
        results=[
            result_of_test(
                year,
                test,
                (found.outcome or None) if found else None,
                found.scaled_score if found else None,
            )
            for test in TESTED
            if str(test) in tests
            for found in (by_test.get(str(test)),)
        ],
    )
