"""Test results and judgements out of uploads, with the pupils they are about."""

import pytest

from keystage.core.subjects import Subject
from keystage.flows.roll.files.results import read_judgements, read_results
from keystage.flows.roll.likeness.matching import match
from keystage.flows.roll.pupils import Facts, Stored
from keystage.flows.roll.refusal import RollRefusedError
from keystage.formats.ctf.profile import load_profile
from keystage.formats.marks_mapping import MarksMapping
from keystage.statute.collection_loader import load_collection

YEAR, PROFILE = load_collection(2026), load_profile()
ADA = "A999030120001"


def row(subject: str, component: str, method: str, qualifier: str, result: str) -> str:
    return (
        f"<StageAssessment><Locale>ENG</Locale><Year>2026</Year><Subject>{subject}</Subject>"
        f"<Method>{method}</Method><Component>{component}</Component>"
        f"<ResultStatus>R</ResultStatus><ResultQualifier>{qualifier}</ResultQualifier>"
        f"<Result>{result}</Result></StageAssessment>"
    )


def transfer(*rows: str) -> bytes:
    return (
        "<CTfile><Header><DocumentName>Common Transfer File</DocumentName></Header>"
        f"<CTFpupilData><Pupil><UPN>{ADA}</UPN><Surname>Ashdown</Surname><Forename>Ada</Forename>"
        "<DOB>2015-02-01</DOB><Sex>F</Sex><Contacts><Contact><Surname>Hemlock</Surname></Contact>"
        "</Contacts><StageAssessments><KeyStage><Stage>KS2</Stage>"
        f"{''.join(rows)}</KeyStage></StageAssessments></Pupil></CTFpupilData></CTfile>"
    ).encode()


def test_results_of_a_transfer_file_are_mark_score_and_outcome() -> None:
    rows = [
        row("ENG", "REA", "TT", "NM", "40"),
        row("ENG", "REA", "TT", "SS", "107"),
        row("ENG", "REA", "TT", "TO", "AS"),
        row("MAT", "SUB", "TT", "TO", "A"),
        row("ENG", "GPS", "TT", "SS", "what"),
    ]
    found = read_results(transfer(*rows), "CTF.xml", YEAR, PROFILE)
    assert [(one.subject, one.mark, one.score, one.outcome) for one in found.results] == [
        (Subject.READING, 40, 107, "AS"),
        (Subject.MATHS, None, None, "A"),
    ]
    assert [one.text for one in found.unread] == ["what"]
    assert found.file.left_out == ("contacts",)
    assert "Hemlock" not in repr(found)


def test_results_of_a_table_have_the_pupils_of_their_rows() -> None:
    text = (
        "Surname,Reading scaled score,UPN,Reading outcome,DOB,Forename,Home phone\n"
        f"Ashdown,107,{ADA},AS,01/02/2015,Ada,0\n"
        ",,,,,,0\n"
        "Cole,,,,,Dee,0\n"
        "Bell,999,,,02/02/2015,Cy,0\n"
    )
    found = read_results(text.encode(), "results.csv", YEAR, PROFILE)
    assert [(one.row, one.score, one.outcome) for one in found.results] == [(0, 107, "AS")]
    assert [(one.row, one.line, one.facts.surname) for one in found.file.pupils] == [
        (0, 2, "Ashdown"),
        (1, 4, "Cole"),
        (2, 5, "Bell"),
    ]
    assert [(one.row, one.text) for one in found.unread] == [(2, "999")]
    assert found.file.left_out == ("addresses and telephone numbers",)
    stored = [Stored(key="k0", facts=Facts(upn=ADA, forename="Ada", surname="Ashdown"))]
    assert match(stored, found.file.pupils)[0].key == "k0"


def test_a_mapping_says_which_heading_is_what() -> None:
    mapping = MarksMapping(name="own", columns={"upn": "No", "maths_mark": "Out of all"})
    text = f"No,Out of all\n{ADA},77\n"
    found = read_results(text.encode(), "results.csv", YEAR, PROFILE, mapping=mapping)
    assert [(one.subject, one.mark) for one in found.results] == [(Subject.MATHS, 77)]
    assert found.file.pupils[0].facts.upn == ADA


def test_judgements_of_a_tracker_keep_what_is_no_code_as_it_is_written() -> None:
    text = f"UPN,Writing,Science,Reading\n{ADA}, exs ,Secure+,\n"
    found = read_judgements(text.encode(), "tracker.csv", YEAR, PROFILE)
    assert [(one.subject, one.text, one.code) for one in found.judgements] == [
        (Subject.WRITING, "exs", "EXS"),
        (Subject.SCIENCE, "Secure+", None),
    ]
    assert found.judgements[1].reason == "it is no science judgement of 2026"
    assert [(one.row, one.line) for one in found.judgements] == [(0, 2), (0, 2)]
    assert found.file.pupils[0].facts.upn == ADA


def test_judgements_of_a_partial_transfer_file_are_those_of_the_year() -> None:
    rows = [row("ENG", "WRI", "TA", "NL", "GDS"), row("SCI", "SUB", "TA", "NL", " ")]
    found = read_judgements(transfer(*rows), "CTF.xml", YEAR, PROFILE)
    assert [(one.subject, one.code) for one in found.judgements] == [(Subject.WRITING, "GDS")]
    with pytest.raises(RollRefusedError, match="no teacher assessments of 2025"):
        read_judgements(transfer(*rows), "CTF.xml", load_collection(2025), PROFILE)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (f"UPN,Reading score\n{ADA},\n".encode(), "no test results of 2026"),
        (b"Surname,Reading score\nA,100\n", "UPN"),
        (b"<CTfile>", "cut short"),
        (transfer(), "no test results of 2026"),
    ],
)
def test_results_that_are_none_are_refused(data: bytes, said: str) -> None:
    with pytest.raises(RollRefusedError, match=said):
        read_results(data, "results", YEAR, PROFILE)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (f"UPN,Writing\n{ADA},\n".encode(), "no teacher assessments of 2026"),
        (b"Surname,Forename\nA,B\n", "A column is missing: UPN"),
        (b"<CTfile>", "cut short"),
    ],
)
def test_judgements_that_are_none_are_refused(data: bytes, said: str) -> None:
    with pytest.raises(RollRefusedError, match=said):
        read_judgements(data, "tracker", YEAR, PROFILE)
