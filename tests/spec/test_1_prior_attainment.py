"""Prior attainment.

Key stage 1 results become points, points an average, and the average a prior attainment group.
Source: 2022 technical guide, key stage 1 point scores and prior attainment groups.
"""

from keystage.cli.pages.example import Example, Spec


def test_the_average_of_jamies_key_stage_1_results(spec: Spec) -> None:
    """English is the mean of reading and writing; the average is the mean of English and maths.

    Jamie has 8 points in reading and 6 in writing, so 7 in English, and 10 in maths: 8.5.
    """
    spec(
        Example(
            pupils="""
                pupil | KS1READ | KS1WRIT | KS1MAT
                ------+---------+---------+-------
                Jamie | EXS     | WTS     | GDS
            """,
            progress="""
                pupil | average | group
                ------+---------+------
                Jamie |     8.5 |    17
            """,
        )
    )


def test_points_of_each_result(spec: Spec) -> None:
    """Greater depth is 10 points, the expected standard 8, working towards 6, foundations 4."""
    spec(
        Example(
            pupils="""
                pupil | KS1READ | KS1WRIT | KS1MAT
                ------+---------+---------+-------
                Asha  | GDS     | GDS     | GDS
                Ben   | EXS     | EXS     | EXS
                Cleo  | WTS     | WTS     | WTS
                Dev   | PKF     | PKF     | PKF
            """,
            progress="""
                pupil | average | group
                ------+---------+------
                Asha  |      10 |    19
                Ben   |       8 |    16
                Cleo  |       6 |    12
                Dev   |       4 |     8
            """,
        )
    )


def test_maths_weighs_as_much_as_reading_and_writing_together(spec: Spec) -> None:
    """Strong readers and writers with weak maths average the same as the other way round."""
    spec(
        Example(
            pupils="""
                pupil | KS1READ | KS1WRIT | KS1MAT
                ------+---------+---------+-------
                Asha  | GDS     | GDS     | PKF
                Ben   | PKF     | PKF     | GDS
                Cleo  | GDS     | PKF     | PKF
            """,
            progress="""
                pupil | average | group
                ------+---------+------
                Asha  |       7 |    14
                Ben   |       7 |    14
                Cleo  |     5.5 |    11
            """,
        )
    )


def test_the_edges_of_the_groups(spec: Spec) -> None:
    """Every average belongs to exactly one group, and the ends of ranges matter.

    Group 8 closes at 4, included, and group 9 opens above it, unlike the groups below; groups 10,
    12, 14, 16 and 19 are single averages. Averages are exact sixteenths, so nothing is rounded.
    """
    spec(
        Example(
            pupils="""
                pupil | KS1AVERAGEPS
                ------+-------------
                Asha  |         0.25
                Ben   |       1.6875
                Cleo  |         1.75
                Dev   |       2.9375
                Ella  |            3
                Finn  |         3.50
                Gita  |            4
                Hugo  |       4.0625
                Iris  |            5
                Jack  |          5.5
                Kai   |            6
                Lena  |          6.5
                Max   |            7
                Nia   |          7.5
                Omar  |            8
                Pia   |          8.5
                Quinn |            9
                Rosa  |          9.5
                Sam   |           10
            """,
            progress="""
                pupil | average | group
                ------+---------+------
                Asha  |    0.25 |     1
                Ben   |  1.6875 |     1
                Cleo  |    1.75 |     2
                Dev   |  2.9375 |     6
                Ella  |       3 |     7
                Finn  |     3.5 |     8
                Gita  |       4 |     8
                Hugo  |  4.0625 |     9
                Iris  |       5 |    10
                Jack  |     5.5 |    11
                Kai   |       6 |    12
                Lena  |     6.5 |    13
                Max   |       7 |    14
                Nia   |     7.5 |    15
                Omar  |       8 |    16
                Pia   |     8.5 |    17
                Quinn |       9 |    17
                Rosa  |     9.5 |    18
                Sam   |      10 |    19
            """,
        )
    )


def test_a_pupil_without_all_three_results_has_no_average(spec: Spec) -> None:
    """Missing, disapplied and absent are disregarded, and so is a blank.

    Such a pupil is out of all three progress measures and stays in attainment.
    """
    spec(
        Example(
            pupils="""
                pupil | KS1READ | KS1WRIT | KS1MAT | READSCORE
                ------+---------+---------+--------+----------
                Asha  | EXS     | EXS     | EXS    |       105
                Ben   | M       | EXS     | EXS    |       105
                Cleo  | EXS     | D       | EXS    |       105
                Dev   | EXS     | EXS     | A      |        95
                Ella  | EXS     |         | EXS    |       105
            """,
            progress="""
                pupil | average | group | subject | progress
                ------+---------+-------+---------+---------
                Asha  |       8 |    16 | writing |     1.43
                Ben   |         |       | writing |
                Cleo  |         |       | writing |
                Dev   |         |       | writing |
                Ella  |         |       | writing |
            """,
            figures="""
                figure       | top   | bottom | printed
                -------------+-------+--------+--------
                PTREAD_EXP   |     4 |      5 | 80%
                READPROG     | -0.46 |      1 | -0.5
                MATPROG      |  0.81 |      1 | 0.8
                TKS1GROUP_NA |     4 |        | 4
            """,
        )
    )


def test_pupils_below_the_pre_key_stage_standards(spec: Spec) -> None:
    """A pupil with BLW takes the points of a P scale, or 3 points where there is none.

    In reading and writing the subject's own P4 to P8 comes first, then P1i to P3ii given for
    English. The rule for maths is printed in the guide as a picture that could not be read: one P
    scale for maths is taken as given, and none is made from strands.
    """
    spec(
        Example(
            pupils="""
                pupil | KS1READ | KS1READPSCALE | KS1WRIT | KS1WRITPSCALE | KS1ENGPSCALE | KS1MAT | KS1MATPSCALE
                ------+---------+---------------+---------+---------------+--------------+--------+-------------
                Asha  | BLW     | P8            | BLW     | P5            |              | PKF    |
                Ben   | BLW     |               | BLW     |               | P3ii         | BLW    | P3i
                Cleo  | BLW     |               | BLW     |               |              | BLW    |
                Dev   | BLW     | P6            | BLW     |               | P2i          | BLW    | P4
            """,  # noqa: E501  # a drawn table is as wide as its columns
            progress="""
                pupil | average | group
                ------+---------+------
                Asha  |  3.1875 |     7
                Ben   |   1.375 |     1
                Cleo  |       3 |     7
                Dev   |   1.625 |     1
            """,
        )
    )


def test_each_p_scale_has_its_points(spec: Spec) -> None:
    """P scales rise by a quarter of a point, from 0.25 at P1i to 2.75 at P8."""
    spec(
        Example(
            pupils="""
                pupil | KS1READ | KS1READPSCALE | KS1WRIT | KS1WRITPSCALE | KS1ENGPSCALE | KS1MAT | KS1MATPSCALE
                ------+---------+---------------+---------+---------------+--------------+--------+-------------
                Asha  | BLW     |               | BLW     |               | P1i          | BLW    | P1i
                Ben   | BLW     |               | BLW     |               | P1ii         | BLW    | P1ii
                Cleo  | BLW     |               | BLW     |               | P2i          | BLW    | P2i
                Dev   | BLW     |               | BLW     |               | P2ii         | BLW    | P2ii
                Ella  | BLW     |               | BLW     |               | P3i          | BLW    | P3i
                Finn  | BLW     |               | BLW     |               | P3ii         | BLW    | P3ii
                Gita  | BLW     | P4            | BLW     | P4            |              | BLW    | P4
                Hugo  | BLW     | P5            | BLW     | P5            |              | BLW    | P5
                Iris  | BLW     | P6            | BLW     | P6            |              | BLW    | P6
                Jack  | BLW     | P7            | BLW     | P7            |              | BLW    | P7
                Kai   | BLW     | P8            | BLW     | P8            |              | BLW    | P8
            """,  # noqa: E501  # same
            progress="""
                pupil | average | group
                ------+---------+------
                Asha  |    0.25 |     1
                Ben   |    0.50 |     1
                Cleo  |    0.75 |     1
                Dev   |    1.00 |     1
                Ella  |    1.25 |     1
                Finn  |    1.50 |     1
                Gita  |    1.75 |     2
                Hugo  |    2.00 |     3
                Iris  |    2.25 |     4
                Jack  |    2.50 |     5
                Kai   |    2.75 |     6
            """,
        )
    )


def test_low_middle_and_high_prior_attainment(spec: Spec) -> None:
    """Low is below 7 points, middle from 7 to 8 with both ends, high above 8.

    Pupils without an average are in none of them. The three shares are of pupils in one of the
    three, the share without an average is of the whole cohort. The school's average is over those
    who have one, here (4 + 6.5 + 7 + 7.5 + 8 + 8.5 + 10) / 7.
    """
    spec(
        Example(
            pupils="""
                pupil | KS1READ | KS1WRIT | KS1MAT
                ------+---------+---------+-------
                Asha  | PKF     | PKF     | PKF
                Ben   | EXS     | WTS     | WTS
                Cleo  | EXS     | EXS     | WTS
                Dev   | EXS     | WTS     | EXS
                Ella  | EXS     | EXS     | EXS
                Finn  | EXS     | GDS     | EXS
                Gita  | GDS     | GDS     | GDS
                Hugo  | A       | A       | A
            """,
            figures="""
                figure        | top  | bottom | printed
                --------------+------+--------+--------
                TKS1GROUP_L   |    2 |        | 2
                TKS1GROUP_M   |    3 |        | 3
                TKS1GROUP_H   |    2 |        | 2
                TKS1GROUP_NA  |    1 |        | 1
                PTKS1GROUP_M  |    3 |      7 | 43%
                PTKS1GROUP_NA |    1 |      8 | 13%
                TKS1AVERAGE   | 51.5 |      7 | 7.4
            """,
        )
    )
