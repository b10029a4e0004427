"""Columns of the published tables: what stands beside what, and what is a part of what.

All names are in capitals, as the reader gives them. A group is named by its suffix; the empty
suffix is the whole school.
"""

from typing import NamedTuple

from keystage.core.subjects import IN_PROGRESS, Subject

WHOLE = ""
#: The count of pupils in each group, by suffix.
COUNTS = {
    WHOLE: "TELIG",
    "_B": "BELIG",
    "_G": "GELIG",
    "_L": "TKS1GROUP_L",
    "_M": "TKS1GROUP_M",
    "_H": "TKS1GROUP_H",
    "_FSM6CLA1A": "TFSM6CLA1A",
    "_NOTFSM6CLA1A": "TNOTFSM6CLA1A",
    "_EAL": "TEALGRP2",
    "_MOBN": "TMOBN",
}
GROUPS = tuple(suffix for suffix in COUNTS if suffix)
PRIOR = ("_L", "_M", "_H")
DISADVANTAGED, OTHER = "_FSM6CLA1A", "_NOTFSM6CLA1A"
PARTNERS = {DISADVANTAGED: OTHER, OTHER: DISADVANTAGED}
#: Groups that make up the whole; with prior attainment go pupils without a key stage 1 result.
PARTITIONS = (("_B", "_G"), (DISADVANTAGED, OTHER), PRIOR)

#: Whole count, and the counts that must add up to it.
SUMS = (
    ("BELIG", "GELIG"),
    ("TKS1GROUP_L", "TKS1GROUP_M", "TKS1GROUP_H", "TKS1GROUP_NA"),
    ("TFSM6CLA1A", "TNOTFSM6CLA1A"),
    ("TEALGRP1", "TEALGRP2", "TEALGRP3"),
)
#: Shares of the cohort by the count they are made from (the department's spelling included).
SHARES = {
    "PBELIG": "BELIG",
    "PGELIG": "GELIG",
    "PTKS1GROUP_L": "TKS1GROUP_L",
    "PTKS1GROUP_M": "TKS1GROUP_M",
    "PTKS1GROUP_H": "TKS1GROUP_H",
    "PTKS1GROUP_NA": "TKS1GROUP_NA",
    "PTFSM6CLA1A": "TFSM6CLA1A",
    "PTNOTFSM6CLA1A": "TNOTFSM6CLA1A",
    "PTEALGRP1": "TEALGRP1",
    "PTEALGRP2": "TEALGRP2",
    "PTEALGRP3": "TEALGRP3",
    "PTMOBN": "TMOBN",
    "PSENELSE": "TSENELSE",
    "PSENELSAPK": "TSENELAPK",
    "PSENELE": "TSENELE",
    "PSENELK": "TSENELK",
    "PSENELEK": "TSENELEK",
    "PSENELST": "TSENELST",
    "PSENELSAP": "TSENELSAP",
    "PSENELN": "SENELN",
}
SHARES_OF_PRIOR = ("PTKS1GROUP_L", "PTKS1GROUP_M", "PTKS1GROUP_H")
KS1_AVERAGE = "TKS1AVERAGE"
#: Every count and share of the cohort, once each.
COMPOSITION = tuple(dict.fromkeys((*(c for sums in SUMS for c in sums), *SHARES.values(), *SHARES)))
_SUMMED = {count for sums in SUMS for count in sums}
#: Counts that only their own share can check.
ALONE = tuple(count for count in SHARES.values() if count not in _SUMMED)
SEN = tuple(
    name for share, count in SHARES.items() if share.startswith("PSENEL") for name in (share, count)
)

#: Attainment percentages that share a denominator, by block.
BLOCKS = {
    "RWM": ("PTRWM_EXP", "PTRWM_HIGH"),
    "READ": ("PTREAD_EXP", "PTREAD_HIGH", "PTREAD_AT"),
    "MAT": ("PTMAT_EXP", "PTMAT_HIGH", "PTMAT_AT"),
    "GPS": ("PTGPS_EXP", "PTGPS_HIGH", "PTGPS_AT"),
    "WRIT": ("PTWRITTA_EXP", "PTWRITTA_HIGH", "PTWRITTA_WTS", "PTWRITTA_AD"),
    "SCI": ("PTSCITA_EXP", "PTSCITA_AD"),
    "READTA": ("PTREADTA_EXP", "PTREADTA_AD"),
    "MATTA": ("PTMATTA_EXP", "PTMATTA_AD"),
}
AVERAGES = ("READ_AVERAGE", "MAT_AVERAGE", "GPS_AVERAGE")
PERCENTS = tuple(name for block in BLOCKS.values() for name in block)


class Score(NamedTuple):
    """The cells of one progress score."""

    subject: Subject
    score: str
    lower: str
    upper: str


def score_of(subject: Subject, group: str = WHOLE, ending: str = "") -> Score:
    """The cells of a subject's score for a group, or of an earlier year (``ending``: _17)."""
    name = f"{subject.prefix}PROG{group}"
    return Score(subject, name + ending, f"{name}_LOWER{ending}", f"{name}_UPPER{ending}")


def coverage_of(subject: Subject) -> str:
    """The coverage column of a subject."""
    return f"{subject.prefix}COV"


def gaps() -> dict[str, tuple[str, str]]:
    """Gap columns: the disadvantaged pupils' column and the other pupils' they are made from."""
    made = {
        f"DIFFN_RWM_{kind}": (f"PTRWM_{kind}{DISADVANTAGED}", f"PTRWM_{kind}{OTHER}")
        for kind in ("EXP", "HIGH")
    }
    for subject in IN_PROGRESS:
        name = f"{subject.prefix}PROG"
        made[f"DIFFN_{name}"] = (name + DISADVANTAGED, name + OTHER)
    return made


def decimals_of(column: str) -> int:
    """Decimals of a column: progress scores and the key stage 1 average have one."""
    tenths = "PROG" in column and "_DESCR" not in column
    return 1 if tenths or column == KS1_AVERAGE else 0
