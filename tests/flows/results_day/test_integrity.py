"""What does not add up in results: each kind is found, and sound results are left alone."""

from typing import Any

import polars as pl
import pytest
from results_of_tests import COLLECTION, SCHOOL, TABLE, result, results

from keystage.flows.results_day.integrity import ATTENDED, CHECKS, FOUND, JUDGED, integrity


def codes(rows: list[dict[str, object]], **known: object) -> list[str]:
    found = integrity(results(rows), COLLECTION, **{"conversion": TABLE, **known})  # type: ignore[arg-type]
    assert found.schema == dict(FOUND)
    return found["code"].to_list()


def attended(upn: object, *, present: bool | None) -> pl.DataFrame:
    return pl.DataFrame([(SCHOOL, upn, "reading", present)], schema=dict(ATTENDED), orient="row")


def test_results_that_add_up_are_left_alone() -> None:
    rows = [
        result(),
        result("maths", forename="Jo"),
        result(forename="Aoife", mark=2, score=None, outcome="N"),
    ]
    rows += [result(forename="Chidi", mark=None, score=None, outcome="A")]

    assert codes(rows) == []


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"score": 99}, "RES-201"),
        ({"score": None}, "RES-201"),
        ({"mark": 2}, "RES-201"),
        ({"score": None, "outcome": "N"}, "RES-201"),
        ({"mark": 51, "score": None, "outcome": "N"}, "RES-202"),
        ({"paper_1": 20, "paper_2": 9}, "RES-203"),
        ({"outcome": "A"}, "RES-204"),
    ],
)
def test_each_thing_that_contradicts_itself_is_found_and_nothing_else(
    values: dict[str, Any], code: str
) -> None:
    assert codes([result(**values), result(forename="Aoife")]) == [code]


@pytest.mark.parametrize("outcome", ["H", "Q", "M"])
def test_of_an_annulled_or_missing_script_no_score_is_asked_for(outcome: str) -> None:
    assert codes([result(score=None, outcome=outcome)]) == []


def test_papers_that_add_up_are_left_alone() -> None:
    assert codes([result(paper_1=20, paper_2=10)]) == []


def test_a_pupil_whom_the_register_has_absent_has_no_mark() -> None:
    row = result()

    assert codes([row], attended=attended(row["upn"], present=False)) == ["RES-204"]
    assert codes([row], attended=attended(row["upn"], present=None)) == []
    elsewhere = {**row, "school": "9990302"}
    assert codes([elsewhere], attended=attended(row["upn"], present=False)) == []


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"mark": None, "score": None, "outcome": "A"}, ["RES-205"]),
        ({"mark": None, "score": None, "outcome": "M"}, ["RES-205"]),
        ({"mark": None, "score": None, "outcome": None}, ["RES-205"]),
        ({"mark": None, "score": None, "outcome": "N"}, []),
        ({}, []),
    ],
)
def test_a_pupil_whom_the_register_has_present_has_a_mark(
    values: dict[str, Any], found: list[str]
) -> None:
    row = result(**values)

    assert codes([row], attended=attended(row["upn"], present=True)) == found


def test_one_name_and_birth_date_under_two_numbers_is_told_of_once() -> None:
    one, other = result(), result(forename="MABEL ")
    found = integrity(results([one, other]), COLLECTION, conversion=TABLE)

    assert found["code"].to_list() == ["RES-206"]
    assert {found["upn"].item(), found["other_upn"].item()} == {one["upn"], other["upn"]}


def test_the_same_name_in_another_school_is_somebody_else() -> None:
    assert codes([result(), result(school="9990302")]) == []


def test_without_a_table_no_score_is_recomputed() -> None:
    assert codes([result(score=99, outcome="NS")], conversion=None) == []


def test_results_are_held_against_judgements() -> None:
    low, high = {"upn": "L"}, {"upn": "H"}
    rows = [result(test, **low, mark=50, score=120) for test in ("reading",)]
    rows += [result("gps", **low, mark=70, score=120, outcome="AS")]
    rows += [
        result("reading", **high, mark=3, score=80, outcome="NS", forename="Max"),
        result("gps", **high, mark=3, score=80, outcome="NS", forename="Max"),
    ]
    judged = pl.DataFrame(
        [(SCHOOL, "L", None, "WTS", None, None), (SCHOOL, "H", None, "EXS", None, None)],
        schema=dict(JUDGED),
        orient="row",
    )

    found = integrity(results(rows), COLLECTION, conversion=TABLE, judged=judged)

    assert found.select("code", "upn", "other_upn").rows() == [("RES-207", "L", "H")]
    assert found["todo"].item() == CHECKS["RES-207"][1]


def test_pairs_with_like_names_are_told_of_once_whichever_rule_finds_them() -> None:
    def tests(upn: str, name: tuple[str, str], mark: int) -> list[dict[str, object]]:
        forename, surname = name
        scores = {test: dict(getattr(TABLE, test)) for test in ("reading", "gps", "maths")}
        return [
            result(test, upn=upn, forename=forename, surname=surname, mark=mark,
                   score=found[mark], outcome="AS" if found[mark] >= 100 else "NS")
            for test, found in scores.items()
        ]  # fmt: skip

    crowd = {f"A{at}": ("WTS" if at % 2 else "GDS", 10 if at % 2 else 48) for at in range(30)}
    rows = [
        row
        for upn, (_, mark) in crowd.items()
        for row in tests(upn, (f"F{upn}x{upn[1:]}", f"S{upn[::-1]}"), mark + int(upn[1:]) % 3)
    ]
    rows += tests("L", ("Ann", "Lee"), 48) + tests("H", ("Amy", "Lee"), 10)
    codes_of = {**{upn: code for upn, (code, _) in crowd.items()}, "L": "WTS", "H": "GDS"}
    judged = pl.DataFrame(
        [(SCHOOL, upn, None, code, None, None) for upn, code in codes_of.items()],
        schema=dict(JUDGED),
        orient="row",
    )

    found = integrity(results(rows), COLLECTION, conversion=TABLE, judged=judged)
    pairs = found.filter(pl.col("other_upn").is_not_null())

    told = [frozenset(row) for row in pairs.select("upn", "other_upn").rows()]
    assert told.count(frozenset({"L", "H"})) == 1
