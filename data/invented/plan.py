"""The plan of the invented files: schools, names, and the pupils who are there for a rule.

Nobody here exists. Authorities 998 and 999 are no authority's number, school numbers begin at
900001, and establishment numbers lie below 1000.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

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
    "Nimbus Otter Pepper Quill Rowan Sorrel Tamarind",
    "F": "Amber Bramble Clover Damson Echo Fable Ginger Hazel Isla Juniper Kiwi Linnet Maple "
    "Nutmeg Olive Poppy Quince Robin Saffron Teasel",
}
SURNAMES = (
    "Acornfield Biscuitmaker Cobblepot Dandelion Elderflower Featherstitch Gooseberry Hatstand "
    "Inkwell Jamjar Kettlewick Lanternlight Marmalade Nettlesting Oatcake Puddleduck Quiltmaker "
    "Rainbarrel Saddlebag Thimblerig Umbrellastand Velveteen Wheelbarrow Yarrowstalk Zigzag"
)
SPELT_WITH_CARE = ("O'Inkwell", "D'Artichaut", "Crème-Brûlée", "Łampart", "Ñandú", "Zażółć")

#: A likely score for a key stage 1 average, between which the rest lie on straight lines.
TYPICAL = ((0, 62), (2, 70), (3, 82), (4, 88), (5, 92), (6, 96), (7, 100), (8, 105), (10, 111))
KEY_STAGE_1_POINTS = {"GDS": "10", "EXS": "8", "WTS": "6", "PKF": "4"}
KEY_STAGE_1_POINTS_OF_2026 = KEY_STAGE_1_POINTS | {
    "PK4": "4", "PK3": "3.5", "PK2": "3", "PK1": "2.5",
}  # fmt: skip
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

#: In the special school: a P scale at key stage 1, and the assessment that often follows it.
AFTER_P_SCALE = {"P4": "PK1", "P5": "PK2", "P6": "PK3", "P7": "PK4"}

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


TRUST = {"TRUST_UID": "T90001", "TRUST_NAME": "The Nowhere Trust"}
SCHOOLS = (
    School(900001, 9980101, "Made-Up Meadow Primary School", "ACC", date(2016, 9, 1), 38,
           (3.2, 0.7, 1.2)),
    School(900002, 9980102, "Pretend Park Primary Academy", "AC", date(2019, 4, 1), 34,
           (0.4, -2.2, -0.6)),
    School(900003, 9990103, "Storybook Lane Primary School", "ACC", date(2017, 1, 1), 30,
           (0.5, 1.2, 0.0), disadvantaged=4),
    School(900004, 9990104, "Thistledown Fictional Primary School", "F", date(2019, 9, 13), 32,
           (-0.3, 0.4, -2.3)),
    School(900005, 9990105, "Imaginary Island Primary School", "ACC", date(2020, 9, 1), 5,
           (0.0, 0.0, 0.0), disadvantaged=1),
    School(900006, 9980106, "Paper Lantern Special School", "ACCS", date(2016, 9, 1), 9,
           (0.0, 0.0, 0.0), special=True, ks1=(("PKF", 1), ("BLW", 8))),
)  # fmt: skip
SCHOOL_OF_2026 = School(
    900007, 9990107, "Castle in the Air Primary School", "ACC", date(2016, 9, 1), 26,
    (0.8, 3.3, -0.9), ks1=(("EXS", 50), ("GDS", 24), ("WTS", 20), ("PK4", 3), ("PK2", 3)),
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
    900007: (
        {"KS1READ": "EXS", "KS1WRIT": "EXS", "KS1MAT": "EXS", "READOUTCOME": "B", "READSCORE": "",
         "READTAOUTCOME": "PK3", "MATOUTCOME": "AS", "MATSCORE": "101", "WRITTAOUTCOME": "WTS"},
        {"KS1READ": "", "KS1WRIT": "", "KS1MAT": ""},
        {"PINCL_Flag": "202", "READOUTCOME": "L", "READSCORE": "", "MATOUTCOME": "L",
         "MATSCORE": "", "GPSOUTCOME": "L", "GPSSCORE": "", "WRITTAOUTCOME": "",
         "SCITAOUTCOME": ""},
        {"READOUTCOME": "A", "READSCORE": ""},
    ),
}  # fmt: skip
#: A pupil who counts in one school and is listed as not counting in another: (counts, listed).
IN_TWO_SCHOOLS = (900002, 900004)
