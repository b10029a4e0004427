"""Cells that follow from other printed cells: bands, gaps, unadjusted scores, repeated years."""

import polars as pl

from keystage.core.subjects import IN_PROGRESS
from keystage.flows.verify.names import decimals_of, gaps, score_of
from keystage.flows.verify.sheet import AUTHORITY, SCHOOLS, SHOWN, STATE_FUNDED, Sheet, code
from keystage.flows.verify.tally import Tally, findings
from keystage.measures.bands import five_bands, in_units
from keystage.statute.progress import Cuts
from keystage.statute.year import Year

_PLACES = (*SCHOOLS, AUTHORITY)
_NO = pl.lit(value=False)


def check_bands(sheet: Sheet, year: Year, tally: Tally, ending: str = "") -> None:
    """Check bands against printed scores, limits and the year's cut-offs.

    A cut-off known only to lie in a window allows the band of either end. A school without a band
    in any subject (middle schools and some special schools are scored but not banded) cannot be
    reproduced; a school with a band in one subject must have one in all that are scored. The band
    of a withheld score is blank when a later year repeats it, or ``NA`` for schools without bands.

    Args:
        sheet: the tables.
        year: the statutory year of the scores.
        tally: takes the findings.
        ending: the ending of an earlier year's columns, such as ``_17``.
    """
    banding = year.banding
    scheme = banding is not None and banding.scheme == "five_bands"
    repeated = pl.lit(bool(ending))
    none = f"{'blank' if ending else 'no band'}: there is no score"
    frames = []
    bands = [f"{score_of(subject).score}_DESCR{ending}" for subject in IN_PROGRESS]
    bands = [band for band in bands if sheet.has(band)]
    some = pl.any_horizontal(pl.lit(value=False), *(pl.col(band).is_not_null() for band in bands))
    for subject in IN_PROGRESS:
        names = score_of(subject, ending=ending)
        band = f"{score_of(subject).score}_DESCR{ending}"
        if not sheet.has(band, *names[1:]):
            continue
        cuts = getattr(banding, subject.value) if banding is not None and scheme else None
        rows = sheet.cells.filter(pl.col("RECTYPE").is_in(_PLACES) & code(band).is_not_null())
        scored = pl.all_horizontal(pl.col(name).is_not_null() for name in names[1:])
        made = _bands(names[1:], cuts, year.rounding.progress) if isinstance(cuts, Cuts) else []
        fits = pl.any_horizontal(_NO, *((pl.col(band) == one).fill_null(False) for one in made))
        agrees = (
            pl.when(scored & pl.col(band).is_null() & (~some | (pl.col("RECTYPE") == AUTHORITY)))
            .then(None)
            .when(scored & pl.lit(bool(made)))
            .then(fits)
            .when(scored)
            .then(None)
            .when(pl.col(names.score).is_null() & repeated)
            .then(code(band).is_in(["", sheet.rules.not_applicable]))
            .when(pl.col(names.score).is_null())
            .then(~code(band).str.contains(r"\d|a figure"))
        )
        said = pl.concat_list(pl.lit(None, dtype=pl.Int8), *made).list.drop_nulls().list.unique()
        said = said.cast(pl.List(pl.String)).list.join(" or ")
        frames.append(
            findings(
                rows.with_columns(COLUMN=pl.lit(band)),
                agrees,
                pl.when(scored).then(said).otherwise(pl.lit(none)),
                pl.when(scored & pl.lit(bool(made)))
                .then(pl.lit("scored but not banded, as middle and some special schools are"))
                .when(scored)
                .then(pl.lit(f"no cut-offs of {year.name} are known"))
                .otherwise(pl.lit("the limits of the score are not printed")),
            )
        )
    if frames:
        tally.add("bands" if not ending else f"bands of {year.year.id}", pl.concat(frames))


def _bands(names: tuple[str, ...], cuts: Cuts, decimals: int) -> list[pl.Expr]:
    cells = [pl.col(name) for name in names]
    ends = {
        (in_units(high, decimals), in_units(low, decimals))
        for high in cuts.high.window
        for low in cuts.low.window
    }
    return [five_bands(cells[0], cells[1], cells[2], high, low) for high, low in sorted(ends)]


def check_gaps(sheet: Sheet, year: Year, tally: Tally) -> None:
    """Check gaps: the printed figure of disadvantaged pupils less England's of other pupils.

    England's is that of state-funded schools in the same file, else the year's national figures.
    """
    figures = year.national_figures.values if year.national_figures else {}
    published = {name.upper(): value for name, value in figures.items()}
    frames = []
    for gap, (own, base) in gaps().items():
        if not sheet.has(gap, own):
            continue
        unit = 10 ** decimals_of(gap)
        known = int(published[base] * unit) if base in published else None
        beside = pl.lit(None, dtype=pl.Int64)
        if sheet.has(base):
            beside = pl.col(base).filter(pl.col("RECTYPE") == STATE_FUNDED).first().over("FILE")
        rows = (
            sheet.cells.with_columns(BASE=pl.coalesce(beside, pl.lit(known, dtype=pl.Int64)))
            .filter(
                pl.col("RECTYPE").is_in(_PLACES)
                & pl.col(gap).is_not_null()
                & pl.col(own).is_not_null()
            )
            .with_columns(COLUMN=pl.lit(gap), E=pl.col(own) - pl.col("BASE"))
        )
        frames.append(
            findings(
                rows,
                pl.col(gap) == pl.col("E"),
                pl.format("{} ({} less {})", *(pl.col(x) / unit for x in ("E", own, "BASE"))),
                pl.lit("no figure of other pupils in England is at hand"),
            )
        )
    if frames:
        tally.add("gaps", pl.concat(frames))


def check_unadjusted(sheet: Sheet, year: Year, tally: Tally) -> None:
    """Check that no score is below its unadjusted one, in years with minimum scores."""
    applies = year.minimum_progress is not None and year.minimum_progress.applies
    frames = []
    for subject in IN_PROGRESS:
        score = score_of(subject).score
        column = f"{score}_UNADJUSTED"
        if sheet.has(score, column):
            rows = sheet.cells.filter(
                pl.col("RECTYPE").is_in(_PLACES)
                & pl.col(column).is_not_null()
                & pl.col(score).is_not_null()
            ).with_columns(COLUMN=pl.lit(column))
            agrees = pl.col(column) <= pl.col(score)
            frames.append(
                findings(
                    rows,
                    agrees if applies else pl.col(column) == pl.col(score),
                    pl.format("at most {}", pl.col(score) / 10),
                )
            )
    if frames:
        tally.add("unadjusted scores", pl.concat(frames))


def check_national(sheet: Sheet, year: Year, tally: Tally) -> None:
    """Check England's row of state-funded schools against the year's national figures."""
    figures = year.national_figures.values if year.national_figures else {}
    frames = []
    for name, value in figures.items():
        column = name.upper()
        if sheet.has(column):
            expected = int(value * 10 ** decimals_of(column))
            rows = sheet.cells.filter(
                (pl.col("RECTYPE") == STATE_FUNDED) & code(column).is_not_null()
            ).with_columns(COLUMN=pl.lit(column))
            same = (pl.col(column) == expected).fill_null(False)
            frames.append(findings(rows, same, pl.lit(str(value))))
    if frames:
        tally.add("national figures", pl.concat(frames))


#: Above this share of cells that differ, two years' files are of different vintages.
_VINTAGE_PERCENT = 2


def check_repeats(sheet: Sheet, earlier: Sheet, tally: Tally, ending: str, back: str) -> None:
    """Check columns that repeat an earlier year against that year's own tables, school by school.

    A withheld band has its code in its own year's tables and is blank where it is repeated.

    Args:
        sheet: the tables that repeat.
        earlier: the tables of the year repeated, or of one between that repeats it too.
        tally: takes the findings.
        ending: the ending of the columns here, such as ``_17``.
        back: their ending in the earlier tables, empty where they are that year's own.
    """
    stem = {
        name: name.removesuffix(ending) + back
        for name in sheet.text.columns
        if name.endswith(ending) and name.removesuffix(ending) + back in earlier.text.columns
    }
    key = ["RECTYPE", "PLACE"]
    place = pl.when(pl.col("RECTYPE").is_in(SCHOOLS)).then("URN").otherwise("LEA").alias("PLACE")
    kind = pl.col("RECTYPE").replace({"2": "1"})
    rows = sheet.cells.with_columns(place).filter(pl.col("RECTYPE").is_in(_PLACES))
    rows = rows.with_columns(kind)
    then = earlier.cells.with_columns(place).filter(pl.col("RECTYPE").is_in(_PLACES))
    then = then.with_columns(kind).unique(key, keep="first")
    rules = earlier.rules
    codes = [rules.suppressed, rules.low_coverage, rules.not_applicable]
    frames = []
    for name, source in stem.items():
        pair = rows.select("ROW", *key, A=pl.col(name), B=code(name)).join(
            then.select(*key, C=pl.col(source), D=code(source)), on=key
        )
        known = pair.filter(pl.col("B").is_not_null() & pl.col("D").is_not_null())
        same = pl.col("A").eq_missing(pl.col("C")) & (pl.col("B") == pl.col("D"))
        if "_DESCR" in name:
            same |= (pl.col("B") == "") & pl.col("D").is_in(codes)
        unit = 10 ** decimals_of(name)
        frames.append(
            findings(
                known.with_columns(COLUMN=pl.lit(name)),
                same,
                pl.when(pl.col("D") == SHOWN)
                .then((pl.col("C") / unit).cast(pl.String))
                .when(pl.col("D") == "")
                .then(pl.lit("blank"))
                .otherwise("D"),
            )
        )
    if not frames:
        return
    found = pl.concat(frames)
    wrong = int((found["STATE"] < 0).sum())
    if 100 * wrong > _VINTAGE_PERCENT * len(found) and wrong > len(stem):
        tally.notes.append(
            f"{wrong:,} of {len(found):,} cells that repeat an earlier year ({ending}) differ from "
            "that year's tables: the files are of different vintages, so they are not compared."
        )
        return
    tally.add("repeated years", found)
