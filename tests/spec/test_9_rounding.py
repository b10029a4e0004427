"""Rounding.

Figures are kept exact until they are printed, and rounded once, in whole numbers. Halves go up, as
every exact half of the published tables does; negative halves, which those tables cannot show, go
away from zero by assumption. Source: the department's tables of 2017 and 2018.
"""

from keystage.cli.pages.example import Example, Spec


def test_half_a_percent_goes_up(spec: Spec) -> None:
    """1 of 8 is 12.5% and prints as 13%; 5 of 8 is 62.5% and prints as 63%, not to the even 62."""
    spec(
        Example(
            pupils="""
                URN    | pupils | READSCORE
                -------+--------+----------
                900001 |      1 |       105
                900001 |      7 |        95
                900002 |      5 |       105
                900002 |      3 |        95
                900003 |      1 |       105
                900003 |    200 |        95
            """,
            figures="""
                school | figure     | top | bottom | printed
                -------+------------+-----+--------+--------
                900001 | PTREAD_EXP |   1 |      8 | 13%
                900002 | PTREAD_EXP |   5 |      8 | 63%
                900003 | PTREAD_EXP |   1 |    201 | 0%
            """,
        )
    )


def test_half_a_tenth_of_a_progress_score(spec: Spec) -> None:
    """4.05 prints as 4.1 and -4.45 as -4.5; -0.02 prints as 0.0, never as -0.0.

    In binary fractions 4.05 lies just below the half, and would print as 4.0.
    """
    spec(
        Example(
            pupils="""
                URN    | pupils | KS1READ | KS1WRIT | KS1MAT | READSCORE
                -------+--------+---------+---------+--------+----------
                900001 |      1 | GDS     | GDS     | GDS    |       116
                900001 |      1 | WTS     | EXS     | EXS    |       107
                900002 |      1 | GDS     | GDS     | GDS    |       103
                900002 |      1 | WTS     | EXS     | EXS    |       103
                900003 |     11 | EXS     | EXS     | EXS    |       106
                900003 |     14 | EXS     | EXS     | EXS    |       105
            """,
            figures="""
                school | figure   | top   | bottom | printed
                -------+----------+-------+--------+--------
                900001 | READPROG |  8.10 |      2 |     4.1
                900002 | READPROG | -8.90 |      2 |    -4.5
                900003 | READPROG | -0.50 |     25 |     0.0
            """,
        )
    )


def test_an_average_scaled_score_is_a_whole_number(spec: Spec) -> None:
    """100.5 prints as 101. The average of key stage 1 points has one decimal, and halves go up."""
    spec(
        Example(
            pupils="""
                pupil | KS1READ | KS1WRIT | KS1MAT | READSCORE
                ------+---------+---------+--------+----------
                Asha  | EXS     | WTS     | EXS    |       100
                Ben   | EXS     | EXS     | EXS    |       101
            """,
            figures="""
                figure       | top  | bottom | printed
                -------------+------+--------+--------
                READ_AVERAGE |  201 |      2 |     101
                TKS1AVERAGE  | 15.5 |      2 |     7.8
            """,
        )
    )
