"""Pupil groups.

Every measure is made again for groups of pupils. A group is a part of the cohort and its figures
are made of its own pupils alone. Source: 2022 technical guide, disadvantaged pupils, progress and
attainment by prior attainment; field lists of the published tables.
"""

from keystage.cli.pages.example import Example, Spec


def test_disadvantaged_and_other_pupils(spec: Spec) -> None:
    """Everyone is one or the other. FSM6CLA1A, which adds children looked after, is preferred."""
    spec(
        Example(
            pupils="""
                pupil | FSM6_P | FSM6CLA1A | READSCORE
                ------+--------+-----------+----------
                Asha  |      1 |         1 |       105
                Ben   |      0 |         1 |        95
                Cleo  |      0 |         0 |       105
                Dev   |      0 |         0 |       110
            """,
            figures="""
                figure                  | top  | bottom | printed
                ------------------------+------+--------+--------
                TFSM6CLA1A              |    2 |        | 2
                TNotFSM6CLA1A           |    2 |        | 2
                PTFSM6CLA1A             |    2 |      4 | 50%
                PTREAD_EXP_FSM6CLA1A    |    1 |      2 | 50%
                PTREAD_EXP_NotFSM6CLA1A |    2 |      2 | 100%
                READPROG_NotFSM6CLA1A   | 4.08 |      2 | 2.0
            """,
        )
    )


def test_the_file_of_september_has_free_meals_only(spec: Spec) -> None:
    """Where a file lacks FSM6CLA1A, FSM6_P says who is disadvantaged."""
    spec(
        Example(
            pupils="""
                pupil | FSM6_P
                ------+-------
                Asha  |      1
                Ben   |      0
            """,
            figures="""
                figure        | top | bottom | printed
                --------------+-----+--------+--------
                TFSM6CLA1A    |   1 |        |       1
                TNotFSM6CLA1A |   1 |        |       1
            """,
        )
    )


def test_first_language_groups(spec: Spec) -> None:
    """Group 2 is English as an additional language; group 3 refused or was not asked."""
    spec(
        Example(
            pupils="""
                pupil | EALGRP | READSCORE
                ------+--------+----------
                Asha  |      1 |       105
                Ben   |      2 |       105
                Cleo  |      2 |        95
                Dev   |      3 |       105
            """,
            figures="""
                figure        | top | bottom | printed
                --------------+-----+--------+--------
                TEALGRP2      |   2 |        | 2
                PTEALGRP3     |   1 |      4 | 25%
                PTRWM_EXP_EAL |   1 |      2 | 50%
            """,
        )
    )


def test_sen_groups(spec: Spec) -> None:
    """E is an education, health and care plan, K is SEN support, and together they are SENEK."""
    spec(
        Example(
            pupils="""
                pupil | SENF | READSCORE
                ------+------+----------
                Asha  | E    |        95
                Ben   | K    |       105
                Cleo  | N    |       105
            """,
            figures="""
                figure          | top | bottom | printed
                ----------------+-----+--------+--------
                TSENELE         |   1 |        | 1
                TSENELEK        |   2 |        | 2
                PSENELEK        |   2 |      3 | 67%
                PTRWM_EXP_SENEK |   1 |      2 | 50%
                PTRWM_EXP_SENN  |   1 |      1 | 100%
            """,
        )
    )


def test_results_are_shown_for_pupils_who_did_not_move(spec: Spec) -> None:
    """The flag says who is mobile, and the tables show the others."""
    spec(
        Example(
            pupils="""
                pupil | NEWMOBILE | READSCORE
                ------+-----------+----------
                Asha  |         0 |       105
                Ben   |         0 |       110
                Cleo  |         1 |        95
            """,
            figures="""
                figure         | top | bottom | printed
                ---------------+-----+--------+--------
                TMOBN          |   2 |        | 2
                PTRWM_EXP_MOBN |   2 |      2 | 100%
            """,
        )
    )


def test_attainment_by_prior_attainment(spec: Spec) -> None:
    """Pupils without a key stage 1 average are in none of low, middle and high, but by themselves.

    They have attainment figures and no progress.
    """
    spec(
        Example(
            pupils="""
                pupil | KS1READ | KS1WRIT | KS1MAT | READSCORE
                ------+---------+---------+--------+----------
                Asha  | PKF     | PKF     | PKF    |        95
                Ben   | EXS     | EXS     | EXS    |       105
                Cleo  | GDS     | GDS     | GDS    |       115
                Dev   |         |         |        |       105
            """,
            figures="""
                figure        | top   | bottom | printed
                --------------+-------+--------+--------
                PTREAD_EXP_L  |     0 |      1 | 0%
                PTREAD_EXP_M  |     1 |      1 | 100%
                PTREAD_HIGH_H |     1 |      1 | 100%
                PTREAD_EXP_NA |     1 |      1 | 100%
                READPROG_L    |  7.85 |      1 | 7.9
                READPROG_M    | -0.46 |      1 | -0.5
                READPROG_H    |  2.82 |      1 | 2.8
                READPROG_NA   |     0 |      0 |
            """,
        )
    )


def test_a_gap_is_made_of_printed_figures(spec: Spec) -> None:
    """A school's disadvantaged pupils are compared with other pupils nationally, as printed.

    Here the national figure of other pupils is given as 66%: 14% less 66% is -52, though 1 in 7 is
    14.29%. For 2022 none was published, so without one a gap is not applicable.
    """
    pupils = """
        FSM6CLA1A | pupils | READSCORE
        ----------+--------+----------
                1 |      1 |       105
                1 |      6 |        95
                0 |      6 |       105
    """
    spec(
        Example(
            pupils=pupils,
            statute="""
                [year]
                id = 2022
                release = "provisional"

                [sources.invented]
                title = "Invented national figures, for this example"
                read_on = 2026-11-21

                [national_figures]
                source = "invented"
                confidence = "C"
                [national_figures.values]
                PTRWM_EXP_NotFSM6CLA1A = 66
            """,
            figures="""
                figure              | published
                --------------------+----------
                PTRWM_EXP_FSM6CLA1A | 14%
                DIFFN_RWM_EXP       | -52
            """,
        )
    )
    spec(
        Example(
            pupils=pupils,
            figures="""
                figure        | published
                --------------+----------
                DIFFN_RWM_EXP | NA
            """,
        )
    )
