"""What findings say, how many are told, and that counting in combinations changes nothing."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keystage.checks.counted import counts
from keystage.checks.facets import facet_of
from keystage.checks.run import checks, run
from keystage.core.errors import InputError
from keystage.records.recordset import RecordSet, pupils_frame, schools_frame
from keystage.statute.code_lists import code_lists
from keystage.statute.loader import load_year
from keystage.statute.year import Year

Make = Callable[..., RecordSet]
Example = Callable[[str], tuple[RecordSet, Year]]


def test_an_error_is_refused_with_its_file_line_and_column(example: Example) -> None:
    records, year = example("fail/TST-101")

    with pytest.raises(InputError) as refused:
        run(records, year).raise_if_errors()

    assert refused.value.where.endswith("pupils.csv, line 3, column READSCORE")
    assert refused.value.what == "TST-101: The scaled score 121 is not between 80 and 120."


def test_each_kind_of_error_is_told_once_and_counted(records: Make, year: Year) -> None:
    many = records(*({"READSCORE": 130, "MATSCORE": 121} for _ in range(8)))

    with pytest.raises(InputError) as refused:
        run(replace(many, files={"pupils": Path("p.csv")}), year, listed=6).raise_if_errors()

    lines = refused.value.what.splitlines()
    assert refused.value.where == "p.csv, line 2, column READSCORE"
    assert lines[0] == (
        "TST-101: The scaled score 130 is not between 80 and 120. There are 8 such errors."
    )
    assert lines[1].startswith("p.csv, line 2, column MATSCORE: TST-101: The scaled score 121")
    assert len(lines) == 2


def test_many_kinds_of_errors_are_cut_short(records: Make, year: Year) -> None:
    wrong = {"URN": 900002, "UPN": "A", "KS1AVERAGEPS": 99.0}
    scores = {"READSCORE": 130, "MATSCORE": 130, "GPSSCORE": 130}
    many = records({**wrong, **scores}, {**wrong, **scores})

    with pytest.raises(InputError) as refused:
        run(many, year).raise_if_errors()

    lines = refused.value.what.splitlines()
    assert len(lines) == 6
    assert lines[5] == "There is 1 more kind of error."


def test_an_error_without_a_file_or_line_names_its_table(records: Make, year: Year) -> None:
    with pytest.raises(InputError) as refused:
        run(records({"URN": 900002}), year).raise_if_errors()

    assert refused.value.where == "pupils, column URN"
    assert refused.value.what == "PUP-106: The school 900002 of 1 pupil is not in the school file."


def test_findings_are_listed_up_to_a_limit_and_counted_beyond_it(records: Make, year: Year) -> None:
    found = run(records(*({"SCITAOUTCOME": "Q", "WRITTAOUTCOME": None} for _ in range(5))), year)
    short = run(
        records(*({"SCITAOUTCOME": "Q", "WRITTAOUTCOME": None} for _ in range(5))), year, listed=2
    )

    assert found.warnings.filter(code="TAS-105")["line"].to_list() == [2, 3, 4, 5, 6]
    assert short.warnings.filter(code="TAS-105")["line"].to_list() == [2, 3]
    assert short.counts.filter(code="TAS-105")["count"].to_list() == [5]
    assert short.count(checks()[0].severity) == found.count(checks()[0].severity)


def test_a_code_is_told_once_with_its_number_of_pupils(records: Make, year: Year) -> None:
    found = run(records(*({"SCITAOUTCOME": "Q"} for _ in range(5)), {"SCITAOUTCOME": "Z"}), year)

    told = found.warnings.filter(code="TAS-102")
    assert told["value"].to_list() == ["Q", "Z"]
    assert told["message"][0].startswith("Teacher assessment code Q, given to 5 pupils:")
    assert told["message"][1].startswith("Teacher assessment code Z, given to 1 pupil:")


def test_a_rule_of_a_whole_table_is_told_once(example: Example) -> None:
    records, year = example("fail/KS1-104")

    told = run(records, year).notes.filter(code="KS1-104")

    assert told["message"].to_list() == [
        "KS1AVERAGEPS is used for 1 pupil whose key stage 1 results are blank."
    ]


def test_unreadable_text_is_told_with_its_place_and_reason(example: Example) -> None:
    records, year = example("fail/PUP-001")

    told = run(records, year).errors.rows(named=True)

    assert [(row["table"], row["line"], row["column"], row["value"]) for row in told] == [
        ("pupils", 3, "READSCORE", "1O5")
    ]
    assert told[0]["message"] == "“1O5” cannot be read in READSCORE: it is not a whole number."


def test_findings_come_most_serious_first(records: Make, year: Year) -> None:
    found = run(records({"WRITTAOUTCOME": None, "UPN": None}, {"READSCORE": 130}), year)

    severities = found.frame["severity"].to_list()
    assert severities == sorted(severities, key=["error", "warning", "note"].index)


_YEAR = load_year(2022, "provisional")
_CODES = code_lists(_YEAR)


def one_of(name: str) -> st.SearchStrategy[str | None]:
    return st.sampled_from([*_CODES[name], None])


_PUPIL = st.fixed_dictionaries(
    {
        "URN": st.sampled_from([900001, 900002, 900003, None]),
        "LAESTAB": st.sampled_from([9990001, 9990002, None]),
        "UPN": st.sampled_from(["A", "B", "C", None]),
        "P_INCL": one_of("inclusion"),
        "KS1READ": one_of("key_stage_1"),
        "KS1MAT": one_of("key_stage_1"),
        "KS1WRIT": st.sampled_from(["EXS", "BLW", None]),
        "KS1ENGPSCALE": one_of("p_scale"),
        "KS1AVERAGEPS": st.sampled_from([None, 8.0, 7.44, 99.0]),
        "READOUTCOME": one_of("test_outcomes"),
        "READSCORE": st.sampled_from([None, 79, 80, 99, 100, 120, 121]),
        "READTAOUTCOME": one_of("below_test_outcomes"),
        "WRITTAOUTCOME": one_of("writing_outcomes"),
        "SCITAOUTCOME": one_of("science_outcomes"),
    }
)


@settings(max_examples=30, deadline=None)
@given(st.lists(_PUPIL, min_size=1, max_size=12))
def test_asking_of_combinations_finds_what_asking_each_pupil_finds(
    pupils: list[dict[str, object]],
) -> None:
    records = RecordSet(
        pupils=pupils_frame(pupils, _CODES),
        schools=schools_frame([{"URN": 900001, "LAESTAB": 9990001}, {"URN": 900002}], _CODES),
    )
    found = run(records, _YEAR, listed=3)

    for one in checks():
        if one.table == "pupils" and one.per == "row":
            for field in one.fields:
                rule = one.rule(field, records, _YEAR)
                if rule is None:
                    continue
                fails = rule & counts(records.pupils, _YEAR) if one.included_only else rule
                lines = records.pupils.filter(fails)["line"].to_list()
                told = found.frame.filter(code=one.code, column=field)
                assert told["line"].to_list() == lines[:3]
                number = found.counts.filter(code=one.code, column=field)["count"].sum()
                assert number == len(lines)


def test_a_rule_that_compares_pupils_is_asked_of_every_pupil() -> None:
    assert facet_of(["UPN", "P_INCL"]) is None
    assert facet_of(["READSCORE", "MATSCORE"]) is None
    assert facet_of(["READSCORE", "P_INCL"]) is not None


def test_an_empty_table_has_no_findings(year: Year) -> None:
    nothing = RecordSet(pupils=pupils_frame([], _CODES), schools=schools_frame([], _CODES))

    assert run(nothing, year).frame.is_empty()
    assert isinstance(run(nothing, year).frame.schema["line"], pl.UInt32)
