"""Every measure, declared once."""

from keystage.core.subjects import IN_PROGRESS, TESTED, Subject
from keystage.measures import conditions as is_so
from keystage.measures.declare import Composition, Count, Measure, Sum
from keystage.measures.units import BILLION, SIXTEENTHS

HEADLINE_GROUPS = frozenset(
    {
        "all", "boys", "girls", "low", "middle", "high", "disadvantaged", "other", "eal",
        "non_mobile",
    }
)  # fmt: skip
SUBJECT_GROUPS = frozenset({"all", "low", "middle", "high", "disadvantaged", "other"})
WHOLE_COHORT = frozenset({"all"})

ELIGIBLE = Count("eligible", "pupils at the end of key stage 2", (is_so.AT_END,))

IN_RWM = ELIGIBLE.where(
    "rwm_counted",
    "pupils counted in reading, writing and maths combined",
    is_so.COUNTED_IN_TEST[Subject.READING],
    is_so.COUNTED_IN_TEST[Subject.MATHS],
)


def _combined(standard: str) -> Count:
    in_test = is_so.EXPECTED_IN_TEST if standard == "expected" else is_so.HIGHER_IN_TEST
    return IN_RWM.where(
        f"rwm_{standard}",
        f"pupils who reached the {standard} standard in reading, writing and maths",
        in_test[Subject.READING],
        is_so.IN_ASSESSMENT[Subject.WRITING, standard],
        in_test[Subject.MATHS],
    )


COMBINED = tuple(
    Measure(
        name=f"rwm_{standard}",
        field=f"PTRWM_{suffix}{{group}}",
        label=f"share of pupils reaching the {standard} standard in reading, writing and maths",
        unit="percent",
        top=_combined(standard),
        bottom=IN_RWM,
        rounding="percent",
        source=is_so.HEADLINE,
        published_for=HEADLINE_GROUPS,
        family="attainment",
    )
    for standard, suffix in (("expected", "EXP"), ("higher", "HIGH"))
)


def _test_measures(subject: Subject) -> tuple[Measure, ...]:
    counted = ELIGIBLE.where(
        f"{subject}_counted",
        f"pupils counted in {subject.label} percentages",
        is_so.COUNTED_IN_TEST[subject],
    )
    scored = ELIGIBLE.where(
        f"{subject}_scored",
        f"pupils with a scaled score in {subject.label}",
        is_so.SCORED_IN_TEST[subject],
    )

    def share(name: str, suffix: str, words: str, top: Count, bottom: Count) -> Measure:
        return Measure(
            name=f"{subject}_{name}",
            field=f"PT{subject.prefix}_{suffix}{{group}}",
            label=f"share of pupils {words} in {subject.label}",
            unit="percent",
            top=top,
            bottom=bottom,
            rounding="percent",
            source=is_so.TABLES if suffix == "AT" else is_so.HEADLINE,
            published_for=WHOLE_COHORT if suffix == "AT" else SUBJECT_GROUPS,
            family="attainment",
            subject=subject,
        )

    return (
        share(
            "expected",
            "EXP",
            "reaching the expected standard",
            counted.where(
                f"{subject}_expected",
                f"pupils who met the expected standard in {subject.label}",
                is_so.EXPECTED_IN_TEST[subject],
            ),
            counted,
        ),
        share(
            "higher",
            "HIGH",
            "reaching the higher standard",
            counted.where(
                f"{subject}_higher",
                f"pupils who reached the higher standard in {subject.label}",
                is_so.HIGHER_IN_TEST[subject],
            ),
            counted,
        ),
        share(
            "unable",
            "AT",
            "absent from or unable to access the test",
            ELIGIBLE.where(
                f"{subject}_unable",
                f"pupils absent from or unable to access the {subject.label} test",
                is_so.UNABLE_IN_TEST[subject],
            ),
            ELIGIBLE,
        ),
        Measure(
            name=f"{subject}_average",
            field=f"{subject.prefix}_AVERAGE{{group}}",
            label=f"average scaled score in {subject.label}",
            unit="score",
            top=Sum(
                f"{subject}_score_sum", "their scaled scores", f"{subject}_average_score", 1, scored
            ),
            bottom=scored,
            rounding="average_score",
            source=is_so.HEADLINE,
            published_for=HEADLINE_GROUPS,
            family="average",
            subject=subject,
        ),
    )


_ASSESSMENT_FIELDS = {
    Subject.WRITING: {
        "expected": ("PTWRITTA_EXP", "reaching the expected standard"),
        "higher": ("PTWRITTA_HIGH", "working at greater depth"),
        "towards": ("PTWRITTA_WTS", "working towards the expected standard"),
        "not_assessed": ("PTWRITTA_AD", "absent or disapplied"),
    },
    Subject.SCIENCE: {
        "expected": ("PTSCITA_EXP", "reaching the expected standard"),
        "not_assessed": ("PTSCITA_AD", "absent or disapplied"),
    },
}


def _among(standard: str, counted: Count) -> Count:
    """Absent and disapplied pupils are a share of the whole cohort, the rest of those counted."""
    return ELIGIBLE if standard == "not_assessed" else counted


def _assessment_measures(subject: Subject) -> tuple[Measure, ...]:
    counted = ELIGIBLE.where(
        f"{subject}_counted",
        f"pupils counted in {subject.label} percentages",
        is_so.COUNTED_IN_ASSESSMENT[subject],
    )
    broken_down = subject is Subject.WRITING
    return tuple(
        Measure(
            name=f"{subject}_{standard}",
            field=f"{field}{{group}}",
            label=f"share of pupils {words} in {subject.label}",
            unit="percent",
            top=_among(standard, counted).where(
                f"{subject}_{standard}",
                f"pupils {words} in {subject.label}",
                is_so.IN_ASSESSMENT[subject, standard],
            ),
            bottom=_among(standard, counted),
            rounding="percent",
            source=is_so.HEADLINE if standard in {"expected", "higher"} else is_so.TABLES,
            published_for=SUBJECT_GROUPS
            if broken_down and standard in {"expected", "higher"}
            else WHOLE_COHORT,
            family="attainment",
            subject=subject,
        )
        for standard, (field, words) in _ASSESSMENT_FIELDS[subject].items()
    )


ATTAINMENT: tuple[Measure, ...] = (
    *COMBINED,
    *(measure for subject in TESTED for measure in _test_measures(subject)),
    *_assessment_measures(Subject.WRITING),
    *_assessment_measures(Subject.SCIENCE),
)

IN_PROGRESS_MEASURE = {
    subject: ELIGIBLE.where(
        f"{subject}_progress_pupils",
        f"pupils in the {subject.label} progress measure",
        is_so.HAS_KS1,
        is_so.IN_GROUP[subject],
        is_so.HAS_POINTS[subject],
    )
    for subject in IN_PROGRESS
}


def _progress_measures(subject: Subject) -> tuple[Measure, ...]:
    pupils = IN_PROGRESS_MEASURE[subject]
    prefix = f"{subject.prefix}PROG"

    def score(name: str, column: str, label: str, field: str, *, headline: bool) -> Measure:
        return Measure(
            name=name,
            field=field,
            label=label,
            unit="points",
            top=Sum(f"{name}_sum", "their progress", column, BILLION, pupils),
            bottom=pupils,
            rounding="progress",
            source=f"{is_so.GUIDE}, calculating a school's progress scores",
            published_for=HEADLINE_GROUPS if headline else WHOLE_COHORT,
            family="progress",
            subject=subject,
            progress=headline,
        )

    return (
        score(
            f"{subject}_progress",
            f"{subject}_progress",
            f"progress score in {subject.label}",
            f"{prefix}{{group}}",
            headline=True,
        ),
        score(
            f"{subject}_progress_unadjusted",
            f"{subject}_unadjusted",
            f"progress score in {subject.label} before minimum scores",
            f"{prefix}{{group}}_UNADJUSTED",
            headline=False,
        ),
        Measure(
            name=f"{subject}_coverage",
            field=f"{subject.prefix}COV{{group}}",
            label=f"share of pupils in the {subject.label} progress measure",
            unit="percent",
            top=pupils,
            bottom=ELIGIBLE,
            rounding="percent",
            source=is_so.TABLES,
            published_for=WHOLE_COHORT,
            family="progress",
            subject=subject,
        ),
    )


WITH_KS1 = ELIGIBLE.where("key_stage_1_pupils", "pupils with a key stage 1 average", is_so.HAS_KS1)
PROGRESS: tuple[Measure, ...] = (
    *(measure for subject in IN_PROGRESS for measure in _progress_measures(subject)),
    Measure(
        name="key_stage_1_average",
        field="TKS1AVERAGE{group}",
        label="average key stage 1 points",
        unit="points",
        top=Sum("ks1_sum", "their average points", "ks1_average", SIXTEENTHS, WITH_KS1),
        bottom=WITH_KS1,
        rounding="key_stage_1_average",
        source=f"{is_so.GUIDE}, key stage 1 point scores",
        published_for=WHOLE_COHORT,
        family="prior_attainment",
    ),
)

LOST_SCRIPTS = {
    subject: ELIGIBLE.where(
        f"{subject}_lost",
        f"pupils with a lost script in {subject.label}",
        is_so.LOST_IN_TEST[subject],
    )
    for subject in TESTED
}

_PRIOR = ("low", "middle", "high")
COMPOSITION = (
    Composition("boys", "BELIG", "PBELIG"),
    Composition("girls", "GELIG", "PGELIG"),
    Composition("low", "TKS1GROUP_L", "PTKS1GROUP_L", _PRIOR),
    Composition("middle", "TKS1GROUP_M", "PTKS1GROUP_M", _PRIOR),
    Composition("high", "TKS1GROUP_H", "PTKS1GROUP_H", _PRIOR),
    Composition("no_ks1", "TKS1GROUP_NA", "PTKS1GROUP_NA"),
    Composition("disadvantaged", "TFSM6CLA1A", "PTFSM6CLA1A"),
    Composition("other", "TNotFSM6CLA1A", "PTNotFSM6CLA1A"),
    Composition("english", "TEALGRP1", "PTEALGRP1"),
    Composition("eal", "TEALGRP2", "PTEALGRP2"),
    Composition("unclassified_language", "TEALGRP3", "PTEALGRP3"),
    Composition("non_mobile", "TMOBN", "PTMOBN"),
    Composition("sen_plan", "TSENELE", "PSENELE"),
    Composition("sen_support", "TSENELK", "PSENELK"),
    Composition("sen_any", "TSENELEK", "PSENELEK"),
)


def measures(*, progress: bool) -> tuple[Measure, ...]:
    """Every measure of a year, with progress or without."""
    return (*ATTAINMENT, *PROGRESS) if progress else ATTAINMENT
