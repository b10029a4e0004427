"""Both sides of edges that no example stands at, and how findings are told."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest

from keystage.checks.returns.coded import coded
from keystage.checks.returns.findings import ReturnFindings
from keystage.checks.returns.run import run_returns
from keystage.checks.returns.upns import parts, sound
from keystage.core.upn import fault_of, make_upn
from keystage.records.circumstances import SCHOOLS_KNOWN, Circumstances
from keystage.records.returns import (
    EXPECTED,
    FILES,
    PUPILS,
    RESULTS,
    SLOTS,
    UNREADABLE,
    ReturnSet,
)
from keystage.statute.authorities import load_authorities
from keystage.statute.collection import Collection
from keystage.statute.collection_loader import load_collection

Look = Callable[..., ReturnFindings]

COLLECTION = load_collection(2026)
_SUBJECTS = ("reading", "writing", "maths", "science")
_FAULTS = {
    "length": "length",
    "digits": "digits",
    "last": "last",
    "check_letter": "check_letter",
    "authority": "authority",
    "first": "check_letter",
}


def frame(rows: list[dict[str, object]], schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """A frame of a schema, from rows that leave some columns out."""
    return pl.DataFrame([dict.fromkeys(schema) | row for row in rows], schema=dict(schema))


def returns(*pupils: Mapping[str, object], year: int = 2026, **of_file: object) -> ReturnSet:
    """A return of one school; each pupil's judgements stand beside the identity."""
    file = {
        "file": 0,
        "name": "9990301_CTF_NAALLLL_001.xml",
        "form": "ctf",
        "document": "Common Transfer File",
        "version": "25.0",
        "made_at": datetime(2026, 6, 15, 10),  # noqa: DTZ001  # a file has no zone
        "qualifier": "partial",
        "supplier": "Keystage",
        "source_la": "999",
        "source_estab": "0301",
        "academic_year": year - 1,
        "destination_la": "NAA",
        "destination_estab": "LLLL",
    }
    people = [
        {
            "file": 0,
            "pupil": at,
            "line": 10 + at,
            "upn": make_upn(999, 301, 2020, at),
            "surname": f"Surname{chr(65 + at % 26)}",
            "forename": f"Robin{chr(65 + at // 26)}",
            "birth_date": date(year - 11, 3, 1),
            "sex": "F",
            "sex_element": "Sex",
            **{name: value for name, value in one.items() if name not in _SUBJECTS},
        }
        for at, one in enumerate(pupils)
    ]
    results = [
        {"file": 0, "pupil": at, "line": 100 + at, "slot": slot, "result": one[subject]}
        for at, one in enumerate(pupils)
        for slot, subject in enumerate(_SUBJECTS)
        if subject in one
    ]
    slots = [
        {
            "slot": at,
            "stage": "KS2",
            "locale": "ENG",
            "year": year,
            "subject": subject,
            "method": "TA",
            "component": "SUB",
            "status": "R",
            "qualifier": "NL",
            "measure": subject,
            "kind": "assessment",
        }
        for at, subject in enumerate(_SUBJECTS)
    ]
    return ReturnSet(
        files=frame([file | of_file], FILES),
        pupils=frame(people, PUPILS),
        results=frame(results, RESULTS),
        slots=frame(slots, SLOTS),
    )


def listed(some: ReturnSet, *changes: Mapping[str, object]) -> pl.DataFrame:
    """The expected list of a return, registered for all tests but for changes."""
    rows = some.pupils.select("line", "upn", "surname", "forename", "birth_date", "sex").rows(
        named=True
    )
    plain = dict.fromkeys(("reading", "gps", "maths"), "registered")
    return frame(
        [
            {"school": "9990301", "on_register": True, **plain, **row, **change}
            for row, change in zip(rows, changes, strict=True)
        ],
        EXPECTED,
    )


def found_in(
    some: ReturnSet,
    expected: pl.DataFrame | None = None,
    collection: Collection = COLLECTION,
    **known: object,
) -> dict[str, int]:
    """The numbers of findings, by code."""
    found = run_returns(
        some,
        collection,
        channel="preflight",
        expected=expected,
        circumstances=Circumstances(**known),  # type: ignore[arg-type]
    )
    return dict(found.counts.group_by("code").agg(pl.col("count").sum()).iter_rows())


PLAIN: dict[str, object] = {"writing": "EXS", "science": "EXS"}


@pytest.mark.parametrize(
    "upn",
    [
        "A999030120001", "B801200005001", "R201100018042", "T20110001804V", "P823299911021",
        "D823299911022", "R674123101121", "H801200001001", "Q207000016049", "A+99030120001",
        "a999030120001", "A99903012000I", "A9990301200O1", "D99929992500A", "É999030120001",
        "A999030120001 ", "A99903012000", "I999030120001", "A99903012000é",
        "A999\N{ARABIC-INDIC DIGIT ZERO}30120001",
        make_upn(2, 301, 2020, 1), make_upn(777, 301, 2020, 1), make_upn(1, 0, 2000, 0), " ", "",
    ],
)  # fmt: skip
def test_numbers_are_judged_alike_one_by_one_and_by_the_column(upn: str) -> None:
    issuing = load_authorities().issuing
    known = upn[1:4] in issuing
    judged = pl.DataFrame({"upn": [upn]}).with_columns(**parts("upn", issuing)).row(0, named=True)
    fault = fault_of(upn)

    if sound(pl.Series([upn]), issuing).item():
        assert fault is None
        assert known
    if not upn.strip():
        assert judged["missing"]
    elif fault is None:
        wrong = {name for name in _FAULTS.values() if judged[name]}
        assert wrong == (set() if known else {"authority"})
    else:
        assert judged[_FAULTS[fault]]


@pytest.mark.parametrize(
    ("count", "code", "found"),
    [(9, "TA-411", False), (10, "TA-411", True)],
)
def test_one_value_for_all_is_odd_from_a_number_on(count: int, code: str, *, found: bool) -> None:
    assert (code in found_in(returns(*([PLAIN] * count)))) == found


@pytest.mark.parametrize(
    ("absent", "of", "found"), [(1, 5, False), (2, 20, False), (2, 19, True), (3, 20, True)]
)
def test_many_without_a_judgement_are_asked_about(absent: int, of: int, *, found: bool) -> None:
    pupils = [PLAIN | {"science": "A"}] * absent + [PLAIN] * (of - absent)

    assert ("TA-413" in found_in(returns(*pupils))) == found


@pytest.mark.parametrize(
    ("judgements", "codes"),
    [
        ({"writing": "GDS", "science": "HNM"}, {"TA-408"}),
        ({"writing": "PK1", "science": "A"}, {"TA-408"}),
        ({"writing": "PK1", "science": "HNM"}, set()),
        ({"writing": "L", "science": "A"}, {"TA-409"}),
        ({"writing": "A", "science": "P"}, {"TA-409"}),
        ({"writing": "F", "science": "P"}, {"TA-409"}),
        ({"writing": "L", "science": "L"}, set()),
        ({"writing": "L"}, {"TA-403"}),
        ({"writing": None, "science": " "}, {"TA-403"}),
        ({"reading": "PK1", "writing": "EXS", "science": "EXS"}, {"TA-407"}),
        ({"reading": "PK1", "writing": "WTS", "science": "EXS"}, set()),
        ({"reading": "EM", "writing": "WTS", "science": "EXS"}, {"TA-406"}),
        ({"reading": "EM", "maths": "A", "writing": "EM", "science": "HNM"}, set()),
        ({"reading": "HNM", "writing": "WTS", "science": "EXS"}, {"TA-419"}),
    ],
)
def test_judgements_of_one_pupil_beside_each_other(
    judgements: dict[str, object], codes: set[str]
) -> None:
    asked = {"TA-403", "TA-406", "TA-407", "TA-408", "TA-409", "TA-419", "TA-401"}

    assert set(found_in(returns(judgements, PLAIN))) & asked == codes


@pytest.mark.parametrize(
    ("registered", "judgements", "codes"),
    [
        ({"reading": "below"}, PLAIN, {"TA-404", "TA-407"}),
        ({"reading": "below"}, {"reading": "PK6", "writing": "WTS", "science": "HNM"}, set()),
        ({"maths": "below"}, PLAIN | {"maths": "PK6"}, set()),
        ({"gps": "below"}, PLAIN, set()),
        ({"maths": "below"}, PLAIN | {"reading": "PK6", "maths": "PK6"}, {"TA-405", "TA-407"}),
        (dict.fromkeys(("reading", "gps", "maths"), "unregistered"), {}, set()),
        (dict.fromkeys(("reading", "gps", "maths"), "left"), PLAIN, {"TA-304"}),
        (dict.fromkeys(("reading", "gps", "maths"), "future"), PLAIN, {"TA-312"}),
        (dict.fromkeys(("reading", "gps", "maths"), "future"), {}, {"TA-403"}),
        (
            dict.fromkeys(("reading", "gps", "maths"), "previous"),
            {"writing": "P", "science": "P"},
            set(),
        ),
        ({}, {"writing": "L", "science": "L"}, {"TA-426"}),
        ({}, {"writing": "A", "science": "EXS"}, {"TA-410"}),
        ({"gps": "below"}, {"writing": "A", "science": "EXS"}, set()),
        ({"left_on": date(2026, 5, 20)}, {"writing": "L", "science": "L"}, {"TA-311"}),
        ({"left_on": date(2026, 5, 20)}, PLAIN, set()),
        ({"on_register": False}, PLAIN, {"TA-310"}),
        ({"on_register": None}, PLAIN, set()),
        (dict.fromkeys(("reading", "gps", "maths")), PLAIN, set()),
    ],
)
def test_judgements_beside_the_registration(
    registered: dict[str, object], judgements: dict[str, object], codes: set[str]
) -> None:
    some = returns(PLAIN | {"science": "HNM"}, judgements)
    found = found_in(some, listed(some, {}, registered))

    assert {code for code in found if code < "TA-9" and code != "TA-309"} == codes


def test_an_expected_list_with_a_pupil_twice_counts_the_pupil_once() -> None:
    some = returns(PLAIN, PLAIN | {"science": "HNM"})
    once = listed(some, {}, {})

    assert found_in(some, pl.concat([once, once])) == found_in(some, once)


def test_expected_pupils_without_a_number_are_missing() -> None:
    some = returns(PLAIN, PLAIN | {"science": "HNM"})

    found = found_in(some, listed(some, {"upn": None}, {}))

    assert found["TA-302"] == found["TA-303"] == 1


def test_a_former_number_counts_only_where_the_present_one_is_not_expected() -> None:
    some = returns(PLAIN, PLAIN | {"science": "HNM", "former_upn": make_upn(999, 301, 2020, 0)})

    assert "TA-215" not in found_in(some, listed(some, {}, {}))


def test_a_former_number_finds_a_pupil_without_a_present_one() -> None:
    former = make_upn(999, 301, 2020, 9)
    some = returns(PLAIN, PLAIN | {"science": "HNM", "upn": None, "former_upn": former})

    found = found_in(some, listed(some, {}, {"upn": former}))

    assert {"TA-215", "TA-201"} <= set(found)
    assert not {"TA-302", "TA-303"} & set(found)


def test_pupils_who_share_a_number_are_told_each_expected_or_not() -> None:
    upn = make_upn(999, 301, 2020, 0)
    some = returns(PLAIN, PLAIN | {"upn": upn, "science": "HNM"})

    assert found_in(some)["TA-207"] == 2
    assert found_in(some, listed(some, {}, {}).head(1))["TA-207"] == 2


def test_a_pupil_of_two_schools_shares_a_number_with_nobody() -> None:
    some = returns(PLAIN, PLAIN | {"science": "HNM", "upn": make_upn(999, 301, 2020, 0), "file": 1})
    second = some.files.with_columns(
        file=pl.lit(1, pl.UInt32),
        source_estab=pl.lit("0302"),
        name=pl.lit("9990302_CTF_NAALLLL_001.xml"),
    )
    results = some.results.with_columns(file=(pl.col("pupil")).cast(pl.UInt32))
    both = ReturnSet(
        files=pl.concat([some.files, second]),
        pupils=some.pupils,
        results=results,
        slots=some.slots,
    )

    assert "TA-207" not in found_in(both)


def test_names_of_twins_are_not_the_same_person() -> None:
    twin = {"surname": "Same", "birth_date": date(2015, 3, 1)}
    some = returns(
        PLAIN | twin | {"forename": "Ann"}, PLAIN | {"science": "HNM", "forename": "Eve"} | twin
    )

    assert "TA-214" not in found_in(some)


def test_persons_without_a_date_of_birth_are_not_said_to_be_the_same() -> None:
    blank: dict[str, object] = {"surname": "Same", "forename": "Name", "birth_date": None}
    found = found_in(returns(PLAIN | blank, PLAIN | {"science": "HNM"} | blank))

    assert "TA-214" not in found
    assert found["TA-210"] == 2


def test_a_mark_sheet_needs_no_header_and_takes_its_school_from_what_is_known() -> None:
    blank: dict[str, Any] = dict.fromkeys(
        ("document", "version", "made_at", "source_la", "source_estab", "destination_la")
    )
    some = returns(PLAIN, PLAIN | {"science": "HNM"}, form="sheet", **blank)
    expected = listed(some, {}, {})

    assert set(found_in(some, expected)) == {"TA-309", "TA-901", "TA-904"}
    assert set(found_in(some, own_school="9990301")) == {"TA-901", "TA-904"}
    assert "TA-104" in found_in(some)


@pytest.mark.parametrize(
    ("today", "found"),
    [
        (date(2026, 5, 17), True),
        (date(2026, 5, 18), False),
        (date(2026, 6, 26), False),
        (date(2026, 6, 27), True),
    ],
)
def test_the_collection_is_open_between_its_days(today: date, *, found: bool) -> None:
    assert ("TA-107" in found_in(returns(PLAIN), today=today)) == found


def test_a_year_without_dates_runs_what_it_can_and_says_the_rest() -> None:
    bare = msgspec.structs.replace(COLLECTION, window=None, test_week=None)
    some = returns(PLAIN, PLAIN | {"science": "HNM", "left_on": date(2026, 5, 20)})
    found = run_returns(
        some,
        bare,
        channel="preflight",
        expected=listed(some, {}, {}),
        circumstances=Circumstances(today=date(2026, 6, 1)),
    )

    assert {"TA-107", "TA-305", "TA-308", "TA-311"} <= set(found.not_run["code"])
    assert found.not_run.filter(code="TA-107")["needs"].item() == (
        "the dates of the collection, which are not known for this year"
    )


def test_a_p_scale_stands_beside_a_judgement_and_is_no_second_one() -> None:
    year = load_collection(2018)
    below = {"writing": "BLW", "science": "HNM", "reading": "HNM", "maths": "HNM"}
    some = returns(below, year=2018, version="17.0", academic_year=2017)
    scale = some.results.filter(pl.col("result") == "BLW").with_columns(result=pl.lit("P4"))
    beside = ReturnSet(
        files=some.files,
        pupils=some.pupils.with_columns(sex_element=pl.lit("Gender")),
        results=pl.concat([some.results, scale]),
        slots=some.slots,
    )

    assert "TA-402" in found_in(some, collection=year)
    assert not {"TA-402", "TA-414", "TA-423", "TA-401"} & set(found_in(beside, collection=year))


def test_of_two_judgements_the_first_that_is_not_blank_counts() -> None:
    some = returns({"writing": " ", "science": "EXS"})
    more = some.results.filter(pl.col("slot") == 1)
    twice = ReturnSet(
        files=some.files,
        pupils=some.pupils,
        results=pl.concat(
            [
                some.results,
                more.with_columns(result=pl.lit("WTS")),
                more.with_columns(result=pl.lit("GDS")),
            ]
        ),
        slots=some.slots,
    )
    judged = coded(twice, COLLECTION)

    codes = judged.combinations.select(*judged.decoded(pl.col("combination")))
    assert codes["writing"].to_list() == ["WTS"]
    assert codes["science"].to_list() == ["EXS"]
    assert judged.given_twice


def test_an_empty_reading_has_an_outcome_and_nothing_else() -> None:
    nothing = ReturnSet(
        files=frame([], FILES),
        pupils=frame([], PUPILS),
        results=frame([], RESULTS),
        slots=frame([], SLOTS),
    )

    found = run_returns(nothing, COLLECTION, channel="gateway")

    assert found.frame["code"].to_list() == ["TA-901"]
    assert found.numbers.is_empty()


def test_findings_are_listed_up_to_a_limit_and_counted_beyond() -> None:
    some = returns(*([{"writing": "XX", "science": None, "upn": None, "sex": None}] * 5))
    found = run_returns(some, COLLECTION, channel="preflight", listed=2)

    for code, lines in (("TA-401", [100, 101]), ("TA-403", [10, 11]), ("TA-212", [10, 11])):
        assert found.frame.filter(code=code)["line"].to_list() == lines
        assert found.counts.filter(code=code)["count"].to_list() == [5]
    assert found.count(found.verdict) == found.counts.filter(severity="red")["count"].sum()


def test_an_unreadable_date_of_birth_of_a_sheet_is_told_once() -> None:
    some = returns(PLAIN, PLAIN | {"science": "HNM", "birth_date": None})
    unread = frame(
        [
            {"file": 0, "pupil": 1, "line": 11, "field": "Date of birth", "text": "spring"},
            {"file": 0, "pupil": None, "line": 3, "field": "AcademicYear", "text": "MMXXV"},
        ],
        UNREADABLE,
    )
    sheet = ReturnSet(
        files=some.files.with_columns(academic_year=pl.lit(None, pl.Int16)),
        pupils=some.pupils,
        results=some.results,
        slots=some.slots,
        unreadable=unread,
    )
    found = run_returns(sheet, COLLECTION, channel="preflight")

    assert found.frame.filter(code="TA-210")["message"].item().endswith("future: spring.")
    assert "TA-018" not in set(found.counts["code"])
    assert found.counts.filter(code="TA-114").height == 1


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ([], "is that of no school"),
        ([{"school": "9990301", "open": False}], "is that of a school that has closed"),
    ],
)
def test_a_school_that_is_not_known_or_closed_is_told(
    known: list[dict[str, object]], words: str
) -> None:
    found = run_returns(
        returns(PLAIN),
        COLLECTION,
        channel="gateway",
        circumstances=Circumstances(schools=frame(known, SCHOOLS_KNOWN)),
    )

    assert words in found.frame.filter(code="TA-104")["message"].item()
    assert "TA-105" in set(found.counts["code"])


def test_a_file_of_another_stage_only_is_said_to_be_that() -> None:
    some = returns(PLAIN)
    other = ReturnSet(
        files=some.files,
        pupils=some.pupils,
        results=some.results,
        slots=some.slots.with_columns(stage=pl.lit("KS1")),
    )
    found = run_returns(other, COLLECTION, channel="preflight")

    assert found.frame.filter(code="TA-101")["value"].item() == "KS1"
    assert not {"TA-301", "TA-403"} & set(found.counts["code"])


def test_a_name_is_read_without_the_folder_or_archive_around_it() -> None:
    for around in ("a/b/", "C:\\x\\", "returns.zip/"):
        some = returns(PLAIN, name=f"{around}9990301_CTF_NAALLLL_001.xml")
        assert "TA-010" not in found_in(some)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Ana-María O'Brien", False),
        ("Łukasz", False),
        ("Anna2", False),
        ("Анна", True),
        ("Anna@", True),
        ("A" * 128, False),
    ],
)
def test_characters_of_names(name: str, *, found: bool) -> None:
    some = found_in(returns(PLAIN | {"forename": name}))

    assert ("TA-217" in some) == found
    assert "TA-209" not in some


@pytest.mark.parametrize("name", ["A" * 129, " ", None])
def test_names_that_are_blank_or_too_long(name: str | None) -> None:
    some = found_in(returns(PLAIN | {"forename": name}))

    assert "TA-209" in some
    assert "TA-217" not in some


def test_no_name_of_a_pupil_stands_in_a_sentence(look: Look, examples: Path) -> None:
    names = ("Ashdown", "Mabel", "Birchall", "Tomas", "Cawley", "Priya", "Farrell", "Eccles")
    for folder in sorted((examples / "fail").iterdir()):
        found = look(folder)
        text = " ".join([*found.frame["message"], *found.frame["todo"]])
        assert not any(name in text for name in names), folder.name
