"""What a headteacher must know beside the school's own figures, in sentences.

Sources: technical guide of 2022 (pupil progress is not to be shared, nor scores to be foretold);
the department's field notes on discounted pupils; its practice of revised and final releases.
"""

from collections.abc import Iterator

from keystage.checks.findings import Findings
from keystage.measures import figures
from keystage.statute.year import Year

_OVERSEAS = (
    "Pupils recently arrived from overseas may be left out at the school's request. The department "
    "leaves them out from its revised release on; here they are out only if their inclusion code "
    "says so."
)
_LATER = (
    "Results can change after this: through reviews of marking, late results and decisions on "
    "missing or annulled ones."
)
_MOVED = (
    "The department joins results to pupils by its own records. A pupil who moved school may count "
    "elsewhere, or here without being in this list."
)
#: Why the department's figures may differ from a school's own, whatever the year.
MAY_DIFFER = (_LATER, _OVERSEAS, _MOVED)
PROGRESS_IS_THE_SCHOOLS = (
    "Progress scores are of the school. Do not share a pupil's with the pupil or the parents, and "
    "do not take them for the official ones before these are out."
)


def notes_on(year: Year, eligible: int, without: str | None) -> Iterator[str]:
    """The notes on a school's figures.

    Args:
        year: the statutory year.
        eligible: the pupils at the end of key stage 2.
        without: why there are no progress scores, as a sentence; None where there are.
    """
    yield without or PROGRESS_IS_THE_SCHOOLS
    if eligible:
        tenths = (2 * figures.PERCENT * 10 + eligible) // (2 * eligible)
        whole, rest = divmod(tenths, 10)
        yield (
            f"{eligible} {'pupil is' if eligible == 1 else 'pupils are'} at the end of key stage "
            f"2, so one pupil is {whole}.{rest} percentage points of a share of them all."
        )
    if eligible < year.suppression.smallest_group:
        yield (
            "So few pupils tell of single ones: published tables withhold every figure of this "
            "school, and so must anything that others can see."
        )
    if not year.year.school_tables_published:
        yield f"The department had published no figures of schools for {year.name}."
    if year.year.release == "provisional":
        yield "These are the rules of the provisional release; later ones may count otherwise."
    yield from MAY_DIFFER


def told(findings: Findings) -> Iterator[str]:
    """The warnings among findings, each as a sentence with its place."""
    for row in findings.warnings.rows(named=True):
        yield f"{findings.place(row)}: {row['message']}"
