"""Progress of a school.

A school's score in a subject is the plain mean of the progress of its pupils in the measure, with
a 95% confidence interval. Source: 2022 technical guide, calculating a school's progress scores,
annexes C and D.
"""

from keystage.cli.pages.example import Example, Spec

BANDS = """
    [year]
    id = 2022
    release = "provisional"

    [sources.invented]
    title = "Invented cut-offs, for this example"
    read_on = 2026-11-21

    [banding]
    source = "invented"
    confidence = "C"
    scheme = "five_bands"
    labels = ["well above", "above", "average", "below", "well below"]
    reading = { high = { value = 3.2 }, low = { value = -2.9 } }
    writing = { high = { value = 2.6 }, low = { value = -2.6 } }
    maths = { high = { value = 3.0 }, low = { value = -3.2 } }
"""


def test_the_score_of_jamies_school(spec: Spec) -> None:
    """The progress of 60 pupils adds up to 132.40, so the score is 2.206666…, or 2.21.

    Tables print one decimal. Jamie, Chloe and Harry have the progress of the guide's example; the
    others are chosen to reach its sum. The interval is 1.96 × 5.8490 / √60 = 1.4800 each way.
    """
    spec(
        Example(
            pupils="""
                pupil | pupils | KS1READ | KS1WRIT | KS1MAT | MATSCORE
                ------+--------+---------+---------+--------+---------
                Jamie |      1 | EXS     | WTS     | GDS    |      109
                Chloe |      1 | WTS     | WTS     | PKF    |       95
                Harry |      1 | EXS     | WTS     | GDS    |      102
                Asha  |      3 | EXS     | WTS     | GDS    |      109
                Ben   |     33 | EXS     | WTS     | PKF    |       96
                Cleo  |     21 | EXS     | WTS     | PKF    |       97
            """,
            progress="""
                pupil | group | subject | progress
                ------+-------+---------+---------
                Jamie |    17 | maths   |     1.64
                Chloe |    10 | maths   |     2.20
                Harry |    17 | maths   |    -5.36
            """,
            figures="""
                figure        | top    | bottom | printed
                --------------+--------+--------+--------
                MATPROG       | 132.40 |     60 | 2.2
                MATPROG_LOWER |        |        | 0.7
                MATPROG_UPPER |        |        | 3.7
                MATCOV        |     60 |     60 | 100%
            """,
        )
    )


def test_school_b_with_two_extremely_low_scores(spec: Spec) -> None:
    """Pupils 5 and 7 are raised to -26.9386 and -12.1759; the others stay as they are.

    The score is -23.1645 / 9 = -2.573833…; without minimums it would be -26.38 / 9 = -2.931111….
    Raising to the two-decimal thresholds the guide shows would give -23.17, which only two decimals
    hide. The interval is 4.1076 each way.
    """
    spec(
        Example(
            pupils="""
                pupil   | KS1READ | KS1WRIT | KS1MAT | KS1READPSCALE | KS1WRITPSCALE | KS1MATPSCALE | READOUTCOME | READSCORE | READTAOUTCOME
                --------+---------+---------+--------+---------------+---------------+--------------+-------------+-----------+--------------
                Pupil 1 | BLW     | BLW     | BLW    | P6            | P6            | P6           | B           |           | PK3
                Pupil 2 | BLW     | BLW     | BLW    |               |               |              | NS          |        99 |
                Pupil 3 | EXS     | WTS     | PKF    |               |               |              | NS          |        99 |
                Pupil 4 | BLW     | BLW     | BLW    | P5            | P5            | P5           | B           |           | PK2
                Pupil 5 | PKF     | PKF     | PKF    |               |               |              | B           |           | EM
                Pupil 6 | WTS     | EXS     | EXS    |               |               |              | AS          |       106 |
                Pupil 7 | GDS     | GDS     | GDS    |               |               |              | NS          |        97 |
                Pupil 8 | PKF     | PKF     | PKF    |               |               |              | NS          |        89 |
                Pupil 9 | WTS     | EXS     | EXS    |               |               |              | AS          |       103 |
            """,  # noqa: E501  # a drawn table is as wide as its columns
            progress="""
                pupil   | group | subject | minimum  | unadjusted | progress
                --------+-------+---------+----------+------------+---------
                Pupil 1 |     4 | reading |          |      -4.02 |    -4.02
                Pupil 2 |     7 | reading |          |      13.34 |    13.34
                Pupil 3 |    11 | reading | -23.4831 |       4.86 |     4.86
                Pupil 4 |     3 | reading |          |      -3.64 |    -3.64
                Pupil 5 |     8 | reading | -26.9386 |     -27.15 | -26.9386
                Pupil 6 |    15 | reading | -17.0395 |       3.28 |     3.28
                Pupil 7 |    19 | reading | -12.1759 |     -15.18 | -12.1759
                Pupil 8 |     8 | reading | -26.9386 |       1.85 |     1.85
                Pupil 9 |    15 | reading | -17.0395 |       0.28 |     0.28
            """,
            figures="""
                figure              | top      | bottom | printed
                --------------------+----------+--------+--------
                READPROG            | -23.1645 |      9 |    -2.6
                READPROG_UNADJUSTED |   -26.38 |      9 |    -2.9
                READPROG_LOWER      |          |        |    -6.7
                READPROG_UPPER      |          |        |     1.5
            """,
        )
    )


def test_only_pupils_in_the_measure_share_in_the_mean(spec: Spec) -> None:
    """The mean is over pupils with points and a group in the subject, not over the cohort.

    Each subject has its own pupils, and so its own interval. Coverage is the share of the cohort
    that is in the measure.
    """
    spec(
        Example(
            pupils="""
                pupil | KS1READ | READOUTCOME | READSCORE | WRITTAOUTCOME
                ------+---------+-------------+-----------+--------------
                Asha  | EXS     | AS          |       107 | EXS
                Ben   | EXS     | AS          |       109 | WTS
                Cleo  | EXS     | A           |           | GDS
                Dev   | A       | AS          |       120 | GDS
            """,
            figures="""
                figure              | top  | bottom | printed
                --------------------+------+--------+--------
                READPROG            | 5.08 |      2 | 2.5
                READPROG_LOWER      |      |        | -6.2
                READPROG_UPPER      |      |        | 11.3
                READCOV             |    2 |      4 | 50%
                WRITPROG            | 2.29 |      3 | 0.8
                WRITPROG_UNADJUSTED | 2.29 |      3 | 0.8
                WRITCOV             |    3 |      4 | 75%
                MATPROG             | 2.43 |      3 | 0.8
                MATPROG_UNADJUSTED  | 2.43 |      3 | 0.8
            """,
        )
    )


def test_a_groups_interval_uses_the_national_deviation_and_its_own_number(spec: Spec) -> None:
    """Four girls: 1.96 × 6.2871 / √4 = 6.1614 each way, around 1.54."""
    spec(
        Example(
            pupils="""
                pupil | pupils | SEX | READSCORE
                ------+--------+-----+----------
                Asha  |      4 | F   |       107
                Ben   |     21 | M   |       106
            """,
            figures="""
                figure           | top   | bottom | printed
                -----------------+-------+--------+--------
                READPROG_G       |  6.16 |      4 |     1.5
                READPROG_G_LOWER |       |        |    -4.6
                READPROG_G_UPPER |       |        |     7.7
                READPROG_B       | 11.34 |     21 |     0.5
                READPROG         | 17.50 |     25 |     0.7
                READPROG_LOWER   |       |        |    -1.8
                READPROG_UPPER   |       |        |     3.2
            """,
        )
    )


def test_no_band_is_given_where_no_cut_off_was_published(spec: Spec) -> None:
    """For 2022 the guide gives a distribution of scores and no cut-offs, so no band is printed."""
    spec(
        Example(
            pupils="""
                pupil | pupils | READSCORE
                ------+--------+----------
                Asha  |     25 |       108
            """,
            figures="""
                figure         | top  | bottom | printed | published
                ---------------+------+--------+---------+----------
                READPROG       | 63.5 |     25 |     2.5 | 2.5
                READPROG_DESCR |      |        |         | NA
            """,
        )
    )


def test_bands_are_decided_on_printed_values(spec: Spec) -> None:
    """A limit that prints as 0.0 is not significant, though the unrounded limit may be above zero.

    The guide's two conditions leave out a limit of exactly zero; published tables put it in the
    middle band. School 900001 scores 2.50 and its lower limit, 0.0355, prints as 0.0; 900002
    scores 2.54 and its lower limit prints as 0.1. The upper limit of 900004, -0.0045 before
    rounding, prints as 0.0 and never as -0.0.
    """
    spec(
        Example(
            statute=BANDS,
            pupils="""
                URN    | pupils | READSCORE
                -------+--------+----------
                900001 |     24 |       108
                900001 |      1 |       107
                900002 |     25 |       108
                900003 |     25 |       109
                900004 |     25 |       103
                900005 |     25 |       102
                900006 |     22 |       103
                900006 |      3 |       102
            """,
            figures="""
                school | figure         | top   | bottom | printed
                -------+----------------+-------+--------+--------
                900001 | READPROG       |  62.5 |     25 |     2.5
                900001 | READPROG_LOWER |       |        |     0.0
                900001 | READPROG_DESCR |       |        |       3
                900002 | READPROG       |  63.5 |     25 |     2.5
                900002 | READPROG_LOWER |       |        |     0.1
                900002 | READPROG_DESCR |       |        |       2
                900003 | READPROG       |  88.5 |     25 |     3.5
                900003 | READPROG_DESCR |       |        |       1
                900004 | READPROG       | -61.5 |     25 |    -2.5
                900004 | READPROG_UPPER |       |        |     0.0
                900004 | READPROG_DESCR |       |        |       3
                900005 | READPROG       | -86.5 |     25 |    -3.5
                900005 | READPROG_DESCR |       |        |       5
                900006 | READPROG       | -64.5 |     25 |    -2.6
                900006 | READPROG_UPPER |       |        |    -0.1
                900006 | READPROG_DESCR |       |        |       4
            """,
        )
    )
