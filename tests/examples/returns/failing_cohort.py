"""What is wrong beside the expected list in the example of each code."""

from changing import FAILING, LEFT, TAKING_TESTS, WITH_ACCENT, example, fails, judged, pupil, simple
from school import SCHOOL, Example, table


@fails("TA-301")
def _() -> Example:
    made = Example()
    for one in made.pupils:
        one.judgements = {}
    return made


@fails("TA-302")
def _() -> Example:
    made = Example()
    del made.pupils[TAKING_TESTS]
    return made


@fails("TA-303")
def _() -> Example:
    made = Example()
    assert made.listed is not None
    del made.listed[TAKING_TESTS]
    return made


FAILING["TA-304"] = lambda: judged(LEFT, writing="EXS", science="EXS")


@fails("TA-305")
def _() -> Example:
    made = pupil(WITH_ACCENT, listed=True, left_on="2026-05-22")
    del made.pupils[WITH_ACCENT]
    return made


simple(
    "TA-306",
    known=table(
        "deletions",
        [
            {
                "school": f'"{SCHOOL}"',
                "upn": '"K999030120007"',
                "reason": '"did not take the tests"',
            }
        ],
    ),
)
FAILING["TA-308"] = lambda: pupil(WITH_ACCENT, listed=True, left_on="2026-05-13")
simple("TA-309")
FAILING["TA-310"] = lambda: pupil(WITH_ACCENT, listed=True, on_register="no")


@fails("TA-311")
def _() -> Example:
    made = judged(WITH_ACCENT, writing="A", science="A")
    assert made.listed is not None
    made.listed[WITH_ACCENT].left_on = "2026-05-22"
    made.pupils[WITH_ACCENT].judgements |= {"writing": "L", "science": "L"}
    return made


FAILING["TA-312"] = lambda: pupil(WITH_ACCENT, listed=True, registered="Future")


FAILING["TA-313"] = lambda: example(list_school="9990302")


@fails("TA-314")
def _() -> Example:
    made = Example()
    del made.pupils[LEFT]
    return made
