"""Figures of what the service holds: collected, computed by the engine, and verified."""

import zlib
from datetime import date
from io import StringIO

import polars as pl
import pytest
from cast_of_tests import YEAR, MakePerson
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from figures_of_tests import Statistics, statisticians
from files_of_tests import Gate, row_of, sheet_file
from releases_of_tests import Agency, freeze, marks_of

import keystage
from keystage.actions.errors import RefusedError
from keystage.actions.figures.asking import File
from keystage.actions.figures.collecting import collect
from keystage.actions.figures.rules import rules
from keystage.actions.figures.verifying import verify
from keystage.actions.releases.figures import summary_of_released
from keystage.actions.releases.released import released_to
from keystage.flows.figures.contents import decode
from keystage.statute.collection_loader import load_collection
from keystage.store.models import (
    FiguresRelease,
    Organisation,
    Pupil,
    ReceivedJudgement,
    ReceivedPupil,
    ResultsRelease,
    Sheet,
)

pytestmark = pytest.mark.django_db
RULES = rules(YEAR, "provisional")

MORE = b"UPN,SENF,FSM6_P\n"


@pytest.fixture
def results(
    agency: Agency, pupils: list[Pupil], sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> ResultsRelease:
    """The results of all pupils are out; the clock stands a moment after."""
    assert sheet.year == YEAR
    found = agency.release(marks_of(pupils))
    freeze(monkeypatch, agency.at)
    return found


@pytest.fixture
def received(sheet: Sheet, gate: Gate, pupils: list[Pupil]) -> None:
    """The judgements of all pupils were received; one is judged elsewhere."""
    assert sheet.year == YEAR
    gate.take(sheet_file(row_of(one) for one in pupils))


@pytest.fixture
def desk(person: MakePerson, agency: Agency) -> Statistics:
    return statisticians(person, agency.organisation)


def by_upn(frame: pl.DataFrame) -> dict[str, dict[str, object]]:
    return {str(row["UPN"]): row for row in frame.to_dicts()}


def test_pupils_have_what_was_received_and_what_was_released(
    received: None, results: ResultsRelease, agency: Agency, pupils: list[Pupil]
) -> None:
    found = collect(agency.organisation, RULES)

    row = by_upn(found.records.pupils)[pupils[0].upn]
    assert (row["URN"], row["LAESTAB"], row["SEX"], row["P_INCL"]) == (900003, 9990301, "F", "201")
    assert (row["WRITTAOUTCOME"], row["SCITAOUTCOME"]) == ("EXS", "EXS")
    assert row["READSCORE"] is not None
    assert row["READOUTCOME"] in {"AS", "NS"}
    assert row["SENF"] is None
    assert "SENF" in found.records.missing
    assert found.counts == {
        "pupils": 6, "schools": 1, "schools without judgements": 0, "in no cohort": 0,
    }  # fmt: skip
    assert found.records.schools.select("URN", "SCHNAME", "NFTYPE", "TRUST_UID").row(0) == (
        900003, "Storybook Lane Primary School", "CY", "T001",
    )  # fmt: skip


def test_the_figures_are_those_of_the_schools_own_page(
    received: None, results: ResultsRelease, desk: Statistics, sheet: Sheet, agency: Agency
) -> None:
    for judgement in ReceivedJudgement.objects.select_related("pupil"):
        member = sheet.cohort.get(pupil__upn=judgement.pupil.upn)
        member.judgements.create(
            subject=judgement.subject, code=judgement.code, changed_at=agency.at,
            changed_by=desk.one.who,
        )  # fmt: skip
    release = desk.make()
    assert release.failed_why == ""
    own = summary_of_released(sheet, released_to(sheet.school, YEAR))

    row = release.contents.get(kind="school", code="900003", level="complete")
    content = decode(bytes(row.content))

    compared = 0
    for figure in own.figures:
        same = content.figure(figure.field)
        if same is not None and same.state == "shown":
            assert same.text.rstrip("%") == figure.printed.rstrip("%")
            compared += 1
    assert compared > 5


def test_what_the_engine_makes_it_makes_again(
    received: None, results: ResultsRelease, desk: Statistics
) -> None:
    release = desk.make(national=True)
    assert release.failed_why == ""

    checked = verify(release)

    assert checked.faults == ()
    assert checked.told == ()
    assert (checked.contents, checked.schools) == (release.contents.count(), 1)
    out = StringIO()
    call_command("verify_figures", year=YEAR, release=str(release.pk), stdout=out)
    assert "as it was made" in out.getvalue()


def changed(release: FiguresRelease, words: str) -> None:
    """Change what the database guards, as somebody with the keys to it could."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(words)
            cursor.execute("SET LOCAL session_replication_role = origin")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = [row for row in cursor.fetchall() if "figures" in row[0]]
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute(words)
        for _, text in triggers:
            cursor.execute(text)


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("UPDATE store_figurescontent SET content = sha256 WHERE kind = 'school'", "is not what"),
        ("UPDATE store_figurespupils SET content = sha256", "pupils of school 900003"),
        ("DELETE FROM store_figurescontent WHERE kind = 'la'", "The contents are not those"),
        ("UPDATE store_figuresrelease SET rules = 'x'", "The tables of the year"),
        ("UPDATE store_figuresrelease SET stage = 'final'", "is computed otherwise"),
    ],
)
def test_what_was_changed_behind_the_triggers_is_told(
    words: str, fault: str, received: None, results: ResultsRelease, desk: Statistics
) -> None:
    release = desk.make()
    kind = "bytea" if connection.vendor == "postgresql" else "blob"
    words = words.replace("= sha256", f"= CAST(sha256 AS {kind})")
    changed(release, words)
    release.refresh_from_db()

    checked = verify(release)

    assert any(fault in sentence for sentence in checked.faults)
    with pytest.raises(SystemExit):
        call_command("verify_figures", stdout=StringIO(), stderr=StringIO())


def test_another_version_of_the_engine_is_told_and_is_no_fault(
    received: None, results: ResultsRelease, desk: Statistics, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = desk.make()
    monkeypatch.setattr(keystage, "__version__", "9.9.9")

    checked = verify(release)

    assert checked.whole
    assert "9.9.9" in " ".join(checked.told)
    assert len(checked.told) == 1
    changed(release, "UPDATE store_figuresrelease SET stage = 'final'")
    release.refresh_from_db()
    otherwise = verify(release)
    assert otherwise.whole
    assert "computes otherwise" in otherwise.told[1]


def test_what_is_compressed_otherwise_is_no_fault(
    received: None, results: ResultsRelease, desk: Statistics, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by another version of the compressor; what says something else is a fault still."""
    release = desk.make()
    compress = zlib.compress
    monkeypatch.setattr(zlib, "compress", lambda content: compress(content, 0))

    assert verify(release).whole
    changed(release, "UPDATE store_figuresrelease SET stage = 'final'")
    release.refresh_from_db()
    found = " ".join(verify(release).faults)

    assert "school 900003 (complete) is computed otherwise" in found
    assert "The table of schools of la 999 (complete) is computed otherwise" in found


def test_characteristics_come_from_a_file_and_who_is_not_in_it_is_told(
    received: None, results: ResultsRelease, desk: Statistics, pupils: list[Pupil]
) -> None:
    lines = [MORE.decode(), *(f"{one.upn},K,1\n" for one in pupils[:4]), "A999999912345,N,0\n"]
    release = desk.make(characteristics=File(name="more.csv", content="".join(lines).encode()))

    assert release.failed_why == ""
    assert release.counts["without characteristics"] == 2
    assert release.counts["characteristics not used"] == 1
    assert any("2 pupils of 6 stand not in the file" in note for note in release.notes)
    assert release.files.get().content is None


def test_a_school_file_with_what_cannot_be_read_is_refused(
    received: None, desk: Statistics
) -> None:
    listed = b"URN,LAESTAB,SCHNAME,NFTYPE,RECTYPE\n900003,9990301,Oak,ZZ,1\n"
    release = desk.make(schools=File(name="schools.csv", content=listed))

    assert release.state == FiguresRelease.State.FAILED
    assert "schools.csv, line 2, column NFTYPE" in release.failed_why


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("UPN,SURNAME\nA1,X\n", "SENF"),
        ("SENF\nK\n", "finding the pupils"),
        ("UPN,SENF\nA1,Q\n", "line 2, SENF: Q"),
        ("UPN,SENF\nA1,K\nA1,N\n", "2 lines have a UPN"),
    ],
)
def test_a_file_of_characteristics_that_is_wrong_is_refused(
    content: str, why: str, received: None, desk: Statistics
) -> None:
    release = desk.make(characteristics=File(name="more.csv", content=content.encode()))

    assert release.state == FiguresRelease.State.FAILED
    assert why in release.failed_why


def test_a_school_whose_judgements_were_not_received_is_named(
    results: ResultsRelease, agency: Agency, judged_sheet: Sheet
) -> None:
    found = collect(agency.organisation, RULES)

    assert found.records.pupils["WRITTAOUTCOME"].null_count() == 6
    assert found.counts["schools without judgements"] == 1
    assert "Storybook Lane Primary School (900003)" in found.notes[0]


def test_who_is_not_here_at_the_end_is_not_included(
    agency: Agency, pupils: list[Pupil], sheet: Sheet, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    left, removed, elsewhere, away = pupils[:4]
    gate.take(sheet_file(row_of(one) for one in pupils))
    left.left_on = date(2026, 1, 9)
    left.save()
    sheet.cohort.filter(pupil=removed).update(removed=True, reason="Moved.")
    codes = load_collection(YEAR).registrations.codes
    gone = next(code for code, one in codes.items() if one.elsewhere)
    sheet.cohort.filter(pupil=away).update(reading=gone, gps=gone, maths=gone)
    upn = ReceivedPupil.objects.get(upn=elsewhere.upn)
    upn.judgements.filter(subject="writing").update(code="L")
    agency.release(marks_of(pupils[4:]))
    freeze(monkeypatch, agency.at)

    rows = by_upn(collect(agency.organisation, RULES).records.pupils)

    assert {upn: row["P_INCL"] for upn, row in rows.items()} == {
        **dict.fromkeys((left.upn, removed.upn, elsewhere.upn, away.upn), "202"),
        **dict.fromkeys((pupils[4].upn, pupils[5].upn), "201"),
    }


def test_who_has_results_and_stands_in_no_cohort_counts_and_is_told(
    results: ResultsRelease, agency: Agency, sheet: Sheet, pupils: list[Pupil]
) -> None:
    sheet.cohort.filter(pupil=pupils[0]).delete()

    found = collect(agency.organisation, RULES)

    row = by_upn(found.records.pupils)[pupils[0].upn]
    assert (row["P_INCL"], row["SEX"]) == ("201", "F")
    assert found.counts["in no cohort"] == 1


def test_codes_that_the_year_does_not_know_are_left_blank_and_told(
    results: ResultsRelease, agency: Agency, pupils: list[Pupil]
) -> None:
    Pupil.objects.filter(pk=pupils[0].pk).update(ks1_reading="exs", ks1_maths="??")

    found = collect(agency.organisation, RULES)

    row = by_upn(found.records.pupils)[pupils[0].upn]
    assert (row["KS1READ"], row["KS1MAT"]) == ("EXS", None)
    assert any("KS1MAT" in note and "of 1 pupil: ??" in note for note in found.notes)


def test_how_many_queries_there_are_does_not_depend_on_the_pupils(
    received: None, results: ResultsRelease, agency: Agency, other_school: Organisation
) -> None:
    with CaptureQueriesContext(
        connection,
    ) as few:
        collect(agency.organisation, RULES)
    Pupil.objects.all().update(changed_at=agency.at)
    Organisation.objects.create(kind="school", code="900005", name="Third", number="9990303")
    with CaptureQueriesContext(connection) as more:
        collect(agency.organisation, RULES)

    assert len(few) == len(more) <= 8


def test_a_body_without_pupils_makes_no_figures(agency: Agency) -> None:
    with pytest.raises(RefusedError, match="no pupils of 2026"):
        collect(agency.organisation, RULES)
