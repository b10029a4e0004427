"""What the parts of the oracle share: subjects, units and the national reference."""

from fractions import Fraction
from typing import TypedDict

#: ("SCHOOL", URN), ("LA", code), ("REGION", name), ("NATIONAL", population), ("TRUST", uid)
Unit = tuple[str, int | str]

TESTED = ("reading", "maths", "gps")
PROGRESS = ("reading", "writing", "maths")
PREFIX = {"reading": "READ", "writing": "WRIT", "maths": "MAT", "gps": "GPS"}
POPULATIONS = ("mainstream", "state_funded", "all")


class Reference(TypedDict):
    """A national reference. Keys are subjects; groups without an average have no progress.

    ``minimums`` holds only groups that have one. ``cuts`` is (high, low). The last two are there
    only when the reference was derived: how many group standard deviations make a minimum, and
    those standard deviations.
    """

    averages: dict[str, dict[int, Fraction]]
    minimums: dict[str, dict[int, Fraction]]
    sd: dict[str, Fraction]
    cuts: dict[str, tuple[Fraction, Fraction]]
    multiplier: dict[str, Fraction]
    group_sd: dict[str, dict[int, Fraction]]
