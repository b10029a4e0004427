from keystage.flows.verify.left_out import Block, fewest


def block(cells: dict[str, dict[str, int | None]], most: int = 3) -> Block:
    pupils = {"": 60, "_FSM6CLA1A": 12, "_NOTFSM6CLA1A": 48}
    return Block(unknown=0, most=most, pupils=pupils, cells=cells)


def share(part: int, whole: int) -> int:
    return (200 * part + whole) // (2 * whole)


def test_two_pupils_left_out_explain_every_cell_of_the_subject() -> None:
    cells = {
        "EXP": {"": share(41, 58), "_FSM6CLA1A": share(5, 11), "_NOTFSM6CLA1A": share(36, 47)},
        "HIGH": {"": share(7, 58), "_FSM6CLA1A": share(1, 11), "_NOTFSM6CLA1A": share(6, 47)},
    }
    assert fewest(block(cells)) == 2


def test_one_wrong_cell_is_not_excused_by_pupils_left_out() -> None:
    cells = {
        "EXP": {"": share(41, 60), "_FSM6CLA1A": share(5, 12), "_NOTFSM6CLA1A": 74},
        "HIGH": {"": share(7, 60), "_FSM6CLA1A": share(1, 12), "_NOTFSM6CLA1A": share(6, 48)},
    }
    assert fewest(block(cells)) is None


def test_no_more_are_left_out_than_were_outside_the_progress_measure() -> None:
    cells: dict[str, dict[str, int | None]] = {"EXP": {"": share(41, 58)}}
    assert fewest(block(cells, most=1)) is None


def test_a_hidden_group_may_hold_the_pupil_left_out() -> None:
    cells: dict[str, dict[str, int | None]] = {
        "EXP": {"": share(40, 59), "_FSM6CLA1A": None, "_NOTFSM6CLA1A": share(36, 48)},
        "HIGH": {"": share(7, 59), "_FSM6CLA1A": None, "_NOTFSM6CLA1A": share(6, 48)},
    }
    assert fewest(block(cells)) == 1
