"""Attainment.

Percentages are of pupils at the end of key stage 2, whatever their outcome, less those whose result
is missing through nobody's doing. Source: 2022 technical guide, key stage 2 headline measures;
outcome codes of the checking exercise.
"""

from keystage.cli.pages.example import Example, Spec


def test_all_three_subjects_must_be_met(spec: Spec) -> None:
    """A pupil counts only when reading, writing and maths are all met."""
    spec(
        Example(
            pupils="""
                pupil | READSCORE | WRITTAOUTCOME | MATSCORE
                ------+-----------+---------------+---------
                Asha  |       100 | EXS           |      100
                Ben   |       112 | WTS           |      118
                Cleo  |        99 | GDS           |      120
                Dev   |       110 | EXS           |       99
            """,
            figures="""
                figure       | top | bottom | printed
                -------------+-----+--------+--------
                PTRWM_EXP    |   1 |      4 | 25%
                PTREAD_EXP   |   3 |      4 | 75%
                PTWRITTA_EXP |   3 |      4 | 75%
                PTMAT_EXP    |   3 |      4 | 75%
            """,
        )
    )


def test_the_higher_standard_is_110_and_greater_depth(spec: Spec) -> None:
    """Every one of the three must be higher: 110 in both tests and GDS in writing."""
    spec(
        Example(
            pupils="""
                pupil | READSCORE | WRITTAOUTCOME | MATSCORE
                ------+-----------+---------------+---------
                Asha  |       110 | GDS           |      110
                Ben   |       120 | EXS           |      120
                Cleo  |       109 | GDS           |      120
                Dev   |       110 | GDS           |      109
            """,
            figures="""
                figure        | top | bottom | printed
                --------------+-----+--------+--------
                PTRWM_HIGH    |   1 |      4 | 25%
                PTRWM_EXP     |   4 |      4 | 100%
                PTREAD_HIGH   |   3 |      4 | 75%
                PTMAT_HIGH    |   3 |      4 | 75%
                PTWRITTA_HIGH |   3 |      4 | 75%
            """,
        )
    )


def test_gps_is_reported_apart(spec: Spec) -> None:
    """Grammar, punctuation and spelling has its own measures and is no part of the combined one."""
    spec(
        Example(
            pupils="""
                pupil | READSCORE | MATSCORE | GPSOUTCOME | GPSSCORE
                ------+-----------+----------+------------+---------
                Asha  |       105 |      105 | AS         |      100
                Ben   |       105 |      105 | NS         |       99
                Cleo  |       105 |      105 | AS         |      110
                Dev   |       105 |      105 | A          |
            """,
            figures="""
                figure      | top | bottom | printed
                ------------+-----+--------+--------
                PTGPS_EXP   |   2 |      4 | 50%
                PTGPS_HIGH  |   1 |      4 | 25%
                PTGPS_AT    |   1 |      4 | 25%
                GPS_AVERAGE | 309 |      3 | 103
                PTRWM_EXP   |   4 |      4 | 100%
            """,
        )
    )


def test_what_each_test_outcome_does(spec: Spec) -> None:
    """Counted as not meeting the standard: NS, N, B, A, U, J, H, Q. Left out: M, L, F, P.

    A and U are the pupils absent or unable to access the test. Averages are over pupils with a
    scaled score; points for progress never enter an average.
    """
    spec(
        Example(
            pupils="""
                pupil | READOUTCOME | READSCORE | MATOUTCOME | MATSCORE
                ------+-------------+-----------+------------+---------
                Asha  | AS          | 108       | AS         | 111
                Ben   | NS          | 96        | NS         | 99
                Cleo  | NS          | N         | NS         | N
                Dev   | N           |           | N          |
                Ella  | B           |           | B          |
                Finn  | A           |           | A          |
                Gita  | U           |           | U          |
                Hugo  | J           |           | J          |
                Iris  | H           |           | H          |
                Jack  | Q           |           | Q          |
                Kai   | M           |           | M          |
                Lena  | L           |           | L          |
                Max   | F           |           | F          |
                Nia   | P           |           | P          |
            """,
            findings="TAS-103",
            figures="""
                figure       | top | bottom | printed
                -------------+-----+--------+--------
                PTREAD_EXP   |   1 |     10 | 10%
                PTREAD_HIGH  |   0 |     10 | 0%
                PTREAD_AT    |   2 |     14 | 14%
                READ_AVERAGE | 204 |      2 | 102
                PTMAT_EXP    |   1 |     10 | 10%
                PTMAT_HIGH   |   1 |     10 | 10%
                PTMAT_AT     |   2 |     14 | 14%
                MAT_AVERAGE  | 210 |      2 | 105
                PTRWM_EXP    |   1 |     10 | 10%
            """,
        )
    )


def test_a_code_nobody_defines_is_refused(spec: Spec) -> None:
    """S, X and Z are listed for test outcomes and no published rule says what they do."""
    for code in "SXZ":
        spec(
            Example(
                pupils=f"""
                    pupil | READOUTCOME
                    ------+------------
                    Asha  | {code}
                """,
                refused=(3, f"Outcome code {code}"),
            )
        )


def test_writing_is_teacher_assessment(spec: Spec) -> None:
    """Working towards is its own measure; below it are pre-key stage and the engagement model.

    Absent and disapplied pupils count as not meeting the standard and are also reported apart.
    """
    spec(
        Example(
            pupils="""
                pupil | WRITTAOUTCOME
                ------+--------------
                Asha  | GDS
                Ben   | EXS
                Cleo  | EXS
                Dev   | WTS
                Ella  | PK6
                Finn  | EM
                Gita  | A
                Hugo  | D
            """,
            figures="""
                figure        | top | bottom | printed
                --------------+-----+--------+--------
                PTWRITTA_EXP  |   3 |      8 | 38%
                PTWRITTA_HIGH |   1 |      8 | 13%
                PTWRITTA_WTS  |   1 |      8 | 13%
                PTWRITTA_AD   |   2 |      8 | 25%
            """,
        )
    )


def test_science_is_met_or_not(spec: Spec) -> None:
    """Science has one standard: EXS, or HNM for has not met it."""
    spec(
        Example(
            pupils="""
                pupil | SCITAOUTCOME
                ------+-------------
                Asha  | EXS
                Ben   | EXS
                Cleo  | HNM
                Dev   | D
            """,
            figures="""
                figure      | top | bottom | printed
                ------------+-----+--------+--------
                PTSCITA_EXP |   2 |      4 | 50%
                PTSCITA_AD  |   1 |      4 | 25%
            """,
        )
    )


def test_teacher_assessment_codes_without_a_rule_are_used_with_a_warning(spec: Spec) -> None:
    """M, Q and Z are listed for teacher assessment; they count as not meeting the standard.

    No published rule says so, and the run says that. Pupils who left (L), or are assessed in
    another year (F, P), are left out of the subject.
    """
    spec(
        Example(
            pupils="""
                pupil | WRITTAOUTCOME
                ------+--------------
                Asha  | EXS
                Ben   | M
                Cleo  | Q
                Dev   | Z
                Ella  | L
                Finn  | F
                Gita  | P
            """,
            findings="TAS-102",
            figures="""
                figure       | top | bottom | printed
                -------------+-----+--------+--------
                PTWRITTA_EXP |   1 |      4 | 25%
            """,
        )
    )


def test_a_score_must_be_on_the_scale(spec: Spec) -> None:
    """Scaled scores run from 80 to 120; another number is an error in the file, not a low score."""
    spec(
        Example(
            pupils="""
                pupil | READOUTCOME | READSCORE
                ------+-------------+----------
                Asha  | NS          |        79
            """,
            refused=(3, "is not between 80 and 120"),
        )
    )


def test_an_outcome_and_a_score_must_agree(spec: Spec) -> None:
    """AS with a score below 100, or NS with 100 or more, is a contradiction and is refused."""
    cases = (("AS", 99, "and the score 99 that it is not"), ("NS", 100, "and the score 100 that"))
    for outcome, score, words in cases:
        spec(
            Example(
                pupils=f"""
                    pupil | MATOUTCOME | MATSCORE
                    ------+------------+---------
                    Asha  | {outcome}  | {score}
                """,
                refused=(3, words),
            )
        )
