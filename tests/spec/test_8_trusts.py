"""Multi-academy trusts.

A trust's measures are those of its eligible schools, weighted by pupils and by years in the trust.
Source: 2022 technical guide, key stage 2 multi-academy trust measures and annex B.
"""

from keystage.cli.pages.example import Example, Spec

FIVE = """
    URN    | SCHNAME  | TRUST_UID | TRUST_NAME  | DATE_JOINED_TRUST
    -------+----------+-----------+-------------+------------------
    900001 | School 1 |      9001 | Beech Trust | {}
    900002 | School 2 |      9001 | Beech Trust | {}
    900003 | School 3 |      9001 | Beech Trust | {}
    900004 | School 4 |      9001 | Beech Trust | {}
    900005 | School 5 |      9001 | Beech Trust | {}
"""
THREE_YEARS, FOUR_YEARS, FIVE_YEARS = "2019-09-01", "2018-09-01", "2017-09-01"


def test_a_trusts_progress_in_reading(spec: Spec) -> None:
    """Scores 2.5, -2.5, 3.3, -1.5 and -1.5 of 52, 34, 28, 48 and 60 pupils: -156.4 / 788.

    The fifth school has been in the trust for five years and weighs four, the usual length of key
    stage 2; with five the sum of weights would be 848 and the score -0.29, without years -0.11.
    Weights are of all pupils at the end of key stage 2, also those without a progress score, such
    as the pupils without key stage 1 results here. The guide's table does the same.
    """
    spec(
        Example(
            schools=FIVE.format(THREE_YEARS, FOUR_YEARS, FOUR_YEARS, THREE_YEARS, FIVE_YEARS),
            pupils="""
                URN    | pupils | KS1READ | READSCORE
                -------+--------+---------+----------
                900001 |     48 | EXS     |       108
                900001 |      2 | EXS     |       107
                900001 |      2 | A       |       105
                900002 |     24 | EXS     |       103
                900002 |      1 | EXS     |       102
                900002 |      9 | A       |       105
                900003 |     19 | EXS     |       109
                900003 |      6 | EXS     |       108
                900003 |      3 | A       |       105
                900004 |     24 | EXS     |       104
                900004 |      1 | EXS     |       103
                900004 |     23 | A       |       105
                900005 |     48 | EXS     |       104
                900005 |      2 | EXS     |       103
                900005 |     10 | A       |       105
            """,
            figures="""
                school | figure   | top   | bottom | printed
                -------+----------+-------+--------+--------
                900001 | READPROG |   125 |     50 |     2.5
                900001 | TELIG    |    52 |        |      52
                900002 | READPROG | -62.5 |     25 |    -2.5
                900003 | READPROG |  82.5 |     25 |     3.3
                900004 | READPROG | -37.5 |     25 |    -1.5
                900005 | READPROG |   -75 |     50 |    -1.5
            """,
            trusts="""
                figure                       | top    | bottom | published
                -----------------------------+--------+--------+----------
                TELIG_MATPTINC               |        |        |       222
                NUMINST_3_MATPTINC           |        |        |         2
                NUMINST_4PLUS_MATPTINC       |        |        |         3
                READ_PROGSCORE_EM_ADJ_WGTAVG | -156.4 |    788 |      -0.2
                READ_PROGSCORE_EM_ADJ_AVG    |  -24.6 |    222 |      -0.1
            """,
        )
    )


def test_a_trusts_reading_writing_and_maths(spec: Spec) -> None:
    """Weighted, 575 of 813 pupils met the expected standard; unweighted, 173 of 246."""
    spec(
        Example(
            schools=FIVE.format(FIVE_YEARS, THREE_YEARS, FOUR_YEARS, THREE_YEARS, THREE_YEARS),
            pupils="""
                URN    | pupils | WRITTAOUTCOME
                -------+--------+--------------
                900001 |     17 | EXS
                900001 |      8 | WTS
                900002 |     31 | EXS
                900002 |     28 | WTS
                900003 |     39 | EXS
                900003 |     11 | WTS
                900004 |      7 | EXS
                900004 |     15 | WTS
                900005 |     79 | EXS
                900005 |     11 | WTS
            """,
            figures="""
                school | figure    | top | bottom | published
                -------+-----------+-----+--------+----------
                900001 | PTRWM_EXP |  17 |     25 | 68%
                900002 | PTRWM_EXP |  31 |     59 | 53%
                900003 | PTRWM_EXP |  39 |     50 | 78%
                900004 | PTRWM_EXP |   7 |     22 | 32%
                900005 | PTRWM_EXP |  79 |     90 | 88%
            """,
            trusts="""
                figure          | top | bottom | published
                ----------------+-----+--------+----------
                PRWM_EXP_WGTAVG | 575 |    813 | 70.7%
                PRWM_EXP_AVG    | 173 |    246 | 70.3%
            """,
        )
    )


def test_a_trusts_disadvantaged_pupils(spec: Spec) -> None:
    """Weighted, 157 of 335 disadvantaged pupils; unweighted, 46 of 98. Both print as 46.9%."""
    spec(
        Example(
            schools=FIVE.format(THREE_YEARS, THREE_YEARS, FOUR_YEARS, THREE_YEARS, FIVE_YEARS),
            pupils="""
                URN    | pupils | FSM6CLA1A | WRITTAOUTCOME
                -------+--------+-----------+--------------
                900001 |      8 |         1 | EXS
                900001 |      9 |         1 | WTS
                900002 |      7 |         1 | EXS
                900002 |     14 |         1 | WTS
                900003 |     13 |         1 | EXS
                900003 |     13 |         1 | WTS
                900004 |     12 |         1 | EXS
                900004 |      7 |         1 | WTS
                900005 |      6 |         1 | EXS
                900005 |      9 |         1 | WTS
            """,
            trusts="""
                figure                       | top | bottom | published
                -----------------------------+-----+--------+----------
                PRWM_EXP_WGTAVG_FSM6CLA1A    | 157 |    335 | 46.9%
                PRWM_EXP_AVG_FSM6CLA1A       |  46 |     98 | 46.9%
                PRWM_EXP_WGTAVG_NOTFSM6CLA1A |     |        | NELIG
            """,
        )
    )


def test_which_schools_count(spec: Spec) -> None:
    """Schools that joined before 14 September 2019, state-funded mainstream, with pupils.

    School 4 joined a day late and school 5 is a special school; three are left and are enough.
    A school that joined a year earlier or more weighs four.
    """
    spec(
        Example(
            schools="""
                URN    | SCHNAME  | NFTYPE | RECTYPE | TRUST_UID | TRUST_NAME  | DATE_JOINED_TRUST
                -------+----------+--------+---------+-----------+-------------+------------------
                900001 | School 1 | ACC    |       1 |      9001 | Beech Trust | 2019-09-13
                900002 | School 2 | ACC    |       1 |      9001 | Beech Trust | 2018-09-14
                900003 | School 3 | F      |       1 |      9001 | Beech Trust | 2018-09-13
                900004 | School 4 | ACC    |       1 |      9001 | Beech Trust | 2019-09-14
                900005 | School 5 | ACCS   |       2 |      9001 | Beech Trust | 2015-09-01
            """,
            pupils="""
                URN    | pupils | WRITTAOUTCOME
                -------+--------+--------------
                900001 |     10 | EXS
                900002 |     10 | EXS
                900003 |     10 | WTS
                900004 |     10 | WTS
                900005 |     10 | WTS
            """,
            trusts="""
                figure                 | top | bottom | published
                -----------------------+-----+--------+---------------------
                INSTITUTIONS_MATPTINC  |     |        | 900001;900002;900003
                NUMINST_3_MATPTINC     |     |        | 2
                NUMINST_4PLUS_MATPTINC |     |        | 1
                PRWM_EXP_WGTAVG        |  60 |    100 | 60.0%
                PRWM_EXP_AVG           |  20 |     30 | 66.7%
            """,
        )
    )


def test_a_trust_of_two_eligible_schools_has_no_measures(spec: Spec) -> None:
    """Three eligible schools are needed; the trust then has no row."""
    spec(
        Example(
            schools="""
                URN    | SCHNAME  | NFTYPE | RECTYPE | TRUST_UID | TRUST_NAME  | DATE_JOINED_TRUST
                -------+----------+--------+---------+-----------+-------------+------------------
                900001 | School 1 | ACC    |       1 |      9001 | Beech Trust | 2017-09-01
                900002 | School 2 | ACC    |       1 |      9001 | Beech Trust | 2017-09-01
                900003 | School 3 | ACC    |       1 |      9001 | Beech Trust | 2020-09-01
            """,
            pupils="""
                URN    | pupils
                -------+-------
                900001 |     10
                900002 |     10
                900003 |     10
            """,
            trusts="""
                figure          | published
                ----------------+----------
                PRWM_EXP_WGTAVG | (no row)
            """,
        )
    )


def test_a_trusts_figure_that_would_give_one_school_away(spec: Spec) -> None:
    """Where a single school has one to five pupils in a group, the trust's figure is withheld too.

    Its other schools' published figures would give that school's by subtraction. The department's
    trust file shows the pattern, as SUPPMAT, and does not say its rule.
    """
    spec(
        Example(
            schools="""
                URN    | SCHNAME  | TRUST_UID | TRUST_NAME  | DATE_JOINED_TRUST
                -------+----------+-----------+-------------+------------------
                900001 | School 1 |      9001 | Beech Trust | 2017-09-01
                900002 | School 2 |      9001 | Beech Trust | 2017-09-01
                900003 | School 3 |      9001 | Beech Trust | 2017-09-01
            """,
            pupils="""
                URN    | pupils | FSM6CLA1A
                -------+--------+----------
                900001 |     10 |         1
                900001 |     10 |         0
                900002 |     10 |         1
                900002 |     10 |         0
                900003 |      4 |         1
                900003 |     10 |         0
            """,
            trusts="""
                figure                    | published
                --------------------------+----------
                PRWM_EXP_WGTAVG           | 100.0%
                PRWM_EXP_WGTAVG_FSM6CLA1A | SUPPMAT
            """,
        )
    )
