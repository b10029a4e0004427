"""What is wrong with judgements in the example of each code, and its outcome."""

from changing import (
    BELOW,
    ENGAGED,
    FAILING,
    GREATER_DEPTH,
    LEFT,
    TAKING_TESTS,
    again,
    cohort,
    earlier,
    example,
    fails,
    judged,
    pupil,
    simple,
)
from school import Example, Pupil, result

FAILING["TA-401"] = lambda: judged(TAKING_TESTS, writing="EXP")


@fails("TA-402")
def _() -> Example:
    made = example(
        known=["year = 2018"],
        listed=False,
        header={"CTFversion": "17.0", "DateTime": "2018-06-15T10:30:00"},
        source={"AcademicYear": "2017", "URN": None},
        row={"Year": "2018"},
    )
    made.pupils = [
        Pupil(
            "A999030120001", "Ashdown", "Mabel", "2006-11-03", "F",
            {"reading": "EXS", "writing": "BLW", "maths": "EXS", "science": "EXS"},
            sex_element="Gender",
        )
    ]  # fmt: skip
    return made


FAILING["TA-403"] = lambda: judged(TAKING_TESTS, writing="")
FAILING["TA-404"] = lambda: judged(BELOW, maths=None)
FAILING["TA-405"] = lambda: judged(TAKING_TESTS, reading="PK6")
FAILING["TA-406"] = lambda: judged(ENGAGED, maths="PK1")
FAILING["TA-407"] = lambda: judged(BELOW, writing="EXS")
FAILING["TA-408"] = lambda: judged(GREATER_DEPTH, science="HNM")
FAILING["TA-409"] = lambda: judged(LEFT, science="F")
FAILING["TA-410"] = lambda: judged(TAKING_TESTS, writing="A")


FAILING["TA-411"] = lambda: cohort(10, science="EXS")


@fails("TA-412")
def _() -> Example:
    made = Example()
    for one in made.pupils[:2]:
        one.judgements |= {"science": "GDS"}
    for one in made.pupils[2:4]:
        one.judgements |= {"science": "PK3"}
    return made


@fails("TA-413")
def _() -> Example:
    made = cohort(12)
    for one in made.pupils[:2]:
        one.judgements |= {"science": "A"}
    return made


FAILING["TA-414"] = lambda: again("WTS")
FAILING["TA-423"] = lambda: again("EXS")


simple("TA-415", known=earlier("moderated", "WTS"))
simple("TA-416", known=earlier("signed", "WTS"))
FAILING["TA-417"] = lambda: pupil(TAKING_TESTS, dates={"writing": "2025-06-20"})
FAILING["TA-418"] = lambda: judged(TAKING_TESTS, writing=" exs")
FAILING["TA-419"] = lambda: judged(BELOW, writing="BLW")
FAILING["TA-425"] = lambda: judged(TAKING_TESTS, writing="Q")
FAILING["TA-426"] = lambda: judged(TAKING_TESTS, writing="F", science="F")


@fails("TA-424")
def _() -> Example:
    made = Example()
    made.pupils[TAKING_TESTS].more.append(
        result(made.row | {"Subject": "HIS", "Component": "SUB"}, "EXS")
    )
    return made


@fails("TA-427")
def _() -> Example:
    made = example(
        known=["year = 2022"],
        listed=False,
        header={"CTFversion": "21.0", "DateTime": "2022-06-15T10:30:00"},
        source={"AcademicYear": "2021"},
        row={"Year": "2022"},
    )
    made.pupils = [
        Pupil(
            "A999030120001", "Ashdown", "Mabel", "2010-11-03", "F",
            {"writing": "D", "science": "EXS"},
            sex_element="Gender",
        )
    ]  # fmt: skip
    return made


FAILING["TA-429"] = lambda: judged(TAKING_TESTS, reading="A")


@fails("TA-428")
def _() -> Example:
    made = Example()
    made.pupils[TAKING_TESTS].more.append(
        result(
            made.row
            | {"Subject": "MAT", "Method": "TT", "Component": "MTC", "ResultQualifier": "MT"},
            "",
        )
    )
    return made


simple("TA-901")
FAILING["TA-902"] = lambda: judged(GREATER_DEPTH, science="HNM")
FAILING["TA-903"] = lambda: judged(TAKING_TESTS, writing="")
simple("TA-904")
FAILING["TA-905"] = lambda: judged(TAKING_TESTS, writing="")
