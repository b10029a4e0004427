"""What is not known of the pupils that were collected, in counts and sentences for their makers."""

import polars as pl

from keystage.actions.figures.pupils_held import KEY, Held

#: Schools that are named; more are only counted.
TOLD = 20


def what_is_missing(found: Held, pupils: pl.DataFrame) -> tuple[dict[str, int], tuple[str, ...]]:
    """Counts, and sentences on what was not received."""
    with_pupils = set(pupils["URN"].unique().cast(pl.String).to_list())
    sent = found.received.select("code").unique()
    silent = (
        found.schools.join(sent, on="code", how="anti")
        .with_columns(pl.col("code").cast(pl.String))
        .filter(pl.col("code").is_in(with_pupils))
        .sort("SCHNAME", "code")
    )
    here = found.roll.filter(~pl.col("removed"))
    outside = pl.concat(
        [one.select(KEY).join(here, on=KEY, how="anti") for one in (found.received, found.results)]
    ).unique()
    counts = {
        "pupils": pupils.height,
        "schools": len(with_pupils),
        "schools without judgements": silent.height,
        "in no cohort": outside.height,
    }
    notes = []
    if silent.height:
        told = silent.head(TOLD).select(pl.format("{} ({})", "SCHNAME", "code"))
        names = told.to_series().to_list()
        more = silent.height - len(names)
        notes.append(
            "No teacher assessments were received of "
            f"{many(silent.height, 'school')}, so they are not known: {', '.join(names)}"
            f"{f' and {more} more' if more else ''}."
        )
    if counts["in no cohort"]:
        notes.append(
            f"{many(counts['in no cohort'], 'pupil')} with results or judgements in no school's "
            "cohort here: counted at the school that sent them."
        )
    return counts, tuple(notes)


def beside(
    pupils: pl.DataFrame, characteristics: pl.DataFrame
) -> tuple[dict[str, int], tuple[str, ...]]:
    """Who is not in the file of characteristics, and who is in it alone."""
    unknown = pupils.join(characteristics, on="UPN", how="anti").height
    unused = characteristics.join(pupils, on="UPN", how="anti").height
    notes = []
    if unknown:
        notes.append(
            f"{many(unknown, 'pupil')} of {pupils.height} stand not in the file of "
            "characteristics, so theirs are not known."
        )
    if unused:
        notes.append(
            f"{many(unused, 'pupil')} of the file of characteristics are in no school here."
        )
    return {"without characteristics": unknown, "characteristics not used": unused}, tuple(notes)


def many(count: int, what: str) -> str:
    """So many of something, as a sentence says it."""
    return f"1 {what}" if count == 1 else f"{count} {what}s"
