"""The key stage 1 average: it must lie within what the prior attainment groups' bounds leave.

Low, middle and high prior attainment are ranges of a pupil's average points (the year's prior
attainment bands), and the average is over the pupils in the three groups, so the groups' counts
give the lowest and the highest average there can be. Nothing else printed tells more.
"""

import polars as pl

from keystage.flows.verify.means import rounding_range
from keystage.flows.verify.names import COUNTS, KS1_AVERAGE
from keystage.flows.verify.sheet import Sheet
from keystage.flows.verify.tally import Tally, findings
from keystage.statute.year import Year


def check_key_stage_1(sheet: Sheet, year: Year, tally: Tally) -> None:
    """Check the key stage 1 average of every row against the counts of its groups.

    Args:
        sheet: the tables.
        year: the statutory year, whose bands the groups are.
        tally: takes the findings.
    """
    bands = year.prior_attainment_bands
    if bands is None or not sheet.has(KS1_AVERAGE):
        return
    counts = {band.code: pl.col(COUNTS[f"_{band.code}"]) for band in bands.bands}
    # twice the tenths, so that bounds of a rounded figure are whole
    least = pl.sum_horizontal(counts[band.code] * int(20 * band.low) for band in bands.bands)
    most = pl.sum_horizontal(counts[band.code] * int(20 * band.high) for band in bands.bands)
    pupils = pl.sum_horizontal(counts.values())
    low, high = rounding_range(pl.col(KS1_AVERAGE))
    rows = sheet.cells.filter(
        pl.col(KS1_AVERAGE).is_not_null(), *(count.is_not_null() for count in counts.values())
    ).with_columns(COLUMN=pl.lit(KS1_AVERAGE))
    tally.add(
        "key stage 1 average",
        findings(
            rows.filter(pupils > 0),
            (high * pupils >= least) & (low * pupils <= most),
            pl.format(
                "{} to {} by the groups' numbers of pupils",
                *((end / pupils / 20).round(1) for end in (least, most)),
            ),
        ),
    )
