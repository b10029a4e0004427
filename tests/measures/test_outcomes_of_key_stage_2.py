"""What every outcome code does to every kind of measure, subject by subject, year by year."""

from decimal import Decimal
from typing import Any

import pytest
from agreement import year_of
from engine_side import one_school, worked
from invented_statute import groups_of_levels
from msgspec.structs import replace as changed
from oracle_examples import YEAR, pupil

from keystage.measures.units import BILLION, in_billionths
from keystage.measures.working import working_table
from keystage.records.recordset import pupils_frame
from keystage.statute.code_lists import code_lists
from keystage.statute.loader import available, load_year
from keystage.statute.table import Release

TESTS = {"reading": "READ", "maths": "MAT", "gps": "GPS"}
NOTHING = (True, False, False, False, False, None)
LEFT_OUT = (False, False, False, False, False, None)


def taken(prefix: str, outcome: str | None, score: int | None, **more: object) -> dict[str, Any]:
    return pupil(**{f"{prefix}OUTCOME": outcome, f"{prefix}SCORE": score}, **more)


@pytest.mark.parametrize("subject", TESTS)
@pytest.mark.parametrize(
    ("outcome", "score", "expected"),
    [
        # counted, expected, higher, unable, lost, score in averages
        ("AS", 100, (True, True, False, False, False, 100)),
        ("AS", 109, (True, True, False, False, False, 109)),
        ("AS", 110, (True, True, True, False, False, 110)),
        ("AS", 120, (True, True, True, False, False, 120)),
        ("AS", None, (True, True, False, False, True, None)),
        ("AS", 99, (True, True, False, False, False, 99)),
        ("NS", 99, (True, False, False, False, False, 99)),
        ("NS", 100, (True, True, False, False, False, 100)),
        ("NS", None, NOTHING),
        ("N", None, NOTHING),
        ("N", 105, NOTHING),
        ("B", None, NOTHING),
        ("B", 105, NOTHING),
        ("A", None, (True, False, False, True, False, None)),
        ("U", None, (True, False, False, True, False, None)),
        ("J", None, NOTHING),
        ("H", None, NOTHING),
        ("Q", None, NOTHING),
        ("M", None, (False, False, False, False, True, None)),
        ("M", 115, LEFT_OUT),
        ("L", None, LEFT_OUT),
        ("F", None, LEFT_OUT),
        ("P", None, LEFT_OUT),
        (None, None, NOTHING),
        (None, 99, (True, False, False, False, False, 99)),
        (None, 100, (True, True, False, False, False, 100)),
        (None, 110, (True, True, True, False, False, 110)),
    ],
)
def test_a_test_outcome(
    subject: str, outcome: str | None, score: int | None, expected: tuple[object, ...]
) -> None:
    row = worked([taken(TESTS[subject], outcome, score)], YEAR)[0]
    names = ("counted", "expected", "higher", "unable", "lost", "average_score")
    assert tuple(row[f"{subject}_{name}"] for name in names) == expected
    for other in TESTS.keys() - {subject}:
        assert row[f"{other}_expected"]
        assert row[f"{other}_counted"]


@pytest.mark.parametrize("subject", ["reading", "maths"])
@pytest.mark.parametrize(
    ("outcome", "score", "assessed", "points"),
    [
        ("AS", 104, None, 104),
        ("NS", 80, None, 80),
        ("AS", 104, "PK6", 104),
        ("AS", None, None, None),
        ("AS", None, "PK6", None),
        ("NS", None, None, 79),
        ("NS", None, "PK3", 70),
        ("NS", None, "A", 79),
        ("N", None, None, 79),
        ("N", None, "PK6", 79),
        ("N", None, "PK1", 64),
        ("B", None, "PK5", 76),
        ("B", None, "EM", 60),
        ("B", None, None, None),
        ("B", None, "D", None),
        ("B", 105, "PK2", 67),
        ("A", None, "PK2", None),
        ("U", None, "PK2", None),
        ("M", None, "PK2", None),
        ("M", 105, None, None),
        ("Q", 105, None, None),
        (None, None, "PK2", None),
        (None, 93, None, 93),
    ],
)
def test_points_of_a_test(
    subject: str, outcome: str | None, score: int | None, assessed: str | None, points: int | None
) -> None:
    prefix = TESTS[subject]
    row = worked(
        [taken(prefix, outcome, score, **{f"{prefix}TAOUTCOME": assessed})],
        YEAR,
    )[0]
    assert row[f"{subject}_points"] == (None if points is None else points * BILLION)
    assert (row[f"{subject}_progress"] is None) == (points is None)


@pytest.mark.parametrize(
    ("code", "expected", "points"),
    [
        # counted, expected, higher, towards, absent or disapplied
        ("GDS", (True, True, True, False, False), 113),
        ("EXS", (True, True, False, False, False), 103),
        ("WTS", (True, False, False, True, False), 91),
        ("PK6", (True, False, False, False, False), 79),
        ("PK1", (True, False, False, False, False), 64),
        ("EM", (True, False, False, False, False), 60),
        ("A", (True, False, False, False, True), None),
        ("D", (True, False, False, False, True), None),
        ("L", (False, False, False, False, False), None),
        ("F", (False, False, False, False, False), None),
        ("P", (False, False, False, False, False), None),
        ("M", (True, False, False, False, False), None),
        ("Q", (True, False, False, False, False), None),
        (None, (True, False, False, False, False), None),
    ],
)
def test_a_writing_assessment(
    code: str | None, expected: tuple[bool, ...], points: int | None
) -> None:
    row = worked([pupil(WRITTAOUTCOME=code)], YEAR)[0]
    names = ("counted", "expected", "higher", "towards", "not_assessed")
    assert tuple(row[f"writing_{name}"] for name in names) == expected
    assert row["writing_points"] == (None if points is None else points * BILLION)


@pytest.mark.parametrize(
    ("code", "counted", "expected", "absent"),
    [("EXS", 1, 1, 0), ("HNM", 1, 0, 0), ("A", 1, 0, 1), ("D", 1, 0, 1), ("L", 0, 0, 0),
     (None, 1, 0, 0)],
)  # fmt: skip
def test_a_science_assessment(code: str | None, counted: int, expected: int, absent: int) -> None:
    row = worked([pupil(SCITAOUTCOME=code)], YEAR)[0]
    found = [row[f"science_{name}"] for name in ("counted", "expected", "not_assessed")]
    assert found == [bool(counted), bool(expected), bool(absent)]


def test_reading_writing_and_maths_together_need_all_three() -> None:
    row = one_school(
        [
            pupil(READSCORE=110, MATSCORE=110, WRITTAOUTCOME="GDS"),
            pupil(READSCORE=110, MATSCORE=110, WRITTAOUTCOME="EXS"),
            pupil(READSCORE=109, MATSCORE=110, WRITTAOUTCOME="GDS"),
            pupil(READOUTCOME="NS", READSCORE=99, MATSCORE=110, WRITTAOUTCOME="GDS"),
            pupil(MATOUTCOME="M", MATSCORE=None, WRITTAOUTCOME="GDS"),
            pupil(READOUTCOME="L", READSCORE=None),
            pupil(MATOUTCOME="AS", MATSCORE=None, WRITTAOUTCOME="GDS", READSCORE=115),
            pupil(WRITTAOUTCOME="L"),
        ],
        YEAR,
    )
    # Two pupils have no maths or reading result that counts; a blank writing place stays in.
    assert row["PTRWM_EXP"] == 67
    assert row["PTRWM_HIGH"] == 17
    assert (row["PTMAT_EXP"], row["PTREAD_EXP"], row["PTWRITTA_EXP"]) == (100, 86, 100)


def test_absence_is_a_share_of_the_whole_cohort() -> None:
    row = one_school(
        [
            pupil(READOUTCOME="A", READSCORE=None, WRITTAOUTCOME="A"),
            pupil(READOUTCOME="M", READSCORE=None, WRITTAOUTCOME="L"),
            pupil(READOUTCOME="L", READSCORE=None, SCITAOUTCOME="D"),
            pupil(READOUTCOME="U", READSCORE=None),
        ],
        YEAR,
    )
    assert (row["PTREAD_AT"], row["PTWRITTA_AD"], row["PTSCITA_AD"]) == (50, 25, 25)
    assert row["PTREAD_EXP"] == 0
    assert row["READ_AVERAGE"] is None


def test_too_few_marks_gave_no_points_in_2016() -> None:
    """Pupils without a scaled score were left out of progress until 2017."""
    assert load_year(2016, "final").key_stage_2.points_without_score is None
    year = changed(load_year(2016, "final"), prior_attainment_groups=groups_of_levels())
    levels = {"KS1READ": "2B", "KS1WRIT": "2B", "KS1MAT": "2B"}
    rows = worked(
        [
            taken("READ", "NS", None, **levels),
            taken("READ", "NS", 99, **levels),
            taken("READ", "B", None, READTAOUTCOME="PKF", **levels),
        ],
        year,
    )
    assert [row["reading_points"] for row in rows] == [None, 99 * BILLION, 73 * BILLION]
    assert {row["reading_minimum"] for row in rows} == {None}


def test_without_writing_points_only_pupils_below_the_standards_have_writing_progress() -> None:
    year = changed(year_of("2017"), writing_points=None)
    levels = {"KS1READ": "2B", "KS1WRIT": "2B", "KS1MAT": "2B"}
    rows = worked([pupil(**levels), pupil(**levels, WRITTAOUTCOME="PKF")], year)
    assert [row["writing_points"] for row in rows] == [None, 73 * BILLION]


@pytest.mark.parametrize(("number", "release"), available())
def test_every_code_of_every_year_is_judged(number: int, release: Release) -> None:
    """One pupil a code: what the statute says of the code is what the working table says."""
    year = changed(load_year(number, release))
    codes = [*year.test_outcomes.codes, None]
    frame = pupils_frame(
        [{"URN": 900001, "P_INCL": "201", "MATOUTCOME": code} for code in codes], code_lists(year)
    )
    rows = working_table(frame, year).collect().to_dicts()
    for code, row in zip(codes, rows, strict=True):
        rule = year.test_outcomes.blank if code is None else year.test_outcomes.codes[code]
        assert row["maths_counted"] == (rule.rate == "counted"), code
        assert row["maths_unable"] == rule.unable, code
        assert row["maths_expected"] == (rule.standard == "met"), code
        assert row["maths_higher"] is False
        assert row["maths_lost"] == (rule.lost or rule.standard == "met"), code
        assert row["maths_average_score"] is None


def test_billionths_are_exact() -> None:
    assert in_billionths(Decimal("107.36")) == 107_360_000_000
    assert in_billionths(Decimal("-12.1759")) == -12_175_900_000
    assert in_billionths(None) is None
