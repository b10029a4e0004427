"""Withholding small numbers.

Published tables withhold figures of fewer than six pupils, and what would give them away. The
rules are those read off the department's tables of 2017 to 2019; where Keystage is stricter, the
record of decisions on disclosure control says why. Analysts' tables hold everything and are not
for publication.
"""

from keystage.cli.pages.example import Example, Spec


def test_a_school_of_five_pupils_shows_their_number_and_nothing_else(spec: Spec) -> None:
    """Six pupils are enough, five are not. The number of pupils itself is always shown."""
    spec(
        Example(
            pupils="""
                URN    | pupils | SEX
                -------+--------+----
                900001 |      5 | F
                900002 |      6 | F
            """,
            figures="""
                school | figure      | top   | bottom | published
                -------+-------------+-------+--------+----------
                900001 | TELIG       |     5 |        | 5
                900001 | GELIG       |     5 |        | SUPP
                900001 | PTRWM_EXP   |     5 |      5 | SUPP
                900001 | READPROG    | -2.30 |      5 | SUPP
                900001 | TKS1AVERAGE |    40 |      5 | SUPP
                900002 | TELIG       |     6 |        | 6
                900002 | GELIG       |     6 |        | 6
                900002 | PTRWM_EXP   |     6 |      6 | 100%
                900002 | READPROG    | -2.76 |      6 | -0.5
            """,
        )
    )


def test_a_group_of_five_pupils(spec: Spec) -> None:
    """The number in a group is shown, its results are not; an empty group is blank.

    In progress an empty group is not applicable. Boys and girls are not withheld together.
    """
    spec(
        Example(
            pupils="""
                URN    | pupils | SEX
                -------+--------+----
                900001 |      5 | F
                900001 |      6 | M
                900002 |      6 | M
            """,
            figures="""
                school | figure      | top   | bottom | published
                -------+-------------+-------+--------+----------
                900001 | GELIG       |     5 |        | 5
                900001 | PTRWM_EXP_G |     5 |      5 | SUPP
                900001 | PTRWM_EXP_B |     6 |      6 | 100%
                900001 | READPROG_G  | -2.30 |      5 | SUPP
                900002 | GELIG       |     0 |        | 0
                900002 | PTRWM_EXP_G |       |        | (blank)
                900002 | READPROG_G  |       |        | NA
            """,
        )
    )


def test_disadvantaged_and_other_pupils_are_withheld_together(spec: Spec) -> None:
    """If either has one to five pupils neither is shown, or one could be had by subtraction."""
    spec(
        Example(
            pupils="""
                URN    | pupils | FSM6CLA1A
                -------+--------+----------
                900001 |      5 |         1
                900001 |     20 |         0
                900002 |      6 |         1
                900002 |      6 |         0
                900003 |     12 |         0
            """,
            figures="""
                school | figure                 | published
                -------+------------------------+----------
                900001 | TFSM6CLA1A             | 5
                900001 | PTRWM_EXP              | 100%
                900001 | PTRWM_EXP_FSM6CLA1A    | SUPP
                900001 | PTRWM_EXP_NotFSM6CLA1A | SUPP
                900001 | READPROG_NotFSM6CLA1A  | SUPP
                900002 | PTRWM_EXP_FSM6CLA1A    | 100%
                900002 | PTRWM_EXP_NotFSM6CLA1A | 100%
                900003 | PTRWM_EXP_FSM6CLA1A    | (blank)
                900003 | PTRWM_EXP_NotFSM6CLA1A | SUPP
            """,
        )
    )


def test_progress_needs_six_pupils_in_the_measure(spec: Spec) -> None:
    """A school of six with five in the measure shows attainment and no progress."""
    spec(
        Example(
            pupils="""
                pupils | KS1READ
                -------+--------
                     5 | EXS
                     1 | A
            """,
            figures="""
                figure         | top   | bottom | published
                ---------------+-------+--------+----------
                PTREAD_EXP     |     6 |      6 | 100%
                READPROG       | -2.30 |      5 | SUPP
                READPROG_LOWER |       |        | SUPP
                READCOV        |     5 |      6 | SUPP
            """,
        )
    )


def test_coverage_below_half(spec: Spec) -> None:
    """Below 50% of the cohort score, limits and coverage give way to LOWCOV; 50% is enough."""
    spec(
        Example(
            pupils="""
                URN    | pupils | KS1READ
                -------+--------+--------
                900001 |      6 | EXS
                900001 |      7 | A
                900002 |      6 | EXS
                900002 |      6 | A
                900003 |     12 | A
            """,
            figures="""
                school | figure         | top   | bottom | published
                -------+----------------+-------+--------+----------
                900001 | READPROG       | -2.76 |      6 | LOWCOV
                900001 | READPROG_UPPER |       |        | LOWCOV
                900001 | READCOV        |     6 |     13 | LOWCOV
                900002 | READPROG       | -2.76 |      6 | -0.5
                900002 | READCOV        |     6 |     12 | 50%
                900003 | READPROG       |     0 |      0 | NA
            """,
        )
    )


def test_a_figure_of_few_scored_pupils_in_a_large_school(spec: Spec) -> None:
    """Keystage also withholds an average or a percentage that rests on one to five pupils.

    Ten pupils are in the cohort, but only three have a scaled score in maths.
    """
    spec(
        Example(
            pupils="""
                pupils | MATOUTCOME | MATSCORE
                -------+------------+---------
                     3 | AS         |      105
                     7 | A          |
            """,
            figures="""
                figure      | top | bottom | published
                ------------+-----+--------+----------
                PTMAT_EXP   |   3 |     10 | 30%
                MAT_AVERAGE | 315 |      3 | SUPP
            """,
        )
    )


def test_a_column_the_file_lacks_is_not_a_zero(spec: Spec) -> None:
    """Without the column SEX nothing is known of boys and girls: not applicable, and not 0."""
    spec(
        Example(
            pupils="""
                pupils | READSCORE
                -------+----------
                    10 |       105
            """,
            figures="""
                figure      | published
                ------------+----------
                GELIG       | NA
                PTRWM_EXP_G | NA
                PTGPS_EXP   | NA
                PTRWM_EXP   | 100%
            """,
        )
    )
