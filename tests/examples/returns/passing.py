"""Returns that pass a check at its edge; ``shared`` is clean and gives what every check needs."""

from collections.abc import Callable

from changing import (
    BELOW,
    ENGAGED,
    LEFT,
    TAKING_TESTS,
    WITH_ACCENT,
    accepted,
    cohort,
    earlier,
    example,
    judged,
    numbered,
    pupil,
)
from school import NAME, SCHOOL, Example, table

_KNOWN = [
    "today = 2026-06-15",
    f'own_school = "{SCHOOL}"',
    'through_authority = ["998"]',
    *table(
        "schools",
        [{"school": f'"{SCHOOL}"', "open": "true", "authority": '"999"', "may_send": "true"}],
    ),
    *accepted(),
    *table("moderation", [{"school": f'"{SCHOOL}"', "visited_on": "2026-06-08"}]),
    *earlier("moderated", "EXS"),
    *earlier("signed", "EXS"),
    *table(
        "deletions",
        [{"school": f'"{SCHOOL}"', "upn": '"K999030120007"', "reason": '"duplicate"'}],
    ),
]


def _gender_in_23() -> Example:
    made = example(
        known=["year = 2024"],
        listed=False,
        header={"CTFversion": "23.0"},
        source={"AcademicYear": "2023"},
        row={"Year": "2024"},
    )
    for one in made.pupils:
        one.sex_element = "Gender"
    return made


def _two_absent_of_twenty() -> Example:
    made = cohort(12)
    made.pupils[0].judgements |= {"science": "A"}
    return made


def _left_after() -> Example:
    return pupil(WITH_ACCENT, listed=True, left_on="2026-05-22")


def _unregistered() -> Example:
    made = pupil(WITH_ACCENT, listed=True, registered="Unregistered")
    del made.pupils[WITH_ACCENT]
    return made


def _two_schools() -> Example:
    other = example(source={"LEA": "999", "Estab": "0302"})
    files = {NAME: Example(), NAME.replace(SCHOOL, "9990302"): other}
    raw = {name: one.text().encode() for name, one in files.items()}
    return example(listed=False, raw=raw)


PASSING: dict[str, Callable[[], Example]] = {
    "shared": lambda: example(known=list(_KNOWN)),
    "TA-010": lambda: example(name="9990301_KS2_NAALLLL_014.XML"),
    "TA-011": lambda: example(destination={"LEA": "NAA", "Estab": "LLL"}),
    "TA-013": lambda: example(known=accepted(serial="1")),
    "TA-019": _two_schools,
    "TA-102": lambda: example(header={"CTFversion": "24.0"}),
    "TA-107": lambda: example(known=["today = 2026-06-26", 'channel = "gateway"']),
    "TA-111": _gender_in_23,
    "TA-115": lambda: example(
        known=['channel = "import"', f'own_school = "{SCHOOL}"'],
        destination={"LEA": "999", "Estab": "0301"},
        listed=False,
    ),
    "TA-117": lambda: example(
        header={"DateTime": "2026-06-15T23:59:59"}, known=["today = 2026-06-15"]
    ),
    "TA-203": lambda: numbered("Z823299912001"),
    "TA-211": lambda: pupil(TAKING_TESTS, born="2013-09-01"),
    "TA-213": lambda: pupil(TAKING_TESTS, surname="ASHDOWN"),
    "TA-217": lambda: pupil(
        TAKING_TESTS, surname="D\N{RIGHT SINGLE QUOTATION MARK}Arcy-Müller Łoś"
    ),
    "TA-302": _unregistered,
    "TA-304": lambda: judged(LEFT, writing="L", science="L"),
    "TA-305": _left_after,
    "TA-314": _unregistered,
    "TA-308": lambda: pupil(WITH_ACCENT, listed=True, left_on="2026-05-15"),
    "TA-405": lambda: judged(BELOW, reading="A"),
    "TA-406": lambda: judged(ENGAGED, maths="A"),
    "TA-411": lambda: cohort(9, science="EXS"),
    "TA-413": _two_absent_of_twenty,
    "TA-417": lambda: pupil(TAKING_TESTS, dates={"writing": "2025-09-01"}),
}
