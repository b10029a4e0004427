"""Which releases of a year are still to come, and when they usually do."""

from datetime import date

from keystage.flows.figures.expected import declared, still_to_come


def test_stages_after_the_furthest_one_are_expected_in_their_month() -> None:
    said = still_to_come(2026, {"unamended", "provisional"}, date(2026, 11, 22))

    assert [one.split(",")[0] for one in said] == ["Revised figures", "Final figures"]
    assert said[0].endswith("expected in December 2026, the usual month.")
    assert said[1].endswith("expected in April 2027, the usual month.")


def test_a_stage_is_expected_until_its_month_is_over() -> None:
    for day, words in ((date(2026, 12, 31), "expected in"), (date(2027, 1, 1), "none were")):
        assert words in still_to_come(2026, {"provisional"}, day)[0]


def test_nothing_comes_after_final_figures_and_everything_before_the_first() -> None:
    assert still_to_come(2026, {"final"}, date(2026, 11, 22)) == ()
    assert len(still_to_come(2026, (), date(2026, 6, 1))) == len(declared().stages)


def test_every_stage_names_a_source() -> None:
    assert {one.source for one in declared().stages} == set(declared().sources)
