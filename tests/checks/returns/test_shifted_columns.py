"""A column that slipped is told though its subject once took some of the codes in it."""

from made_returns import COLLECTION, returns

from keystage.checks.returns.run import run_returns


def shifted(*maths: str) -> list[tuple[str, str]]:
    """The subjects said to have slipped, where maths has these values."""
    some = returns(*({"maths": code} for code in maths))
    found = run_returns(some, COLLECTION, channel="preflight")
    return found.frame.filter(code="TA-412").select("value", "message").rows()


def test_codes_of_earlier_years_count_beside_codes_the_subject_never_had() -> None:
    ((value, message),) = shifted("EXS", "EXS", "EXS", "EXS", "GDS", "GDS")

    assert value == "maths"
    assert message.startswith("Of 6 values in maths, 6 are codes of ")


def test_codes_of_earlier_years_alone_are_an_old_habit() -> None:
    assert shifted("EXS", "EXS", "EXS", "EXS", "HNM", "HNM") == []


def test_one_code_the_subject_never_had_is_a_slip_of_the_pen() -> None:
    assert shifted("EXS", "EXS", "EXS", "EXS", "EXS", "GDS") == []
