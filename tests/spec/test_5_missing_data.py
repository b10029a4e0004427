"""Missing data.

Results that were lost, or never sent, are treated as the guide's annex E says; pupils who are not
at the end of key stage 2 are in no measure. Source: 2022 technical guide, annex E; inclusion codes
of the checking exercise.
"""

from keystage.cli.pages.example import Example, Spec


def test_a_lost_reading_script(spec: Spec) -> None:
    """M leaves the pupil out of reading and of the combined measure, above and below the line.

    Other subjects are not touched.
    """
    spec(
        Example(
            pupils="""
                pupil | READOUTCOME | READSCORE | MATSCORE
                ------+-------------+-----------+---------
                Asha  | M           |           |      105
                Ben   | AS          |       100 |      105
                Cleo  | NS          |        95 |      105
            """,
            figures="""
                figure       | top    | bottom | printed
                -------------+--------+--------+--------
                PTREAD_EXP   |      1 |      2 | 50%
                PTREAD_HIGH  |      0 |      2 | 0%
                READ_AVERAGE |    195 |      2 | 98
                READPROG     | -15.92 |      2 | -8.0
                PTRWM_EXP    |      1 |      2 | 50%
                PTRWM_HIGH   |      0 |      2 | 0%
                PTMAT_EXP    |      3 |      3 | 100%
                MATPROG      |   2.43 |      3 | 0.8
                PTWRITTA_EXP |      3 |      3 | 100%
            """,
        )
    )


def test_a_lost_maths_script_with_the_standard_achieved(spec: Spec) -> None:
    """AS without a score counts as meeting the expected standard and not the higher one.

    The pupil is out of the average and out of maths progress. The same holds for GPS.
    """
    spec(
        Example(
            pupils="""
                pupil | READSCORE | MATOUTCOME | MATSCORE | GPSOUTCOME | GPSSCORE | WRITTAOUTCOME
                ------+-----------+------------+----------+------------+----------+--------------
                Asha  |       112 | AS         |          | AS         |          | GDS
                Ben   |       112 | AS         |      112 | AS         |      112 | GDS
            """,
            figures="""
                figure      | top   | bottom | printed
                ------------+-------+--------+--------
                PTMAT_EXP   |     2 |      2 | 100%
                PTMAT_HIGH  |     1 |      2 | 50%
                MAT_AVERAGE |   112 |      1 | 112
                MATPROG     |  7.81 |      1 | 7.8
                PTGPS_EXP   |     2 |      2 | 100%
                PTGPS_HIGH  |     1 |      2 | 50%
                GPS_AVERAGE |   112 |      1 | 112
                PTRWM_EXP   |     2 |      2 | 100%
                PTRWM_HIGH  |     1 |      2 | 50%
                READPROG    | 13.08 |      2 | 6.5
            """,
        )
    )


def test_a_lost_gps_script_touches_no_other_measure(spec: Spec) -> None:
    """GPS is not part of the combined measure, so a pupil missing there stays in it."""
    spec(
        Example(
            pupils="""
                pupil | GPSOUTCOME | GPSSCORE
                ------+------------+---------
                Asha  | M          |
                Ben   | AS         |      104
            """,
            figures="""
                figure    | top | bottom | printed
                ----------+-----+--------+--------
                PTGPS_EXP |   1 |      1 | 100%
                PTRWM_EXP |   2 |      2 | 100%
            """,
        )
    )


def test_half_the_scripts_of_a_subject_are_missing(spec: Spec) -> None:
    """A school with 50% or more of its scripts missing in a subject shows nothing in that subject.

    Six of twelve reading scripts are lost in school 900001 and five of twelve in 900002. Other
    subjects, and the combined measure, are shown.
    """
    spec(
        Example(
            pupils="""
                URN    | pupils | READOUTCOME | READSCORE
                -------+--------+-------------+----------
                900001 |      6 | M           |
                900001 |      6 | AS          |       105
                900002 |      5 | M           |
                900002 |      7 | AS          |       105
            """,
            figures="""
                school | figure       | top   | bottom | published
                -------+--------------+-------+--------+----------
                900001 | PTREAD_EXP   |     6 |      6 | SUPP
                900001 | READ_AVERAGE |   630 |      6 | SUPP
                900001 | READPROG     | -2.76 |      6 | SUPP
                900001 | PTMAT_EXP    |    12 |     12 | 100%
                900001 | PTRWM_EXP    |     6 |      6 | 100%
                900002 | PTREAD_EXP   |     7 |      7 | 100%
                900002 | READPROG     | -3.22 |      7 | -0.5
            """,
        )
    )


def test_a_blank_writing_outcome(spec: Spec) -> None:
    """It counts as not meeting the standard, in writing and combined, and is out of progress."""
    spec(
        Example(
            pupils="""
                pupil | WRITTAOUTCOME
                ------+--------------
                Asha  | EXS
                Ben   |
            """,
            findings="TAS-105",
            figures="""
                figure        | top  | bottom | printed
                --------------+------+--------+--------
                PTWRITTA_EXP  |    1 |      2 | 50%
                PTWRITTA_HIGH |    0 |      2 | 0%
                PTWRITTA_AD   |    0 |      2 | 0%
                PTRWM_EXP     |    1 |      2 | 50%
                WRITPROG      | 1.43 |      1 | 1.4
                WRITCOV       |    1 |      2 | 50%
            """,
        )
    )


def test_a_blank_science_outcome(spec: Spec) -> None:
    """It counts as not meeting the standard."""
    spec(
        Example(
            pupils="""
                pupil | SCITAOUTCOME
                ------+-------------
                Asha  | EXS
                Ben   |
            """,
            figures="""
                figure      | top | bottom | printed
                ------------+-----+--------+--------
                PTSCITA_EXP |   1 |      2 | 50%
            """,
        )
    )


def test_neither_an_outcome_nor_a_score(spec: Spec) -> None:
    """No rule was found for it; it counts as not meeting the standard, with a warning."""
    spec(
        Example(
            pupils="""
                pupil | MATOUTCOME | MATSCORE
                ------+------------+---------
                Asha  | AS         |      105
                Ben   |            |
            """,
            findings="TST-106",
            figures="""
                figure    | top  | bottom | printed
                ----------+------+--------+--------
                PTMAT_EXP |    1 |      2 | 50%
                MATPROG   | 0.81 |      1 | 0.8
            """,
        )
    )


def test_pupils_who_are_not_at_the_end_of_key_stage_2(spec: Spec) -> None:
    """Only inclusion code 201 counts: 202 is not at the end, 203 is left out at the school's wish.

    Such a pupil is in no measure at all, whatever the results say: the whole pupil is removed and
    never one subject.
    """
    spec(
        Example(
            pupils="""
                pupil | P_INCL | READSCORE
                ------+--------+----------
                Asha  |    201 |       105
                Ben   |    202 |        80
                Cleo  |    203 |        80
            """,
            figures="""
                figure      | top   | bottom | printed
                ------------+-------+--------+--------
                TELIG       |     1 |        | 1
                PTREAD_EXP  |     1 |      1 | 100%
                PTRWM_EXP   |     1 |      1 | 100%
                READPROG    | -0.46 |      1 | -0.5
                TKS1AVERAGE |     8 |      1 | 8.0
            """,
        )
    )
