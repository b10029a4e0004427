"""Make the invented files of this folder; the same files every time.

Nobody in them exists. Run it from the root of the project: ``python data/invented/make.py``.
"""  # noqa: INP001  # a script beside its data, not a package

import csv
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import count, pairwise
from pathlib import Path
from random import Random
from typing import Literal

HERE = Path(__file__).parent
Row = dict[str, str]
Weighted = Sequence[tuple[str, int]]

#: The 55 columns of the department's pupil file, with the headings that suppliers see.
LAYOUT = (
    "LAESTAB", "URN", "UPN", "CYPMD_ID", "PINCL_Flag", "P_INCL_DESC", "SURNAME", "FORENAME", "Sex",
    "DOB", "ENTRYDAT", "SEN", "ETHNICITY", "LANG1ST", "EALGRP", "FSM", "FSM6_P", "YOUNGCARER",
    "NEWMOBILE", "KS1READ", "KS1WRIT", "KS1MAT", "KS1AVERAGEPS", "KS1GROUP", "READOUTCOME",
    "MATOUTCOME", "GPSOUTCOME", "READSCORE", "MATSCORE", "GPSSCORE", "READMRK", "MATMRK", "GPSMRK",
    "READSPECCON", "MATSPECCON", "GPSSPECCON", "ELIGRWM", "RWMEXP", "WRITTAOUTCOME", "SCITAOUTCOME",
    "MATTAOUTCOME", "READTAOUTCOME", "INREADPROG", "INWRITPROG", "INMATPROG", "KS1AVERAGE_GRP_P",
    "KS2READSCORE", "KS2WRITSCORE", "KS2MATSCORE", "KS2READPRED_EM", "KS2WRITPRED_EM",
    "KS2MATPRED_EM", "READPROGSCORE_EM_ADJUSTED", "WRITPROGSCORE_EM_ADJUSTED",
    "MATPROGSCORE_EM_ADJUSTED",
)  # fmt: skip
P_SCALES = ("KS1READPSCALE", "KS1WRITPSCALE", "KS1ENGPSCALE", "KS1MATPSCALE")
SCHOOL_COLUMNS = (
    "URN", "LAESTAB", "SCHNAME", "LEA", "NFTYPE", "RECTYPE", "REGION", "TRUST_UID", "TRUST_NAME",
    "DATE_JOINED_TRUST",
)  # fmt: skip

FORENAMES = {
    "M": "Abacus Biscuit Cosmo Dapple Ember Fennel Gizmo Hopper Indigo Jasper Kestrel Lupin Marlin "
    "Nimbus Otter Pepper Quill Rowan Sorrel Tamarind".split(),
    "F": "Amber Bramble Clover Damson Echo Fable Ginger Hazel Isla Juniper Kiwi Linnet Maple Nutmeg "
    "Olive Poppy Quince Robin Saffron Teasel".split(),
}
SURNAMES = (
    "Acornfield Biscuitmaker Cobblepot Dandelion Elderflower Featherstitch Gooseberry Hatstand "
    "Inkwell Jamjar Kettlewick Lanternlight Marmalade Nettlesting Oatcake Puddleduck Quiltmaker "
    "Rainbarrel Saddlebag Thimblerig Umbrellastand Velveteen Wheelbarrow Yarrowstalk Zigzag"
).split()
SPELT_WITH_CARE = ("O'Inkwell", "D'Artichaut", "Crème-Brûlée", "Łampart", "Ñandú", "Zażółć")

#: A likely score for a key stage 1 average, between which the rest lie on straight lines.
TYPICAL = ((0, 62), (2, 70), (3, 82), (4, 88), (5, 92), (6, 96), (7, 100), (8, 105), (10, 111))
KEY_STAGE_1_POINTS = {"GDS": 10, "EXS": 8, "WTS": 6, "PKF": 4}
LOWEST, EXPECTED, HIGHEST = 80, 100, 120
GREATER_DEPTH_FROM, EXPECTED_FROM, TOWARDS_FROM, SIX_FROM = 112, 98, 86, 80
MARKS = {"READ": 50, "MAT": 110, "GPS": 70}
TESTS = ("READ", "MAT", "GPS")
SPREAD, SPREAD_OF_A_TEST = 4.5, 3.5

LADDER: Weighted = (("EXS", 56), ("GDS", 21), ("WTS", 19), ("PKF", 4))
LANGUAGES = {"1": "ENG", "2": "OTH", "3": "REF"}
ETHNICITIES: Weighted = (("WBRI", 70), ("WOTH", 8), ("MOTH", 7), ("AOTH", 8), ("BOTH", 7))
COUNTED = "201"
INCLUSIONS = {
    COUNTED: "included", "202": "not at the end of key stage 2", "203": "left out on request",
}  # fmt: skip

UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"


@dataclass(frozen=True)
class School:
    """An invented school: who it is, how many pupils, and how its pupils do.

    ``effects`` are points that its pupils get above the typical in reading, writing and maths;
    ``disadvantaged`` is a number of pupils where it is to be exact.
    """

    urn: int
    laestab: int
    name: str
    kind: str
    joined: date
    pupils: int
    effects: tuple[float, float, float]
    special: bool = False
    disadvantaged: int | None = None
    ks1: Weighted = LADDER

    @property
    def lea(self) -> int:
        """The authority number: one that no authority has."""
        return self.laestab // 10_000


TRUST = {"TRUST_UID": "T90001", "TRUST_NAME": "The Nowhere Trust (invented)"}
SCHOOLS = (
    School(900001, 9980101, "Made-Up Meadow Primary School", "ACC", date(2016, 9, 1), 38,
           (1.6, 0.7, 1.2)),
    School(900002, 9980102, "Pretend Park Primary Academy", "AC", date(2019, 4, 1), 34,
           (-1.4, -2.2, -0.6)),
    School(900003, 9990103, "Storybook Lane Primary School", "ACC", date(2017, 1, 1), 30,
           (0.5, 2.0, 0.0), disadvantaged=4),
    School(900004, 9990104, "Thistledown Fictional Primary School", "F", date(2019, 9, 13), 32,
           (-0.3, 0.4, -2.3)),
    School(900005, 9990105, "Imaginary Island Primary School", "ACC", date(2020, 9, 1), 5,
           (0.0, 0.0, 0.0), disadvantaged=1),
    School(900006, 9980106, "Paper Lantern Special School", "ACCS", date(2016, 9, 1), 9,
           (0.0, 0.0, 0.0), special=True, ks1=(("PKF", 2), ("BLW", 6))),
)  # fmt: skip
SCHOOL_OF_2026 = School(
    900007, 9990107, "Castle in the Air Primary School", "ACC", date(2016, 9, 1), 26,
    (0.8, 0.3, -0.9), ks1=(("EXS", 50), ("GDS", 24), ("WTS", 20), ("PK4", 3), ("PK2", 3)),
)  # fmt: skip

#: The pupils of each school who are there for the sake of a rule, from its first pupil on; the
#: README says which rule. What is not given here is left as it was made.
AWKWARD: Mapping[int, Sequence[Mapping[str, str]]] = {
    900001: (
        {"READOUTCOME": "A", "READSCORE": ""},
        {"KS1READ": "PKF", "KS1WRIT": "PKF", "KS1MAT": "PKF", "READOUTCOME": "B", "READSCORE": "",
         "READTAOUTCOME": "PK4", "MATOUTCOME": "B", "MATSCORE": "", "MATTAOUTCOME": "PK3",
         "GPSOUTCOME": "B", "GPSSCORE": "", "WRITTAOUTCOME": "PK4", "SCITAOUTCOME": "HNM",
         "SEN": "E"},
        {"KS1READ": "EXS", "KS1WRIT": "EXS", "KS1MAT": "EXS", "READOUTCOME": "NS",
         "READSCORE": "N", "MATOUTCOME": "NS", "MATSCORE": "N", "WRITTAOUTCOME": "PK6",
         "SEN": "K"},
        {"MATOUTCOME": "AS", "MATSCORE": ""},
        {"PINCL_Flag": "202", "READOUTCOME": "J", "READSCORE": "", "MATOUTCOME": "J",
         "MATSCORE": "", "GPSOUTCOME": "J", "GPSSCORE": "", "WRITTAOUTCOME": "",
         "SCITAOUTCOME": "", "KS1READ": "", "KS1WRIT": "", "KS1MAT": ""},
    ),
    900002: (
        {"READOUTCOME": "M", "READSCORE": ""},
        {"WRITTAOUTCOME": ""},
        {"KS1READ": "BLW", "KS1WRIT": "BLW", "KS1MAT": "BLW", "KS1READPSCALE": "P6",
         "KS1ENGPSCALE": "P3ii", "KS1MATPSCALE": "P5", "READOUTCOME": "B", "READSCORE": "",
         "READTAOUTCOME": "PK2", "MATOUTCOME": "B", "MATSCORE": "", "MATTAOUTCOME": "PK2",
         "GPSOUTCOME": "B", "GPSSCORE": "", "WRITTAOUTCOME": "PK1", "SCITAOUTCOME": "HNM",
         "SEN": "E"},
        {"KS1READ": "", "KS1WRIT": "", "KS1MAT": ""},
        {"KS1READ": "", "KS1WRIT": "", "KS1MAT": "", "KS1AVERAGEPS": "7.5"},
        {"PINCL_Flag": "203", "READOUTCOME": "U", "READSCORE": "", "MATOUTCOME": "U",
         "MATSCORE": "", "GPSOUTCOME": "U", "GPSSCORE": ""},
    ),
    900003: (
        {"KS1READ": "GDS", "KS1WRIT": "GDS", "KS1MAT": "GDS", "READOUTCOME": "B", "READSCORE": "",
         "READTAOUTCOME": "PK3", "MATOUTCOME": "NS", "MATSCORE": "84", "WRITTAOUTCOME": "PK5",
         "SEN": "K"},
        {"KS1MAT": "D"},
        {"MATOUTCOME": "U", "MATSCORE": "", "GPSOUTCOME": "A", "GPSSCORE": ""},
    ),
    900004: (
        {"READOUTCOME": "Q", "READSCORE": ""},
        {"WRITTAOUTCOME": "D", "SCITAOUTCOME": "D"},
        {"PINCL_Flag": "202"},
    ),
    900006: (
        {"KS1READPSCALE": "P4", "KS1WRITPSCALE": "P4", "KS1MATPSCALE": "P3ii", "KS1READ": "BLW",
         "KS1WRIT": "BLW", "KS1MAT": "BLW", "READTAOUTCOME": "EM", "MATTAOUTCOME": "EM",
         "WRITTAOUTCOME": "EM"},
    ),
}  # fmt: skip
#: A pupil who counts in one school and is listed as not counting in another: (counts, listed).
IN_TWO_SCHOOLS = (900002, 900004)


@dataclass
class Maker:
    """What the whole cohort shares: chance, and serial numbers."""

    random: Random
    serial: Iterator[int] = field(default_factory=lambda: count(1))

    def pick(self, options: Weighted) -> str:
        """One of the options by weight."""
        codes, weights = zip(*options, strict=True)
        return str(self.random.choices(codes, weights)[0])

    def day(self, first: date, last: date) -> str:
        """A day between two, as the department writes it."""
        days = self.random.randrange((last - first).days + 1)
        return f"{first + timedelta(days=days):%d/%m/%Y}"


def upn(school: School, year: int, serial: int) -> str:
    """A pupil number of the school with its check letter."""
    digits = f"{school.laestab}{year % 100:02}{serial:03}"
    total = sum(int(digit) * weight for weight, digit in enumerate(digits, start=2))
    return UPN_LETTERS[total % len(UPN_LETTERS)] + digits


def typical(average: Fraction) -> float:
    """A likely score for a key stage 1 average."""
    for (low, below), (high, above) in pairwise(TYPICAL):
        if average <= high:
            return float(below + (above - below) * (average - low) / (high - low))
    return float(TYPICAL[-1][1])


def average_of(row: Row, points: Mapping[str, Fraction]) -> Fraction | None:
    """The key stage 1 average of a row's results, if it has all three."""
    found = [points.get(row[f"KS1{name}"]) for name in ("READ", "WRIT", "MAT")]
    reading, writing, maths = found
    if reading is None or writing is None or maths is None:
        return None
    return ((reading + writing) / 2 + maths) / 2


def two_decimals(value: Fraction) -> str:
    """The value with two decimals, halves up, as the department's file has it."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return f"{exact.quantize(Decimal('0.01'), ROUND_HALF_UP).normalize():f}"


def person(maker: Maker, school: School, year: int) -> Row:
    """Who the pupil is."""
    row = dict.fromkeys((*LAYOUT, *P_SCALES), "")
    serial = next(maker.serial)
    sex = maker.pick((("M", 51), ("F", 49)))
    disadvantaged = maker.pick((("0", 71), ("1", 29)))
    language = maker.pick((("1", 80), ("2", 18), ("3", 2)))
    newly_come = maker.pick((("0", 92), ("1", 8)))
    born = year - 11
    row |= {
        "LAESTAB": str(school.laestab),
        "URN": str(school.urn),
        "UPN": upn(school, year - 7, serial),
        "CYPMD_ID": f"INVENTED{year}{serial:04}",
        "PINCL_Flag": COUNTED,
        "SURNAME": maker.random.choice(SURNAMES),
        "FORENAME": maker.random.choice(FORENAMES[sex]),
        "Sex": sex,
        "DOB": maker.day(date(born - 1, 9, 1), date(born, 8, 31)),
        "ENTRYDAT": maker.day(date(year - 1, 9, 6), date(year - 1, 11, 30))
        if newly_come == "1"
        else f"07/09/{year - 7}",
        "SEN": maker.pick((("N", 81), ("K", 15), ("E", 4))),
        "ETHNICITY": maker.pick(ETHNICITIES),
        "LANG1ST": LANGUAGES[language],
        "EALGRP": language,
        "FSM": maker.pick((("1", 4), ("0", 1))) if disadvantaged == "1" else "0",
        "FSM6_P": disadvantaged,
        "YOUNGCARER": maker.pick((("0", 49), ("1", 1))),
        "NEWMOBILE": newly_come,
    }
    return row


def results(maker: Maker, school: School, row: Row, points: Mapping[str, Fraction]) -> None:
    """Key stage 1 and key stage 2 results that go together, and with the school."""
    level = maker.pick(school.ks1)
    for name in ("READ", "WRIT", "MAT"):
        # Most pupils have one result in all subjects; some have another in one of them.
        alike = maker.pick((("yes", 4), ("no", 1))) == "yes" or school.special
        row[f"KS1{name}"] = level if alike else maker.pick(school.ks1)
    average = average_of(row, points) or Fraction(3)
    ability = typical(average) + maker.random.gauss(0, SPREAD)
    reading, writing, maths = school.effects
    for name, effect in (("READ", reading), ("MAT", maths), ("GPS", reading)):
        score = round(ability + effect + maker.random.gauss(0, SPREAD_OF_A_TEST))
        if school.special:
            row[f"{name}OUTCOME"] = "B"
            if name != "GPS":
                row[f"{name}TAOUTCOME"] = maker.pick((("PK1", 2), ("PK2", 3), ("PK3", 3)))
        elif score < LOWEST:
            row[f"{name}OUTCOME"], row[f"{name}SCORE"] = "NS", "N"
        else:
            score = min(score, HIGHEST)
            row[f"{name}OUTCOME"] = "AS" if score >= EXPECTED else "NS"
            row[f"{name}SCORE"] = str(score)
    judged = ability + writing + maker.random.gauss(0, SPREAD_OF_A_TEST)
    row["WRITTAOUTCOME"] = judgement(judged) if not school.special else row["READTAOUTCOME"]
    row["SCITAOUTCOME"] = "EXS" if judged >= EXPECTED_FROM and not school.special else "HNM"
    if school.special:
        row["SEN"] = "E"


def judgement(judged: float) -> str:
    """The writing judgement of a pupil."""
    if judged >= GREATER_DEPTH_FROM:
        return "GDS"
    if judged >= EXPECTED_FROM:
        return "EXS"
    if judged >= TOWARDS_FROM:
        return "WTS"
    return "PK6" if judged >= SIX_FROM else "PK5"


def finish(maker: Maker, row: Row, points: Mapping[str, Fraction]) -> None:
    """Fill in what follows from the rest: descriptions, marks, averages, flags."""
    row["P_INCL_DESC"] = INCLUSIONS[row["PINCL_Flag"]]
    average = average_of(row, points)
    if average is not None:
        row["KS1AVERAGEPS"] = two_decimals(average)
    known = Fraction(row["KS1AVERAGEPS"]) if row["KS1AVERAGEPS"] else None
    row["KS1GROUP"] = "4" if known is None else "1" if known < 7 else "2" if known <= 8 else "3"  # noqa: PLR2004  # low, middle and high prior attainment
    for name, highest in MARKS.items():
        score = row[f"{name}SCORE"]
        if score and row[f"{name}OUTCOME"] in {"AS", "NS"}:
            share = (int(score) - LOWEST + 4) / (HIGHEST - LOWEST + 4) if score != "N" else 0.06
            row[f"{name}MRK"] = str(round(share * highest))
    lost = "M" in {row["READOUTCOME"], row["MATOUTCOME"]}
    row["ELIGRWM"] = "1" if row["PINCL_Flag"] == COUNTED and not lost else "0"
    met = {row["READOUTCOME"], row["MATOUTCOME"]} == {"AS"}
    row["RWMEXP"] = (
        "1" if row["ELIGRWM"] == "1" and met and row["WRITTAOUTCOME"] in {"EXS", "GDS"} else "0"
    )
    if row["NEWMOBILE"] == "1":
        row["ENTRYDAT"] = row["ENTRYDAT"] or maker.day(date(2021, 9, 6), date(2021, 11, 30))


def exactly_disadvantaged(rows: Sequence[Row], wanted: int) -> None:
    """Give the first pupils of a school free school meals, and no others."""
    for place, row in enumerate(rows):
        row["FSM6_P"] = row["FSM"] = "1" if place < wanted else "0"


def cohort_of_2022() -> list[Row]:
    """The pupils of the trust, school by school, in order of surname."""
    maker = Maker(Random(2022))  # noqa: S311  # invented pupils need no cryptographic chance
    points = {code: Fraction(value) for code, value in KEY_STAGE_1_POINTS.items()}
    points_given = points | {"BLW": Fraction(3)}
    by_school: dict[int, list[Row]] = {}
    for school in SCHOOLS:
        rows = [person(maker, school, 2022) for _ in range(school.pupils)]
        for row in rows:
            results(maker, school, row, points_given)
        for row, changes in zip(rows, AWKWARD.get(school.urn, ()), strict=False):
            row |= changes
        if school.disadvantaged is not None:
            exactly_disadvantaged(rows, school.disadvantaged)
        by_school[school.urn] = rows
    counts, listed = (by_school[urn] for urn in IN_TWO_SCHOOLS)
    first = listed[len(AWKWARD[IN_TWO_SCHOOLS[1]]) - 1]
    again = counts[-1]
    same_child = ("UPN", "SURNAME", "FORENAME", "Sex", "DOB", "ETHNICITY", "LANG1ST", "EALGRP")
    first |= {name: again[name] for name in same_child}
    every = [row for rows in by_school.values() for row in rows]
    for row, surname in zip(every[:: len(every) // len(SPELT_WITH_CARE)], SPELT_WITH_CARE,
                            strict=False):  # fmt: skip
        row["SURNAME"] = surname
    for row in every:
        below = "BLW" in {row["KS1READ"], row["KS1WRIT"], row["KS1MAT"]}
        # The average of a pupil with P scales is the department's to work out: left blank here.
        finish(maker, row, points if below else points_given)
    return [
        row
        for rows in by_school.values()
        for row in sorted(rows, key=lambda row: (row["SURNAME"], row["FORENAME"], row["UPN"]))
    ]


def write(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    """Write a CSV file, UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    sys.stdout.write(f"{path}\n")


def school_rows() -> Iterator[dict[str, str]]:
    """The school file of the trust."""
    for school in SCHOOLS:
        yield {
            "URN": str(school.urn),
            "LAESTAB": str(school.laestab),
            "SCHNAME": f"{school.name} (invented)",
            "LEA": str(school.lea),
            "NFTYPE": school.kind,
            "RECTYPE": "2" if school.special else "1",
            "REGION": "Imagined North" if school.lea % 2 == 0 else "Imagined South",
            "DATE_JOINED_TRUST": school.joined.isoformat(),
            **TRUST,
        }
