"""Released results as files, each logged: transfer file or CSV, all or one test."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import polars as pl
from django.db import transaction
from django.utils import timezone

from keystage.actions.auditing import taken_away
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.releases.released import Released
from keystage.core.subjects import ASSESSED, TESTED
from keystage.flows.returns.sender import school_of
from keystage.formats.ctf.header import results_header
from keystage.formats.ctf.profile import load_profile
from keystage.formats.ctf.writing import unidentified, write_results
from keystage.records.returns import PUPILS
from keystage.statute.collection_loader import load_collection
from keystage.store.models import Judgement, Organisation, ReleasedResult

Form = Literal["csv", "ctf"]
#: The forms of files, in words; letters are made by `actions.releases.letters`.
FORMS = {"csv": "CSV", "ctf": "Common Transfer File", "pdf": "Letters to parents (PDF)"}
TESTS, WITH_JUDGEMENTS = "tests", "all"
#: What may be taken away, in words.
PARTS = {
    TESTS: "Test results of every pupil",
    WITH_JUDGEMENTS: "Test results and teacher assessments of every pupil",
    **{str(test): f"Results of the {test.label} test" for test in TESTED},
}
#: As transfer files come only those with every test: a maths mark alone could be a scaled score.
AS_CTF = frozenset({TESTS, WITH_JUDGEMENTS})
_HEADS = {"raw_mark": "mark", "scaled_score": "scaled score", "outcome": "outcome"}
_IDENTITY = ("School number", "UPN", "Surname", "Forename", "Date of birth", "Sex")
_SHORT = {"reading": "Reading", "maths": "Maths", "gps": "GPS"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_WHEN = (1980, 1, 1, 0, 0, 0)
_RESULTS = {
    "pupil": pl.UInt32(), "subject": pl.String(), "mark": pl.Int16(), "score": pl.Int16(),
    "outcome": pl.String(),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Download:
    """A file of results.

    Attributes:
        name: its name.
        content: its bytes.
        left_out: how many pupils could not be written: a transfer file needs names, birth date
            and sex.
    """

    name: str
    content: bytes
    left_out: int = 0


@transaction.atomic
def download(
    *,
    organisation: Organisation,
    released: Released,
    part: str,
    form: Form,
    by: By,
    school: Organisation | None = None,
) -> Download:
    """The results somebody sees, as a file; that it was taken away is written down.

    A CSV file has a row a pupil with the school's number in it. A transfer file is one a school;
    of several schools they come in an archive.

    Args:
        organisation: who takes it away.
        released: what they see.
        part: a key of `PARTS`.
        form: ``csv`` or ``ctf``.
        by: who takes it away.
        school: the one school of a body; None for all of them.

    Raises:
        RefusedError: nothing is out, or there is no such part.
    """
    if not released.results:
        raise RefusedError("Results are not out yet.", todo="Wait for the day and the time.")
    if part not in PARTS or (form == "ctf" and part not in AS_CTF):
        raise RefusedError("There is no such file.", todo="Choose one of the list.")
    tests = [part] if part in map(str, TESTED) else [str(test) for test in TESTED]
    pupils = pupils_of(row for row in released.results if row.subject in tests)
    codes = judged(released) if part == WITH_JUDGEMENTS else {}
    stem = f"results-{(school or organisation).code}-{released.year}-{part}"
    if form == "csv":
        made = Download(name=f"{stem}.csv", content=_csv(pupils, tests, codes, part))
    else:
        made = _ctf(pupils, released.year, codes, f"{stem}.zip")
    version = released.number(released.newest.pk) if released.newest else 0
    what = f"results, {part}, {form}, release version {version}"
    whose = f" of school {school.code}" if school and school != organisation else ""
    taken_away(
        f"{what}{whose}",
        by=by,
        organisation=organisation,
        year=released.year,
        after={
            "part": part,
            "form": form,
            "version": version,
            "school": school.code if school else "",
        },
    )
    return made


def pupils_of(results: Iterable[ReleasedResult]) -> list[list[ReleasedResult]]:
    """The results of each pupil, by school and name."""
    found: dict[tuple[str, str, str, str], list[ReleasedResult]] = {}
    for row in results:
        key = (row.school.number, row.surname.casefold(), row.forename.casefold(), row.upn)
        found.setdefault(key, []).append(row)
    return [found[key] for key in sorted(found)]


def judged(released: Released) -> dict[tuple[int, str], dict[str, str]]:
    """The judgements that schools keep here of pupils with results, by school and UPN."""
    schools = {row.school_id for row in released.results}
    upns = {row.upn for row in released.results}
    codes: dict[tuple[int, str], dict[str, str]] = {}
    rows = Judgement.objects.filter(
        cohort_pupil__sheet__year=released.year,
        cohort_pupil__sheet__school__in=schools,
        cohort_pupil__removed=False,
    ).exclude(code="")
    for school, upn, subject, code in rows.values_list(
        "cohort_pupil__sheet__school", "cohort_pupil__pupil__upn", "subject", "code"
    ):
        if upn in upns:
            codes.setdefault((school, upn), {})[subject] = code
    return codes


def as_csv(pupils: Sequence[Sequence[ReleasedResult]]) -> bytes:
    """Results of every test, a row a pupil, as the import of results reads them."""
    return _csv(pupils, [str(test) for test in TESTED], {}, TESTS)


def _csv(
    pupils: Sequence[Sequence[ReleasedResult]],
    tests: Sequence[str],
    codes: dict[tuple[int, str], dict[str, str]],
    part: str,
) -> bytes:
    written = io.StringIO()
    rows = csv.writer(written)
    heads = [f"{_SHORT[test]} {word}" for test in tests for word in _HEADS.values()]
    subjects = [str(one) for one in ASSESSED] if part == WITH_JUDGEMENTS else []
    rows.writerow([*_IDENTITY, *heads, *(f"{one.capitalize()} TA" for one in subjects)])
    for pupil in pupils:
        first, by_test = pupil[0], {row.subject: row for row in pupil}
        values = [
            getattr(by_test[test], name) if test in by_test else None
            for test in tests
            for name in _HEADS
        ]
        given = codes.get((first.school_id, first.upn), {})
        rows.writerow(
            _harmless(value)
            for value in (
                first.school.number,
                first.upn,
                first.surname,
                first.forename,
                f"{first.birth_date:%d/%m/%Y}" if first.birth_date else "",
                first.sex,
                *values,
                *(given.get(one, "") for one in subjects),
            )
        )
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def _harmless(value: object) -> str:
    """A value as text; what a spreadsheet would take for a formula has an apostrophe before it."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _ctf(
    pupils: Sequence[Sequence[ReleasedResult]],
    year: int,
    codes: dict[tuple[int, str], dict[str, str]],
    archive: str,
) -> Download:
    by_school: dict[str, list[Sequence[ReleasedResult]]] = {}
    for pupil in pupils:
        by_school.setdefault(pupil[0].school.number, []).append(pupil)
    files: dict[str, bytes] = {}
    left = 0
    for number, rows in by_school.items():
        content, without = _transfer_file(rows, year, codes)
        left += without
        if content:
            files[f"{number}_KS2_{number}_001.xml"] = content
    if not files:
        raise RefusedError(
            "A transfer file needs names, birth date and sex, which no pupil has here.",
            todo="Download the results as CSV.",
        )
    if len(by_school) == 1:
        name, content = files.popitem()
        return Download(name=name, content=content, left_out=left)
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as into:
        for name, content in files.items():
            into.writestr(ZipInfo(name, _WHEN), content, ZIP_DEFLATED)
    return Download(name=archive, content=packed.getvalue(), left_out=left)


def _transfer_file(
    pupils: Sequence[Sequence[ReleasedResult]],
    year: int,
    codes: dict[tuple[int, str], dict[str, str]],
) -> tuple[bytes, int]:
    """A school's transfer file, empty where no pupil can be written; and how many cannot."""
    collection, school = load_collection(year), pupils[0][0].school
    identity = [
        {
            "pupil": number,
            "line": number,
            "upn": pupil[0].upn,
            "surname": pupil[0].surname,
            "forename": pupil[0].forename,
            "birth_date": pupil[0].birth_date,
            "sex": pupil[0].sex,
        }
        for number, pupil in enumerate(pupils)
    ]
    people = pl.DataFrame(identity, schema={name: PUPILS[name] for name in identity[0]})
    writable = people.filter(~pl.col("pupil").is_in(unidentified(people)["pupil"].implode()))
    if writable.is_empty():
        return b"", people.height
    results = pl.DataFrame(
        [
            (number, row.subject, row.raw_mark, row.scaled_score, row.outcome or None)
            for number, pupil in enumerate(pupils)
            for row in pupil
        ],
        schema=_RESULTS,
        orient="row",
    )
    judgements = [
        {"pupil": number} | {str(one): given.get(str(one)) for one in ASSESSED}
        for number, pupil in enumerate(pupils)
        if (given := codes.get((pupil[0].school_id, pupil[0].upn)))
    ]
    header = results_header(
        school_of(school.number, urn=school.code, name=school.name),
        timezone.localtime(),
        collection,
    )
    keys = writable["pupil"].implode()
    content = write_results(
        header,
        writable,
        results.filter(pl.col("pupil").is_in(keys)),
        collection,
        load_profile(),
        judgements=pl.DataFrame(
            judgements,
            schema={"pupil": pl.UInt32(), **{str(one): pl.String() for one in ASSESSED}},
        ).filter(pl.col("pupil").is_in(keys))
        if judgements
        else None,
    )
    return content, people.height - writable.height
