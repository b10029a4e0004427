"""Pupils left out of a subject explain all of its cells or none."""

from keystage.flows.verify.left_out import Block, fewest

Cells = dict[str, dict[str, int | None]]
PUPILS = {"": 60, "_B": 33, "_G": 27, "_FSM6CLA1A": 13, "_NOTFSM6CLA1A": 47}


def block(cells: Cells, most: int = 3) -> Block:
    return Block(unknown=0, most=most, pupils=PUPILS, cells=cells)


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
    everyone = Block(unknown=0, most=1, pupils={"": 1}, cells={"EXP": {"": 100}})
    assert fewest(everyone) is None
