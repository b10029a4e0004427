"""Other years.

Each year and release has its own rules and constants, and no year borrows from another. Only the
provisional release of 2022 is complete.
"""

from keystage.cli.pages.example import Example, Spec


def test_a_year_without_progress_has_attainment(spec: Spec) -> None:
    """The pupils of 2024 had no key stage 1 assessments, so there is no progress and nothing of it.

    Attainment works as in other years.
    """
    spec(
        Example(
            year=2024,
            release="final",
            pupils="""
                pupil | READSCORE | MATSCORE | WRITTAOUTCOME
                ------+-----------+----------+--------------
                Asha  |       105 |      105 | EXS
                Ben   |        95 |      105 | EXS
            """,
            figures="""
                figure    | top | bottom | printed
                ----------+-----+--------+--------
                PTRWM_EXP |   1 |      2 | 50%
                PTMAT_EXP |   2 |      2 | 100%
            """,
        )
    )


def test_a_year_whose_averages_nobody_has_published_is_refused(spec: Spec) -> None:
    """Progress of 2019 needs that year's prior attainment groups, which were not found.

    They can be supplied in a file with --statute, or derived from a national pupil file.
    """
    spec(
        Example(
            year=2019,
            release="final",
            pupils="""
                pupil | KS1READ | KS1WRIT | KS1MAT
                ------+---------+---------+-------
                Asha  | 2B      | 2B      | 2B
            """,
            refused=(5, "which is absent for 2019 final"),
        )
    )
