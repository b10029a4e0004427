"""Every rule of the file format and every message of the gateway has exactly one check."""

from keystage.checks.returns.run import return_checks

#: Rules of the file format, by level, and the check that asks the same.
RULES = {
    "H01": ("TA-009", "TA-101"),
    "H02": ("TA-101",),
    "H03": ("TA-116",),
    "H04": ("TA-102",),
    "H05": ("TA-111",),
    "H06": ("TA-112", "TA-117"),
    "H07": ("TA-113",),
    "H08": ("TA-104", "TA-105"),
    "H09": ("TA-011",),
    "H10": ("TA-115",),
    "H11": ("TA-114",),
    "H12": ("TA-010", "TA-017"),
    "P01": ("TA-201",),
    "P02": ("TA-216", "TA-204", "TA-205"),
    "P03": ("TA-202",),
    "P04": ("TA-203",),
    "P05": ("TA-207",),
    "P06": ("TA-206",),
    "P07": ("TA-209",),
    "P08": ("TA-217",),
    "P09": ("TA-210",),
    "P10": ("TA-211",),
    "P11": ("TA-212",),
    "P12": ("TA-214",),
    "P13": ("TA-303",),
    "A01": ("TA-420", "TA-428"),
    "A02": ("TA-421",),
    "A03": ("TA-103",),
    "A04": ("TA-422",),
    "A05": ("TA-414", "TA-423"),
    "A06": ("TA-401",),
    "A07": ("TA-425",),
    "A08": ("TA-419",),
    "A09": ("TA-418",),
    "A10": ("TA-424",),
    "C01": ("TA-403",),
    "C02": ("TA-403",),
    "C03": ("TA-404",),
    "C04": ("TA-404",),
    "C05": ("TA-405",),
    "C06": ("TA-406",),
    "C07": ("TA-408",),
    "C08": ("TA-409",),
    "C09": ("TA-426",),
    "C10": ("TA-407",),
    "E01": ("TA-302",),
    "E02": ("TA-303",),
    "E03": ("TA-307",),
    "E04": ("TA-305", "TA-311"),
    "E05": ("TA-411",),
}
#: Messages of the gateway, by section: the first and the last code.
MESSAGES = ((1, 16), (101, 110), (201, 215), (301, 309), (401, 419), (901, 905))
#: Checks that neither has: they tell what would be lost, or part what is red from what is not.
FURTHER = {"TA-018", "TA-019", "TA-218", "TA-310", "TA-312", "TA-313", "TA-314", "TA-427", "TA-429"}

_CODES = {one.code for one in return_checks()}


def test_every_rule_of_the_format_is_a_check() -> None:
    assert {code for codes in RULES.values() for code in codes} <= _CODES
    levels = {"H": 12, "P": 13, "A": 10, "C": 10, "E": 5}
    assert set(RULES) == {
        f"{at}{number:02}" for at, to in levels.items() for number in range(1, to + 1)
    }


def test_every_message_of_the_gateway_is_a_check() -> None:
    messages = {f"TA-{number:03}" for first, last in MESSAGES for number in range(first, last + 1)}

    assert messages <= _CODES
    assert _CODES - messages == FURTHER | {
        code for codes in RULES.values() for code in codes if code not in messages
    }
