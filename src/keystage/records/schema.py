"""The tables and their columns, declared once: names, types, and what each column is needed for.

Field names and spellings are those of the department's checking exercise file (September and
December file specifications, pupil table) and of its published school tables.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from keystage.records.column import Column

FLAG = ("0", "1")
LINE = "line"

_GROUPS = "the breakdown by"
_PROGRESS = "prior attainment and pupil progress"


def _key_stage_1(name: str, subject: str) -> Column:
    return Column(
        name=name,
        kind="code",
        code_list="key_stage_1",
        meaning=f"key stage 1 result in {subject}",
        needed_for=_PROGRESS,
    )


def _p_scale(name: str, subject: str) -> Column:
    return Column(
        name=name,
        kind="code",
        code_list="p_scale",
        meaning=f"key stage 1 P scale in {subject}",
        needed_for=f"the points of pupils working below the key stage 1 standards in {subject}",
    )


def _test(prefix: str, subject: str, *, required: bool) -> tuple[Column, Column]:
    outcome = Column(
        name=f"{prefix}OUTCOME",
        kind="code",
        code_list="test_outcomes",
        meaning=f"{subject} test outcome code",
        needed_for=f"attainment in {subject}",
        required=required,
    )
    score = Column(
        name=f"{prefix}SCORE",
        kind="whole",
        width=16,
        meaning=f"{subject} scaled score",
        needed_for=f"attainment in {subject} and the average scaled score",
        required=required,
    )
    return outcome, score


def _below_test(prefix: str, subject: str) -> Column:
    return Column(
        name=f"{prefix}TAOUTCOME",
        kind="code",
        code_list="below_test_outcomes",
        meaning=f"{subject} teacher assessment of a pupil below the standard of the test",
        needed_for=f"the progress points in {subject} of pupils below the standard of the test",
    )


def _own_working(prefix: str, subject: str) -> tuple[Column, ...]:
    compared = f"comparing with the department's own working in {subject}"
    return (
        Column(
            name=f"KS2{prefix}SCORE",
            kind="number",
            meaning=f"points used for progress in {subject}, as the department made them",
            needed_for=compared,
            comparison_only=True,
        ),
        Column(
            name=f"KS2{prefix}PRED_EM",
            kind="number",
            meaning=f"average points of the pupil's prior attainment group in {subject}",
            needed_for=compared,
            comparison_only=True,
        ),
        Column(
            name=f"{prefix}PROGSCORE_EM_ADJUSTED",
            kind="number",
            meaning=f"pupil progress in {subject}, as the department made it",
            needed_for=compared,
            comparison_only=True,
        ),
        Column(
            name=f"IN{prefix}PROG",
            kind="code",
            codes=FLAG,
            meaning=f"whether the department counts the pupil in {subject} progress",
            needed_for=compared,
            comparison_only=True,
        ),
    )


def _group(
    name: str, codes: tuple[str, ...], meaning: str, group: str, aliases: tuple[str, ...] = ()
) -> Column:
    return Column(
        name=name,
        kind="code",
        codes=codes,
        meaning=meaning,
        needed_for=f"{_GROUPS} {group}",
        aliases=aliases,
    )


PUPILS: tuple[Column, ...] = (
    Column(
        name="URN",
        kind="whole",
        meaning="six-digit number of the school",
        needed_for="telling which school a pupil counts in",
        required=True,
        positive=True,
    ),
    Column(
        name="LAESTAB",
        kind="whole",
        meaning="local authority and establishment number of the school, seven digits",
        needed_for="naming the school by its second number when there is no school file",
    ),
    Column(
        name="UPN",
        kind="text",
        meaning="unique pupil number; it may be missing and takes no part in any calculation",
        needed_for="naming pupils in findings and finding a pupil counted twice",
    ),
    Column(
        name="P_INCL",
        aliases=("PINCL_FLAG",),
        kind="code",
        code_list="inclusion",
        meaning="inclusion code: whether the pupil is at the end of key stage 2 this year",
        needed_for="telling which pupils count",
        required=True,
    ),
    _group("SEX", ("M", "F"), "sex", "sex"),
    _group("SENF", ("N", "K", "E"), "special educational needs provision", "SEN", ("SEN",)),
    _group("EALGRP", ("1", "2", "3"), "first language group", "first language"),
    _group("FSM6_P", FLAG, "free school meals at any time in six years", "disadvantage"),
    _group("FSM6CLA1A", FLAG, "disadvantaged, with children looked after", "disadvantage"),
    _group("NEWMOBILE", FLAG, "mobile pupil", "mobility"),
    _key_stage_1("KS1READ", "reading"),
    _key_stage_1("KS1WRIT", "writing"),
    _key_stage_1("KS1MAT", "maths"),
    _p_scale("KS1READPSCALE", "reading"),
    _p_scale("KS1WRITPSCALE", "writing"),
    _p_scale("KS1ENGPSCALE", "English"),
    _p_scale("KS1MATPSCALE", "maths"),
    Column(
        name="KS1AVERAGEPS",
        kind="number",
        meaning="key stage 1 average point score",
        needed_for=f"{_PROGRESS} of pupils whose key stage 1 results are blank",
    ),
    *_test("READ", "reading", required=True),
    *_test("MAT", "maths", required=True),
    *_test("GPS", "grammar, punctuation and spelling", required=False),
    Column(
        name="WRITTAOUTCOME",
        kind="code",
        code_list="writing_outcomes",
        meaning="writing teacher assessment",
        needed_for="attainment and progress in writing",
        required=True,
    ),
    Column(
        name="SCITAOUTCOME",
        kind="code",
        code_list="science_outcomes",
        meaning="science teacher assessment",
        needed_for="attainment in science",
    ),
    _below_test("READ", "reading"),
    _below_test("MAT", "maths"),
    Column(
        name="KS1AVERAGE_GRP_P",
        kind="whole",
        width=16,
        meaning="prior attainment group, as the department made it",
        needed_for="comparing with the department's own prior attainment groups",
        comparison_only=True,
    ),
    *_own_working("READ", "reading"),
    *_own_working("WRIT", "writing"),
    *_own_working("MAT", "maths"),
)
KEY_STAGE_1_RESULTS = ("KS1READ", "KS1WRIT", "KS1MAT")
KEY_STAGE_1_AVERAGE = "KS1AVERAGEPS"
#: The two ways to tell disadvantage, the one that goes first first.
FREE_SCHOOL_MEALS = ("FSM6CLA1A", "FSM6_P")

PUPIL_FIELDS_NOT_READ = (
    "CYPMD_ID",
    "P_INCL_DESC",
    "SURNAME",
    "FORENAME",
    "DOB",
    "ENTRYDAT",
    "ETHNIC",
    "ETHNICITY",
    "LANG1ST",
    "FSM",
    "YOUNGCARER",
    "KS1GROUP",
    "READMRK",
    "MATMRK",
    "GPSMRK",
    "READSPECCON",
    "MATSPECCON",
    "GPSSPECCON",
    "ELIGRWM",
    "RWMEXP",
)
"""Fields of the checking exercise file that no measure needs; they are never read."""

SCHOOLS: tuple[Column, ...] = (
    Column(
        name="URN",
        kind="whole",
        meaning="six-digit number of the school",
        needed_for="joining schools to their pupils",
        required=True,
        positive=True,
    ),
    Column(
        name="LAESTAB",
        kind="whole",
        meaning="local authority and establishment number, seven digits",
        needed_for="naming the school by its second number",
    ),
    Column(
        name="SCHNAME",
        kind="text",
        meaning="name of the school",
        needed_for="naming the school for people",
        comparison_only=True,
    ),
    Column(
        name="LEA",
        kind="whole",
        meaning="local authority number, three digits",
        needed_for="local authority measures",
    ),
    Column(
        name="NFTYPE",
        kind="code",
        code_list="school_types",
        meaning="school type of the published tables",
        needed_for="telling state-funded schools and mainstream schools from others",
    ),
    Column(
        name="RECTYPE",
        kind="whole",
        width=8,
        meaning="record type: 1 mainstream school, 2 special school",
        needed_for="telling mainstream schools from special schools",
    ),
    Column(
        name="REGION",
        kind="text",
        meaning="region",
        needed_for="regional measures",
    ),
    Column(
        name="TRUST_UID",
        kind="text",
        meaning="number of the multi-academy trust",
        needed_for="trust measures",
    ),
    Column(
        name="TRUST_NAME",
        kind="text",
        meaning="name of the trust",
        needed_for="naming the trust for people",
        comparison_only=True,
    ),
    Column(
        name="DATE_JOINED_TRUST",
        kind="date",
        meaning="the day the school joined its trust",
        needed_for="telling which schools count in trust measures",
    ),
)
ESTAB = Column(
    name="ESTAB",
    kind="whole",
    width=16,
    meaning="establishment number, four digits",
    needed_for="making LAESTAB where the file has only its parts",
)


def pupil_dtypes(codes: Mapping[str, Sequence[str]]) -> dict[str, pl.DataType]:
    """The Polars schema of the pupils table, given a year's code lists by name.

    Names of the lists: inclusion, key_stage_1, p_scale, test_outcomes, writing_outcomes,
    science_outcomes, below_test_outcomes. A list left out makes a column that holds only nulls.
    """
    return {LINE: pl.UInt32()} | {column.name: column.dtype(codes) for column in PUPILS}


def school_dtypes(codes: Mapping[str, Sequence[str]]) -> dict[str, pl.DataType]:
    """The Polars schema of the schools table; the list school_types gives the types' codes."""
    return {column.name: column.dtype(codes) for column in SCHOOLS}
