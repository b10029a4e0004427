"""What an outcome says comes from the year: a year that spells it otherwise is read as well."""

from msgspec.structs import replace

from keystage.flows.results_day.tables import outcome_of
from keystage.statute.collection_loader import load_collection

YEAR = load_collection(2026)
SPELLED = {"AS": "YES", "NS": "NO"}
RENAMED = replace(
    YEAR,
    test_codes=replace(
        YEAR.test_codes,
        codes={SPELLED.get(code, code): one for code, one in YEAR.test_codes.codes.items()},
    ),
)


def test_the_outcome_of_a_score_is_the_code_of_the_year() -> None:
    expected = YEAR.scale.expected

    assert (outcome_of(expected, YEAR), outcome_of(expected - 1, YEAR)) == ("AS", "NS")
    assert (outcome_of(expected, RENAMED), outcome_of(expected - 1, RENAMED)) == ("YES", "NO")


def test_each_thing_that_rules_ask_is_said_by_one_code() -> None:
    codes = YEAR.test_codes

    assert codes.saying("absent") == ("A",)
    assert codes.saying("too_few_marks") == ("N",)
    assert set(codes.saying("met", "not_met")) == {"AS", "NS"}
