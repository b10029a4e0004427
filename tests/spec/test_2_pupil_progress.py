"""Progress of a pupil.

A pupil's progress is their key stage 2 points less the national average of their prior attainment
group, and may not fall below the group's minimum. It is a step on the way to a school's score, not
a figure for pupils or parents. Source: 2022 technical guide, calculating an individual pupil's
progress scores, key stage 2 point scores and annex C.
"""

from keystage.cli.pages.example import Example, Spec


def test_jamies_progress_in_maths(spec: Spec) -> None:
    """A score of 109 in maths, in group 17 whose average is 107.36, is progress of 1.64."""
    spec(
        Example(
            pupils="""
                pupil | KS1READ | KS1WRIT | KS1MAT | MATSCORE
                ------+---------+---------+--------+---------
                Jamie | EXS     | WTS     | GDS    |      109
            """,
            progress="""
                pupil | group | subject | points | national | unadjusted | progress
                ------+-------+---------+--------+----------+------------+---------
                Jamie |    17 | maths   |    109 |   107.36 |       1.64 |     1.64
            """,
        )
    )


def test_points_for_writing(spec: Spec) -> None:
    """Writing has no test, so each teacher assessment has points, used for progress only."""
    spec(
        Example(
            pupils="""
                pupil | WRITTAOUTCOME
                ------+--------------
                Asha  | GDS
                Ben   | EXS
                Cleo  | WTS
                Dev   | PK6
                Ella  | PK1
                Finn  | EM
            """,
            progress="""
                pupil | subject | points | national | unadjusted | progress
                ------+---------+--------+----------+------------+---------
                Asha  | writing |    113 |   101.57 |      11.43 |    11.43
                Ben   | writing |    103 |   101.57 |       1.43 |     1.43
                Cleo  | writing |     91 |   101.57 |     -10.57 |   -10.57
                Dev   | writing |     79 |   101.57 |     -22.57 | -13.5895
                Ella  | writing |     64 |   101.57 |     -37.57 | -13.5895
                Finn  | writing |     60 |   101.57 |     -41.57 | -13.5895
            """,
        )
    )


def test_points_below_the_standard_of_the_test(spec: Spec) -> None:
    """A pupil working below the test takes the points of the pre-key stage standard.

    The engagement model has the lowest points, 60.
    """
    spec(
        Example(
            pupils="""
                pupil | KS1READ | KS1WRIT | KS1MAT | READOUTCOME | READTAOUTCOME
                ------+---------+---------+--------+-------------+--------------
                Asha  | PKF     | PKF     | PKF    | B           | PK6
                Ben   | PKF     | PKF     | PKF    | B           | PK5
                Cleo  | PKF     | PKF     | PKF    | B           | PK4
                Dev   | PKF     | PKF     | PKF    | B           | PK3
                Ella  | PKF     | PKF     | PKF    | B           | PK2
                Finn  | PKF     | PKF     | PKF    | B           | PK1
                Gita  | PKF     | PKF     | PKF    | B           | EM
            """,
            progress="""
                pupil | group | subject | points | national | progress
                ------+-------+---------+--------+----------+---------
                Asha  |     8 | reading |     79 |    87.15 |    -8.15
                Ben   |     8 | reading |     76 |    87.15 |   -11.15
                Cleo  |     8 | reading |     73 |    87.15 |   -14.15
                Dev   |     8 | reading |     70 |    87.15 |   -17.15
                Ella  |     8 | reading |     67 |    87.15 |   -20.15
                Finn  |     8 | reading |     64 |    87.15 |   -23.15
                Gita  |     8 | reading |     60 |    87.15 | -26.9386
            """,
        )
    )


def test_too_few_marks_for_a_scaled_score(spec: Spec) -> None:
    """A pupil who was entered and gained too few marks has 79 points.

    The 79 is for pupils without a pre-key stage assessment: one who has it takes its points.
    """
    spec(
        Example(
            pupils="""
                pupil | READOUTCOME | READSCORE | READTAOUTCOME
                ------+-------------+-----------+--------------
                Asha  | NS          | N         |
                Ben   | N           |           |
                Cleo  | NS          | N         | PK3
                Dev   | NS          | 80        |
            """,
            progress="""
                pupil | subject | points | unadjusted | progress
                ------+---------+--------+------------+---------
                Asha  | reading |     79 |     -26.46 | -15.2264
                Ben   | reading |     79 |     -26.46 | -15.2264
                Cleo  | reading |     70 |     -35.46 | -15.2264
                Dev   | reading |     80 |     -25.46 | -15.2264
            """,
        )
    )


def test_outcomes_without_points_are_out_of_progress(spec: Spec) -> None:
    """Absent, unable, just arrived, annulled and missing results give no points.

    A lost script with the standard achieved gives none either, since there is no scaled score.
    """
    spec(
        Example(
            pupils="""
                pupil | MATOUTCOME
                ------+-----------
                Asha  | A
                Ben   | U
                Cleo  | J
                Dev   | H
                Ella  | Q
                Finn  | M
                Gita  | AS
            """,
            progress="""
                pupil | group | subject | points | progress
                ------+-------+---------+--------+---------
                Asha  |    16 | maths   |        |
                Ben   |    16 | maths   |        |
                Cleo  |    16 | maths   |        |
                Dev   |    16 | maths   |        |
                Ella  |    16 | maths   |        |
                Finn  |    16 | maths   |        |
                Gita  |    16 | maths   |        |
            """,
            figures="""
                figure  | top | bottom | printed
                --------+-----+--------+--------
                MATPROG |   0 |      0 |
                MATCOV  |   0 |      7 | 0%
            """,
        )
    )


def test_an_extremely_low_score_counts_as_the_groups_minimum(spec: Spec) -> None:
    """In group 16 reading progress counts as -15.2264 at least; 105.46 - 15.2264 is 90.2336.

    A score of 91 is above it and 90 below. There is no maximum for high scores.
    """
    spec(
        Example(
            pupils="""
                pupil | KS1READ | KS1WRIT | KS1MAT | READOUTCOME | READSCORE | READTAOUTCOME
                ------+---------+---------+--------+-------------+-----------+--------------
                Asha  | EXS     | EXS     | EXS    | NS          |        91 |
                Ben   | EXS     | EXS     | EXS    | NS          |        90 |
                Cleo  | EXS     | EXS     | EXS    | B           |           | EM
                Dev   | PKF     | PKF     | PKF    | AS          |       120 |
            """,
            progress="""
                pupil | group | subject | minimum  | unadjusted | progress
                ------+-------+---------+----------+------------+---------
                Asha  |    16 | reading | -15.2264 |     -14.46 |   -14.46
                Ben   |    16 | reading | -15.2264 |     -15.46 | -15.2264
                Cleo  |    16 | reading | -15.2264 |     -45.46 | -15.2264
                Dev   |     8 | reading | -26.9386 |      32.85 |    32.85
            """,
        )
    )


def test_groups_1_to_7_have_no_minimum(spec: Spec) -> None:
    """Even 60 points are not far enough below these groups' averages to be extreme.

    The guide's first table prints thresholds for them too; its later table says they do not apply.
    """
    spec(
        Example(
            pupils="""
                pupil | KS1READ | KS1WRIT | KS1MAT | READOUTCOME | READTAOUTCOME
                ------+---------+---------+--------+-------------+--------------
                Asha  | BLW     | BLW     | BLW    | B           | EM
            """,
            progress="""
                pupil | group | subject | minimum | unadjusted | progress
                ------+-------+---------+---------+------------+---------
                Asha  |     7 | reading |         |     -25.66 |   -25.66
            """,
        )
    )


def test_the_minimum_of_group_19_is_that_of_the_later_table(spec: Spec) -> None:
    """The guide prints -13.83 once, left over from another year, and -12.1759 twice."""
    spec(
        Example(
            pupils="""
                pupil | KS1READ | KS1WRIT | KS1MAT | READSCORE
                ------+---------+---------+--------+----------
                Asha  | GDS     | GDS     | GDS    |        99
                Ben   | GDS     | GDS     | GDS    |       100
            """,
            progress="""
                pupil | group | subject | minimum  | unadjusted | progress
                ------+-------+---------+----------+------------+---------
                Asha  |    19 | reading | -12.1759 |     -13.18 | -12.1759
                Ben   |    19 | reading | -12.1759 |     -12.18 | -12.1759
            """,
        )
    )


def test_the_writing_average_of_group_13_is_kept_as_printed(spec: Spec) -> None:
    """It is printed with one decimal, 95.8, so progress there is good to 0.05 only."""
    spec(
        Example(
            pupils="""
                pupil | KS1READ | KS1WRIT | KS1MAT | WRITTAOUTCOME
                ------+---------+---------+--------+--------------
                Asha  | EXS     | WTS     | WTS    | EXS
            """,
            progress="""
                pupil | average | group | subject | national | progress
                ------+---------+-------+---------+----------+---------
                Asha  |     6.5 |    13 | writing |     95.8 |      7.2
            """,
        )
    )


def test_teacher_assessment_never_replaces_a_test_result(spec: Spec) -> None:
    """A pupil with a scaled score is measured by it, whatever a teacher assessment says.

    A result that was annulled, or a test that was missed, is not replaced either.
    """
    spec(
        Example(
            pupils="""
                pupil | READOUTCOME | READSCORE | READTAOUTCOME
                ------+-------------+-----------+--------------
                Asha  | AS          |       105 | PK6
                Ben   | A           |           | PK6
            """,
            progress="""
                pupil | subject | points | progress
                ------+---------+--------+---------
                Asha  | reading |    105 |    -0.46
                Ben   | reading |        |
            """,
        )
    )
