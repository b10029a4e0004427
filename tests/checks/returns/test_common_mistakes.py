"""What schools most often do wrong is found, with a sentence that says what to do about it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

import pytest
from made_returns import PLAIN, found_in, frame, listed, returns, run, sentences, with_rows

from keystage.core.upn import make_upn
from keystage.records.circumstances import ACCEPTED, VALUES
from keystage.records.returns import UNREADABLE
from keystage.statute.collection_loader import load_collection

_OTHER = PLAIN | {"science": "HNM"}
_OUTCOMES = {"TA-309", "TA-901", "TA-902", "TA-903", "TA-904", "TA-905"}


@pytest.mark.parametrize(
    ("written", "code"),
    [("EXS", "TA-419"), ("HNM", "TA-419"), ("GDS", "TA-401"), ("WTS", "TA-401")],
)
def test_a_judgement_for_a_pupil_who_takes_the_test_is_to_be_taken_out(
    written: str, code: str
) -> None:
    some = returns(PLAIN | {"reading": written}, _OTHER)

    for expected in (None, listed(some, {}, {})):
        found = run(some, expected)
        (said,) = sentences(found, code)
        assert "If the pupil takes the reading test, take the judgement out" in said
        assert "TA-405" not in set(found.counts["code"])


def test_a_wrong_code_in_writing_is_to_be_replaced() -> None:
    (said,) = sentences(run(returns({"writing": "EXP", "science": "EXS"})), "TA-401")

    assert said.startswith("EXP is no writing judgement of 2026. Choose one of the year's codes")
    assert "GDS, EXS, WTS" in said


def test_an_old_code_is_named_where_another_check_speaks_of_it() -> None:
    some = returns(PLAIN | {"writing": "BLW", "science": "L"})

    assert "the writing judgement is BLW" in sentences(run(some), "TA-409")[0]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("future", "Record F, as the registration says."),
        ("left", "Record L, as the registration says."),
        ("registered", "Record the judgement: GDS, EXS, WTS"),
        (None, "record A. Then export the file again."),
    ],
)
def test_a_blank_is_told_with_what_to_record(status: str | None, words: str) -> None:
    some = returns({"science": "EXS"}, _OTHER)
    registered: Mapping[str, object] = dict.fromkeys(("reading", "gps", "maths"), status)
    said = sentences(run(some, listed(some, registered, {})), "TA-403")

    assert words in said[0]


def test_in_the_years_of_judgements_in_every_subject_each_blank_is_told() -> None:
    some = returns(PLAIN, year=2018, version="17.0", academic_year=2017)
    found = run(some, listed(some, {}), load_collection(2018))

    assert found.counts.filter(code="TA-403")["field"].to_list() == ["Reading", "Maths"]
    assert "TA-404" not in set(found.counts["code"])


def test_a_blank_of_a_list_without_registrations_makes_a_pupil_incomplete() -> None:
    some = returns({"writing": "EXS"}, _OTHER)
    nothing: Mapping[str, object] = dict.fromkeys(("reading", "gps", "maths"))

    found = run(some, listed(some, nothing, nothing))
    assert found.numbers.select("complete", "incomplete").row(0) == (1, 1)


def test_an_older_export_is_told_with_both_numbers() -> None:
    before = frame([{"school": "9990301", "serial": 3, "pupils": 2, "judgements": 4}], ACCEPTED)
    (said,) = sentences(run(returns(PLAIN, _OTHER), accepted=before), "TA-013")

    assert said.startswith("A newer file, number 3, was accepted; this is number 1.")


def test_a_copy_of_a_browser_is_renamed_with_its_own_number() -> None:
    some = returns(PLAIN, name="9990301_ctf_NAALLLL_014 (2).xml")
    (said,) = sentences(run(some), "TA-010")

    assert "Rename the file to 9990301_CTF_NAALLLL_014.xml, if this is export number 014" in said


@pytest.mark.parametrize(
    ("name", "serial"),
    [
        ("9990301_CTF_NAALLLL_014_final.xml", "014"),
        ("9990301_CTF_NAALLLL_7.xml", "007"),
        ("export_2026.xml", "004"),
        ("ks2.xml", "004"),
    ],
)
def test_a_file_is_renamed_with_the_number_in_its_name_or_the_next(name: str, serial: str) -> None:
    before = frame([{"school": "9990301", "serial": 3, "pupils": 1, "judgements": 2}], ACCEPTED)
    (said,) = sentences(run(returns(PLAIN, name=name), accepted=before), "TA-010")

    assert f"9990301_CTF_NAALLLL_{serial}.xml, if this is export number {serial} to" in said


@pytest.mark.parametrize("last", [None, 999])
def test_a_file_whose_number_nothing_tells_is_the_first(last: int | None) -> None:
    before = frame([{"school": "9990301", "serial": last, "pupils": 1, "judgements": 2}], ACCEPTED)
    (said,) = sentences(run(returns(PLAIN, name="ks2.xml"), accepted=before), "TA-010")

    assert "Rename the file to 9990301_CTF_NAALLLL_001.xml" in said


@pytest.mark.parametrize("change", [str.lower, lambda upn: upn[0].lower() + upn[1:]])
def test_a_number_in_small_letters_is_one_mistake(change: Callable[[str], str]) -> None:
    given = returns(PLAIN, PLAIN)
    first, second = given.pupils["upn"]
    small = returns(PLAIN | {"upn": change(first)}, PLAIN | {"upn": second})

    for expected in (listed(given, {}, {}), listed(small, {}, {})):
        assert set(found_in(small, expected)) - _OUTCOMES == {"TA-202"}
    (said,) = sentences(run(small), "TA-202")
    assert f"would be a capital {first[0]}" in said


def test_a_temporary_number_in_small_letters_is_one_mistake() -> None:
    given = returns(PLAIN | {"upn": make_upn(999, 301, 2020, 7, "A")})
    (upn,) = given.pupils["upn"]
    small = returns(PLAIN | {"upn": upn.lower()})

    assert set(found_in(small, listed(given, {}))) - _OUTCOMES == {"TA-205"}


def test_one_number_in_small_letters_and_in_capitals_is_of_two_pupils() -> None:
    (upn,) = returns(PLAIN).pupils["upn"]
    twice = returns(PLAIN | {"upn": upn}, PLAIN | {"upn": upn.lower()})

    assert found_in(twice)["TA-207"] == 2


def test_a_filled_column_is_told_where_others_write_at_the_standard() -> None:
    some = returns(*[PLAIN | {"reading": "PK6", "science": "HNM"}] * 5, *[_OTHER] * 6)

    assert [one.split(".")[0] for one in sentences(run(some), "TA-411")] == [
        "All 11 pupils have EXS in writing", "All 11 pupils have HNM in science",
    ]  # fmt: skip


def test_a_column_without_one_code_is_not_said_to_be_filled() -> None:
    some = returns(*[PLAIN | {"science": f"X{at}"} for at in range(12)])

    assert all("science" not in one for one in sentences(run(some), "TA-411"))


def test_a_difference_of_names_is_called_that_where_a_birth_date_is_not_listed() -> None:
    some = returns(PLAIN, _OTHER)
    expected = listed(some, {"surname": "Another", "birth_date": None}, {})
    (said,) = sentences(run(some, expected), "TA-213")

    assert said.startswith("The name differs from that on the expected list")


def test_an_academic_year_that_cannot_be_read_is_told_as_it_is_written() -> None:
    told = {"file": 0, "line": 3, "field": "AcademicYear", "text": "2025/26", "reason": "no year"}
    some = replace(returns(PLAIN, academic_year=None), unreadable=frame([told], UNREADABLE))
    found = run(some)

    assert sentences(found, "TA-018")[0].startswith("“2025/26” in AcademicYear cannot be read")
    assert "TA-114" not in set(found.counts["code"])


def test_a_p_scale_beside_a_moderated_judgement_is_no_change_of_it() -> None:
    year = load_collection(2018)
    some = with_rows(
        returns({"writing": "BLW", "science": "HNM"}, year=2018, version="17.0"), (0, 1, "P4")
    )
    agreed = [
        {
            "school": "9990301",
            "upn": make_upn(999, 301, 2020, 0),
            "subject": "writing",
            "result": "BLW",
        }
    ]
    found = run(some, None, year, moderated=frame(agreed, VALUES))

    assert not {"TA-415", "TA-414"} & set(found.counts["code"])


@pytest.mark.parametrize(
    ("today", "words"),
    [(date(2026, 5, 1), "opens on 18 May 2026"), (date(2026, 7, 1), "closed on 26 June 2026")],
)
def test_the_day_the_collection_opens_or_closed_is_told(today: date, words: str) -> None:
    assert words in sentences(run(returns(PLAIN), today=today), "TA-107")[0]
