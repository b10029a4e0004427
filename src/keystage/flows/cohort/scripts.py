"""Results of a paper trail as the rule on swapped scripts looks at them."""

from pathlib import Path

import polars as pl

from keystage.checks.scripts import RECORDS, swapped_scripts
from keystage.core.subjects import ASSESSED, TESTED
from keystage.flows.cohort.trail import RESULTS, Trail
from keystage.flows.cohort.writing import PUPIL_FILE
from keystage.flows.returns.scales import judgements_of
from keystage.formats.ctf.frames import read_returns
from keystage.formats.ctf.profile import AssessmentProfile
from keystage.formats.ctf.results import results_of_tests
from keystage.records.returns import ReturnSet


def swapped_in(
    trail: Trail,
    authority: str,
    returns: ReturnSet,
    profile: AssessmentProfile,
    prior: pl.DataFrame | None,
) -> pl.DataFrame:
    """The pairs of pupils of an authority whose results may be each other's.

    Args:
        trail: the paper trail; without results files nothing is found.
        authority: its number.
        returns: the returns of its schools.
        profile: what the rows of its files are about.
        prior: columns upn and prior, key stage 1 average points; None if they are not known.

    Returns:
        Columns `checks.scripts.PAIRS`.
    """
    folder = trail.folder / RESULTS / authority
    if not folder.is_dir():
        return swapped_scripts(pl.DataFrame(schema=dict(RECORDS)))
    read = read_returns([folder], profile)
    found = results_of_tests(read, trail.collection, profile).results
    scores = found.group_by("pupil").agg(
        pl.col("score").filter(pl.col("subject") == test).first().alias(f"{test}_score")
        for test in TESTED
    )
    judged = returns.pupils.select("pupil", "upn").join(
        judgements_of(returns, trail.collection), on="pupil"
    )
    known = pl.DataFrame(schema={"upn": pl.String(), "prior": pl.Float64()})
    records = (
        read.pupils.join(
            read.files.select("file", school=pl.concat_str("source_la", "source_estab")),
            on="file",
            maintain_order="left",
        )
        .join(scores, on="pupil", how="left", maintain_order="left")
        .join(
            judged.select("upn", *ASSESSED).unique("upn", keep="first"),
            on="upn",
            how="left",
            maintain_order="left",
        )
        .join(
            known if prior is None else prior,
            on="upn",
            how="left",
            maintain_order="left",
        )
    )
    return swapped_scripts(
        records.select(pl.col(name).cast(kind) for name, kind in RECORDS.items())
    )


def prior_attainment(cohort: Path) -> pl.DataFrame:
    """Key stage 1 averages of a cohort that ``keystage cohort make`` wrote: upn and prior.

    Raises:
        polars.exceptions.PolarsError: it has no pupil file in Parquet.
    """
    return (
        pl.scan_parquet(cohort / f"{PUPIL_FILE}.parquet")
        .select(upn="UPN", prior="KS1AVERAGEPS")
        .drop_nulls()
        .unique("upn", keep="first")
        .collect()
    )
