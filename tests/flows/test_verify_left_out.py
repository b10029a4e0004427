"""Pupils left out of a subject explain all of its cells or none."""

from keystage.flows.verify.left_out import Block, explain, fewest

Cells = dict[str, dict[str, int | None]]
PUPILS = {"": 60, "_B": 33, "_G": 27, "_FSM6CLA1A": 13, "_NOTFSM6CLA1A": 47}


def block(cells: Cells, most: int = 3) -> Block:
    return Block(unknown=0, most={"": most}, pupils=PUPILS, cells=cells)


def share(part: int, whole: int) -> int:
    return (200 * part + whole) // (2 * whole)


def cells_of(boys_left: int, girls_left: int) -> Cells:
    """Percentages of 60 pupils; the pupils left out are not disadvantaged."""
    left = boys_left + girls_left
    return {
        name: {
            "": share(boys + girls, 60 - left),
            "_B": share(boys, 33 - boys_left),
            "_G": share(girls, 27 - girls_left),
            "_FSM6CLA1A": share(own, 13),
            "_NOTFSM6CLA1A": share(boys + girls - own, 47 - left),
        }
        for name, boys, girls, own in (("EXP", 20, 19, 6), ("HIGH", 4, 5, 2), ("WTS", 7, 4, 3))
    }


def test_two_pupils_left_out_explain_every_cell_of_the_subject() -> None:
    assert fewest(block(cells_of(1, 1))) == 2


def test_one_wrong_cell_is_not_excused_by_pupils_left_out() -> None:
    cells = cells_of(0, 0)
    cells["EXP"]["_B"] = 63
    assert fewest(block(cells)) is None


def test_no_more_are_left_out_than_were_outside_the_progress_measure() -> None:
    assert fewest(block(cells_of(1, 1), most=1)) is None


def test_a_hidden_group_may_hold_the_pupil_left_out() -> None:
    cells = cells_of(1, 0)
    for measure in cells.values():
        measure["_B"] = None
    assert fewest(block(cells)) == 1


def test_a_group_with_no_pupils_left_has_no_percentage() -> None:
    everyone = Block(unknown=0, most={"": 1}, pupils={"": 1}, cells={"EXP": {"": 100}})
    assert fewest(everyone) is None


def test_a_group_leaves_out_no_more_than_it_has_outside_the_progress_measure() -> None:
    cells = cells_of(2, 0)
    assert fewest(Block(0, {"": 2, "_B": 2, "_G": 2}, PUPILS, cells)) == 2
    assert fewest(Block(0, {"": 2, "_B": 1, "_G": 2}, PUPILS, cells)) is None


def school(science: int, writing: int) -> dict[str, Block]:
    """A school of 60, of whom one may be left out, with a percentage in science and in writing."""
    return {
        "SCI": Block(0, {"": 1}, {"": 60}, {"EXP": {"": science}}),
        "WRIT": Block(0, {"": 1}, {"": 60}, {"EXP": {"": writing}}),
    }


def test_science_leaves_out_only_pupils_who_have_no_judgement_in_writing() -> None:
    only_of_59, only_of_60 = share(30, 59), share(30, 60)
    assert explain(school(only_of_59, only_of_59), {"SCI", "WRIT"}) == {"SCI": 1, "WRIT": 1}
    assert explain(school(only_of_59, only_of_60), {"SCI"}) == {}


def test_the_three_together_leave_out_at_least_those_of_each_subject_and_at_most_all() -> None:
    def of(fewer: int) -> Block:
        left = 60 - fewer
        cells = {"EXP": share(50, left), "HIGH": share(11, left), "WTS": share(7, left)}
        return Block(0, {"": 3}, {"": 60}, {name: {"": cell} for name, cell in cells.items()})

    assert explain({"RWM": of(1), "WRIT": of(1), "READ": of(0)}, {"RWM", "WRIT"}) == {
        "RWM": 1,
        "WRIT": 1,
    }
    assert explain({"RWM": of(2), "WRIT": of(0), "READ": of(0)}, {"RWM"}) == {}
