"""One invented pupil: who they are, their results, and what follows from them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import count, pairwise
from random import Random

from plan import (
    AFTER_P_SCALE,
    COUNTED,
    ETHNICITIES,
    EXPECTED,
    EXPECTED_FROM,
    FORENAMES,
    GREATER_DEPTH_FROM,
    HIGHEST,
    INCLUSIONS,
    LANGUAGES,
    LAYOUT,
    LOWEST,
    MARKS,
    P_SCALES,
    SIX_FROM,
    SPREAD,
    SPREAD_OF_A_TEST,
    SURNAMES,
    TOWARDS_FROM,
    TYPICAL,
    UPN_LETTERS,
    Row,
    School,
    Weighted,
)


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
        "SURNAME": maker.random.choice(SURNAMES.split()),
        "FORENAME": maker.random.choice(FORENAMES[sex].split()),
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
        alike = school.special or maker.pick((("yes", 4), ("no", 1))) == "yes"
        row[f"KS1{name}"] = level if alike else maker.pick(school.ks1)
    if school.special:
        below_the_tests(maker, row, level)
        return
    average = average_of(row, points) or Fraction(3)
    ability = typical(average) + maker.random.gauss(0, SPREAD)
    reading, writing, maths = school.effects
    for name, effect in (("READ", reading), ("MAT", maths), ("GPS", reading)):
        score = round(ability + effect + maker.random.gauss(0, SPREAD_OF_A_TEST))
        if score < LOWEST:
            row[f"{name}OUTCOME"], row[f"{name}SCORE"] = "NS", "N"
        else:
            score = min(score, HIGHEST)
            row[f"{name}OUTCOME"] = "AS" if score >= EXPECTED else "NS"
            row[f"{name}SCORE"] = str(score)
    judged = ability + writing + maker.random.gauss(0, SPREAD_OF_A_TEST)
    row["WRITTAOUTCOME"] = judgement(judged)
    row["SCITAOUTCOME"] = "EXS" if judged >= EXPECTED_FROM else "HNM"


def below_the_tests(maker: Maker, row: Row, level: str) -> None:
    """Results of a pupil of the special school, who works below the standard of the tests."""
    row |= {"SEN": "E", "SCITAOUTCOME": "HNM"}
    scale, assessed = maker.random.choice(list(AFTER_P_SCALE.items()))
    for name in ("READ", "MAT", "GPS"):
        row[f"{name}OUTCOME"] = "B"
    row |= dict.fromkeys(("READTAOUTCOME", "MATTAOUTCOME", "WRITTAOUTCOME"), assessed)
    if level == "BLW":
        row |= dict.fromkeys(("KS1READPSCALE", "KS1WRITPSCALE", "KS1MATPSCALE"), scale)


def judgement(judged: float) -> str:
    """The writing judgement of a pupil."""
    if judged >= GREATER_DEPTH_FROM:
        return "GDS"
    if judged >= EXPECTED_FROM:
        return "EXS"
    if judged >= TOWARDS_FROM:
        return "WTS"
    return "PK6" if judged >= SIX_FROM else "PK5"


def finish(row: Row, points: Mapping[str, Fraction]) -> None:
    """Fill in what follows from the rest: descriptions, marks, averages, flags."""
    row["P_INCL_DESC"] = INCLUSIONS[row["PINCL_Flag"]]
    average = average_of(row, points)
    if average is not None:
        row["KS1AVERAGEPS"] = two_decimals(average)
    known = Fraction(row["KS1AVERAGEPS"]) if row["KS1AVERAGEPS"] else None
    row["KS1GROUP"] = "4" if known is None else "1" if known < 7 else "2" if known <= 8 else "3"
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


def exactly_disadvantaged(rows: Sequence[Row], wanted: int) -> None:
    """Give the first pupils of a school free school meals, and no others."""
    for place, row in enumerate(rows):
        row["FSM6_P"] = row["FSM"] = "1" if place < wanted else "0"
