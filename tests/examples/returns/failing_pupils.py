"""What is wrong with pupils in the example of each code."""

from copy import deepcopy

from changing import FAILING, TAKING_TESTS, example, fails, numbered, pupil
from school import Example

FAILING["TA-201"] = lambda: numbered(None)
FAILING["TA-202"] = lambda: numbered("B999030120001")
FAILING["TA-203"] = lambda: numbered("G900030120001")
FAILING["TA-204"] = lambda: numbered("A9990301200X1")
FAILING["TA-205"] = lambda: numbered("A99903012000S")
FAILING["TA-206"] = lambda: numbered("D99903012501A")
FAILING["TA-216"] = lambda: numbered("A99903012000")
FAILING["TA-207"] = lambda: numbered("P999030120002")


@fails("TA-208")
def _() -> Example:
    return pupil(TAKING_TESTS, listed=True, surname="Fenwick", born="2015-02-02")


FAILING["TA-209"] = lambda: pupil(TAKING_TESTS, forename=None)
FAILING["TA-210"] = lambda: pupil(TAKING_TESTS, born="2014-11-31")
FAILING["TA-211"] = lambda: pupil(TAKING_TESTS, born="2012-11-03")
FAILING["TA-212"] = lambda: pupil(TAKING_TESTS, sex="U")
FAILING["TA-213"] = lambda: pupil(TAKING_TESTS, surname="Ashton")
FAILING["TA-215"] = lambda: pupil(TAKING_TESTS, upn="K999030120007", former_upn="A999030120001")
FAILING["TA-217"] = lambda: pupil(TAKING_TESTS, forename="Mabel*")
FAILING["TA-218"] = lambda: pupil(TAKING_TESTS, upn="K999030120007")


@fails("TA-214")
def _() -> Example:
    made = example(listed=False)
    twin = deepcopy(made.pupils[TAKING_TESTS])
    twin.upn = "K999030120007"
    made.pupils.append(twin)
    return made
