"""The results in force that figures are made of are those that schools see."""

from collections.abc import Callable

import polars as pl
import pytest
from cast_of_tests import YEAR
from releases_of_tests import Agency, file_of, freeze, line, marks_of

from keystage.actions.figures.collecting import collect
from keystage.actions.figures.rules import rules
from keystage.actions.figures.standing import fold
from keystage.actions.releases.released import released_to
from keystage.store.models import Organisation, Pupil, ResultsRelease

pytestmark = pytest.mark.django_db
RULES = rules(YEAR, "provisional")


@pytest.mark.parametrize("kind", ["national", "trust"])
def test_results_in_force_are_those_that_the_schools_see(
    kind: str,
    agency: Agency,
    pupils: list[Pupil],
    other_school: Organisation,
    trust: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    agency.release(marks_of(pupils))
    moved = line(pupils[0], "reading", 30).replace("9990301", "9990302", 1)
    agency.release(file_of([moved, line(pupils[1], "maths", 90)]), ResultsRelease.Kind.CORRECTED)
    freeze(monkeypatch, agency.at)
    body = trust if kind == "trust" else agency.organisation

    found = collect(body, RULES).records.pupils

    expected = {
        (row.school.code, row.upn, row.subject): row.scaled_score
        for row in released_to(body, YEAR).results
    }
    names = {"reading": "READSCORE", "maths": "MATSCORE", "gps": "GPSSCORE"}
    assert {
        (str(row["URN"]), row["UPN"], subject): row[name]
        for row in found.to_dicts()
        for subject, name in names.items()
        if row[name] is not None
    } == expected


def test_a_result_given_at_a_new_school_is_that_schools_alone() -> None:
    def rows(*given: tuple[str, int | None, bool]) -> pl.DataFrame:
        return pl.DataFrame(
            [(code, "U", "reading", "F", score, "AS", back) for code, score, back in given],
            schema=["code", "upn", "subject", "sex", "score", "outcome", "taken_back"],
            orient="row",
        ).cast({"score": pl.Int64})

    stands: Callable[..., list[tuple[str, int]]] = lambda *releases: (  # noqa: E731
        fold(releases).sort("code").select("code", "score").rows()
    )
    first = rows(("1", 100, False), ("2", 101, False))
    assert stands(first, rows(("1", 102, False))) == [("1", 102), ("2", 101)]
    assert stands(first, rows(("3", 99, False))) == [("3", 99)]
    assert stands(first, rows(("2", None, True))) == [("1", 100)]
    assert stands(first, rows(("3", 99, False), ("1", None, True))) == [("3", 99)]
