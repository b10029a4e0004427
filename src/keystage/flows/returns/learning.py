"""What the result rows of a school's own files are about, and a profile that says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from keystage.core.errors import UsageError
from keystage.flows.returns.contents import KINDS
from keystage.flows.returns.sources import is_sheet, read_files, refuse_unread, year_of
from keystage.formats.ctf.learning import learn
from keystage.formats.ctf.profile import TUPLE, AssessmentProfile, ProfileRow
from keystage.statute.collection_loader import load_collection

SORTS: Mapping[str, pl.DataType] = {
    **dict.fromkeys(TUPLE, pl.String()),
    "results": pl.UInt32(),
    "values": pl.List(pl.String()),  # some of them, where they look like codes
    "meaning": pl.String(),  # null where nobody knows
    "verified": pl.Boolean(),
}
_SHOWN = 5
_CODE = r"^[A-Za-z0-9]{1,6}$"


@dataclass(frozen=True, kw_only=True, eq=False)
class Learnt:
    """The sorts of rows that were found, columns `SORTS`, and a profile of them."""

    rows: pl.DataFrame
    profile: AssessmentProfile


def learnt(
    files: Sequence[Path], year: int | None, profile: AssessmentProfile, name: str
) -> Learnt:
    """Read files and say what their result rows are about.

    Args:
        files: files that a school's own system exported.
        year: the year whose marks and codes decide; None for the latest the files have.
        profile: what is known before.
        name: the name of the new profile.

    Raises:
        InputError: not one of the files can be read.
        UsageError: there is no collection of the year, or of none the files have results of.
    """
    for path in files:
        if is_sheet(path) and path.exists():
            raise UsageError(
                "A mark sheet has no result rows to learn from.",
                where=str(path),
                todo="Choose a Common Transfer File that your own system exported.",
            )
    returns = read_files(files, profile)
    refuse_unread(returns, files[0])
    shown = year_of(returns) if year is None else year
    if shown is None:
        raise UsageError(
            "The files have no key stage 2 results of a year that had a collection.",
            where=str(files[0]),
            todo="Choose a file with results, or say with --year which year's codes it has.",
        )
    made = learn(returns, load_collection(shown), profile, name)
    clean = [
        pl.col(part).fill_null("").str.strip_chars().str.to_uppercase().alias(part)
        for part in TUPLE
    ]
    text = pl.col("result").str.strip_chars()
    values = text.filter(text.str.contains(_CODE)).unique().sort().head(_SHOWN)
    found = (
        returns.results.join(returns.slots.select("slot", *clean), on="slot")
        .group_by(TUPLE)
        .agg(pl.len().alias("results"), values.alias("values"))
        .sort(TUPLE)
    )
    known = pl.DataFrame(
        [(*row.key, _meaning(row), row.verified) for row in made.rows],
        schema=[*TUPLE, "meaning", "verified"],
        orient="row",
    )
    rows = found.join(known, on=TUPLE, how="left", maintain_order="left")
    return Learnt(
        rows=rows.with_columns(pl.col("verified").fill_null(value=False)).select(*SORTS),
        profile=made,
    )


def _meaning(row: ProfileRow) -> str:
    subject = "" if row.measure is None else f"{row.measure.label} "
    return f"{row.stage} {subject}{KINDS[row.kind]}"
