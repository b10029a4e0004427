"""The department's own working for 2026, imitated with invented averages.

The averages and minimum scores here are made up. Only the form is the department's.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from plan import COUNTED, Row
from pupil import average_of

#: The upper ends of the 20 invented groups, and whether each end belongs to its group.
UPPER_ENDS = (
    ("1.75", False), ("2", False), ("2.25", False), ("2.5", False), ("2.75", False), ("3", False),
    ("3.5", False), ("4", True), ("4.5", True), ("5", False), ("5", True), ("6", False),
    ("6", True), ("7", False), ("7", True), ("8", False), ("8", True), ("9.5", False),
    ("10", False), ("10", True),
)  # fmt: skip
#: Invented: the average of a group is the first number plus so many times the second.
AVERAGES = {"READ": ("61.07", "2.59"), "WRIT": ("60.53", "2.41"), "MAT": ("61.21", "2.55")}
#: Invented: the minimum scores of group 17; the other groups have none.
MINIMUMS = {"READ": Decimal("-15.22"), "WRIT": Decimal("-13.61"), "MAT": Decimal("-14.25")}
GROUP_WITH_MINIMUM = 17
POINTS = {
    "EM": 60, "PK1": 64, "PK2": 67, "PK3": 70, "PK4": 73, "PK5": 76, "PK6": 79, "WTS": 91,
    "EXS": 103, "GDS": 113,
}  # fmt: skip
NOMINAL = 79
#: The two deliberate differences: place in the file, field, and what is done to it.
ONE_POINT_LESS = (5, "READPROGSCORE_EM_ADJUSTED")
LEFT_OUT = (11, "INWRITPROG")


def with_working(rows: Sequence[Row], ks1: Mapping[str, Fraction]) -> list[Row]:
    """The rows with the department's working filled in, and two differences put in on purpose."""
    filled = [row | working(row, average_of(row, ks1)) for row in rows]
    place, column = ONE_POINT_LESS
    filled[place][column] = str(Decimal(filled[place][column]) - 1)
    place, column = LEFT_OUT
    filled[place][column] = "0"
    return filled


def working(row: Row, average: Fraction | None) -> Row:
    """The department's columns of one pupil."""
    counts = row["PINCL_Flag"] == COUNTED
    group = group_of(average) if average is not None and counts else None
    found = {"KS1AVERAGE_GRP_P": "" if group is None else str(group)}
    for name, (first, step) in AVERAGES.items():
        points = points_of(row, name) if counts else None
        within = group is not None and points is not None
        found[f"IN{name}PROG"] = "1" if within else "0"
        found[f"KS2{name}SCORE"] = "" if points is None else str(points)
        if group is not None:
            average_of_group = Decimal(first) + group * Decimal(step)
            found[f"KS2{name}PRED_EM"] = str(average_of_group)
            if points is not None:
                progress = points - average_of_group
                if group == GROUP_WITH_MINIMUM:
                    progress = max(progress, MINIMUMS[name])
                found[f"{name}PROGSCORE_EM_ADJUSTED"] = str(progress)
    return found


def group_of(average: Fraction) -> int:
    """The number of the invented group that holds an average."""
    return next(
        number
        for number, (end, belongs) in enumerate(UPPER_ENDS, start=1)
        if average < Fraction(end) or (belongs and average == Fraction(end))
    )


def points_of(row: Row, name: str) -> int | None:
    """Key stage 2 points: the score, those of the teacher assessment, or the nominal ones."""
    assessed = POINTS.get(row[f"{name}TAOUTCOME"])
    if name == "WRIT":
        return assessed
    score, outcome = row[f"{name}SCORE"], row[f"{name}OUTCOME"]
    if outcome in {"AS", "NS"} and score.isdigit():
        return int(score)
    if outcome == "NS":
        return assessed or NOMINAL
    return assessed if outcome == "B" else None
