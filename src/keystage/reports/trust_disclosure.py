"""Disclosure control of trust measures, in the names of the department's trust file."""

from collections.abc import Iterator

import polars as pl
import polars.selectors as cs

from keystage.core.subjects import Subject
from keystage.measures import figures
from keystage.measures.bands import cuts_in_units, five_bands
from keystage.measures.catalogue import COMBINED, ELIGIBLE, LOST_SCRIPTS
from keystage.measures.declare import Measure
from keystage.measures.fields import DISADVANTAGED, OTHER
from keystage.measures.parts import WHOLE
from keystage.measures.printing import printed_number, printed_text
from keystage.measures.table import MeasureTable
from keystage.measures.trusts import TRUST_GROUPS, trust_measures, trust_schools
from keystage.reports.disclosure import partner_of
from keystage.reports.published import SEAL, PublishedTable

_SUFFIX = {WHOLE: "", DISADVANTAGED: "_FSM6CLA1A", OTHER: "_NOTFSM6CLA1A"}
_SMALL_SCHOOLS = "small_schools"
_SMALL_PUPILS = "pupils_of_small_schools"
_CODE = ":code"
_COHORT = "cohort:"


def publish_trusts(table: MeasureTable) -> PublishedTable:
    """Print the measures of every eligible trust, withholding what may not be shown.

    A group without pupils is not eligible; one with fewer pupils than the smallest group is
    suppressed; so is one in which a single school of a weight has such a small group, or several
    have so few pupils together, since the trust's figure and its other schools' would give theirs
    away. Groups
    that are withheld together in schools are withheld together here too, since all pupils minus
    one gives the other. A progress score counts a school as small when the school's own is
    withheld. The unweighted figures, which the department does not print, are withheld when any
    school's is. The department's file shows that pattern and does not say its rule.

    Raises:
        AbsentValueError: the year has no trust rules.
    """
    rules = table.year.require(table.year.trusts, "trusts", "A trust measure")
    measured = _with_codes(
        trust_measures(table).join(_small_schools(table), on=("TRUST_UID", "group"), how="left"),
        table,
    )
    shown = measured.filter(pl.col("group") == WHOLE).select(
        "TRUST_UID",
        "TRUST_NAME",
        pl.col("schools").cast(pl.String).alias("NUMINST_MATPTINC"),
        pl.col(f"schools_{rules.years_needed}").cast(pl.String).alias("NUMINST_3_MATPTINC"),
        pl.col(f"schools_{rules.weight_cap}").cast(pl.String).alias("NUMINST_4PLUS_MATPTINC"),
        pl.col("pupils").cast(pl.String).alias("TELIG_MATPTINC"),
    )
    shown = shown.join(_institutions(table), on="TRUST_UID", how="left")
    for group in TRUST_GROUPS:
        cells = measured.filter(pl.col("group") == group).select("TRUST_UID", *_cells(table, group))
        shown = shown.join(cells, on="TRUST_UID", how="left")
    return PublishedTable("trust", shown.sort("TRUST_UID"), seal=SEAL)


def _institutions(table: MeasureTable) -> pl.DataFrame:
    """The URNs of the schools in each trust's measures."""
    return (
        trust_schools(table)
        .filter("in_measures")
        .sort("URN")
        .group_by("TRUST_UID", maintain_order=True)
        .agg(pl.col("URN").cast(pl.String).str.join(";").alias("INSTITUTIONS_MATPTINC"))
    )


def _small_schools(table: MeasureTable) -> pl.DataFrame:
    """How many schools in each trust's measures withhold a group, and its progress scores."""
    members = trust_schools(table).filter("in_measures").select("URN", "TRUST_UID", "weight")
    cohort = table.of_schools(WHOLE, members["URN"]).select(pl.all().name.prefix(_COHORT))
    progress = [measure for measure in table.measures if measure.progress]
    smallest = table.year.suppression.smallest_group
    counted = [
        pl.concat(
            [members, table.of_schools(group, members["URN"]), cohort], how="horizontal"
        ).select(
            "TRUST_UID",
            "weight",
            pl.lit(group).alias("group"),
            _few(pl.col(ELIGIBLE.name), smallest).alias(_SMALL_SCHOOLS),
            _pupils_of(_few(pl.col(ELIGIBLE.name), smallest), ELIGIBLE.name).alias(_SMALL_PUPILS),
            *(_withheld(measure, table).alias(_small_of(measure)) for measure in progress),
            *(
                _pupils_of(_withheld(measure, table), measure.covered.name).alias(
                    _pupils_of_small(measure)
                )
                for measure in progress
            ),
        )
        for group in TRUST_GROUPS
    ]
    summed = pl.concat(counted).group_by("TRUST_UID", "group", "weight").agg(pl.all().sum())
    told = [
        _tell(schools, pupils, smallest).alias(_told(schools))
        for schools, pupils in (
            (_SMALL_SCHOOLS, _SMALL_PUPILS),
            *((_small_of(measure), _pupils_of_small(measure)) for measure in progress),
        )
    ]
    return (
        summed.with_columns(told)
        .group_by("TRUST_UID", "group")
        .agg(pl.col(pl.Boolean).any(), (~cs.boolean() & ~cs.by_name("weight")).sum())
    )


def _withheld(measure: Measure, table: MeasureTable) -> pl.Expr:
    """Whether a school's progress score is withheld: few scores, low coverage or lost scripts."""
    rules = table.year.suppression
    covered = pl.col(measure.covered.name).cast(pl.Int64)
    cohort = pl.col(_COHORT + ELIGIBLE.name).cast(pl.Int64)
    low = figures.PERCENT * pl.col(_COHORT + measure.covered.name).cast(pl.Int64) < (
        rules.lowest_coverage_percent * cohort
    )
    withheld = _few(covered, rules.smallest_group) | ((covered > 0) & low)
    share = rules.lost_scripts_percent
    if share is None or measure.subject not in LOST_SCRIPTS:
        return withheld
    lost = pl.col(_COHORT + LOST_SCRIPTS[measure.subject].name).cast(pl.Int64)
    return withheld | ((lost > 0) & (figures.PERCENT * lost >= share * cohort))


def _pupils_of(withheld: pl.Expr, pupils: str) -> pl.Expr:
    return pl.when(withheld).then(pl.col(pupils).cast(pl.Int64)).otherwise(0)


def _small_of(measure: Measure) -> str:
    return f"{measure.name}:{_SMALL_SCHOOLS}"


def _pupils_of_small(measure: Measure) -> str:
    return f"{measure.name}:{_SMALL_PUPILS}"


def _tell(schools: str, pupils: str, smallest: int) -> pl.Expr:
    """Whether the trust's figure and its other schools' would tell of a school, or of a few.

    Of the schools of one weight: where weights differ, a weighted sum of whole numbers mostly tells
    what those of each weight are.
    """
    return (pl.col(schools) == 1) | _few(pl.col(pupils), smallest)


def _told(schools: str) -> str:
    return f"{schools} told"


def _code_of(measure: Measure) -> str:
    return f"{measure.name}{_CODE}"


def _with_codes(measured: pl.DataFrame, table: MeasureTable) -> pl.DataFrame:
    """Add the code that withholds each group, and each progress score of a group; null if shown."""
    rules = table.year.require(table.year.trusts, "trusts", "A trust measure")
    general = table.year.suppression
    progress = [measure for measure in table.measures if measure.progress]
    small = pl.col("pupils") < general.smallest_group
    own = measured.with_columns(
        pl.when(pl.col("pupils") == 0)
        .then(pl.lit(rules.not_eligible))
        .when(small)
        .then(pl.lit(general.suppressed))
        .when(pl.col(_told(_SMALL_SCHOOLS)))
        .then(pl.lit(rules.suppressed))
        .alias(_CODE)
    ).with_columns(
        pl.coalesce(
            _CODE,
            pl.when(_few(pl.col(f"{measure.name}_pupils"), general.smallest_group)).then(
                pl.lit(general.suppressed)
            ),
            pl.when(pl.col(_told(_small_of(measure)))).then(pl.lit(rules.suppressed)),
        ).alias(_code_of(measure))
        for measure in progress
    )
    codes = [_CODE, *(_code_of(measure) for measure in progress)]
    partners = {group: partner_of(group, table) for group in TRUST_GROUPS}
    partner = pl.col("group").replace_strict(partners, return_dtype=pl.String)
    beside = own.select("TRUST_UID", "group", *(pl.col(code).alias(f"of {code}") for code in codes))
    joined = own.with_columns(partner.alias("partner")).join(
        beside, left_on=("TRUST_UID", "partner"), right_on=("TRUST_UID", "group"), how="left"
    )
    return joined.with_columns(
        pl.coalesce(
            code,
            pl.when(pl.col(f"of {code}").is_in([general.suppressed, rules.suppressed])).then(
                pl.lit(rules.suppressed)
            ),
        ).alias(code)
        for code in codes
    )


def _few(pupils: pl.Expr, smallest: int) -> pl.Expr:
    return pupils.is_between(1, smallest, closed="left")


def _cells(table: MeasureTable, group: str) -> Iterator[pl.Expr]:
    rules = table.year.require(table.year.trusts, "trusts", "A trust measure")
    suffix, missing = _SUFFIX[group], table.year.suppression.not_applicable
    rwm = COMBINED[0].name
    places = rules.percent_decimals
    for column, name in ((rwm, "PRWM_EXP_WGTAVG"), (f"{rwm}_unweighted", "PRWM_EXP_AVG")):
        text = printed_text(printed_number(pl.col(column), places), places, "%")
        plain = _unweighted_code(column, _SMALL_SCHOOLS, rules.suppressed)
        yield pl.coalesce(_CODE, plain, text, pl.lit(missing)).alias(f"{name}{suffix}")
    for measure in table.measures:
        if measure.progress and measure.subject is not None:
            yield from _progress_cells(measure, measure.subject, suffix, table)


def _unweighted_code(column: str, small: str, code: str) -> pl.Expr:
    """Beside the weighted figure the unweighted one is a second equation for withheld schools."""
    unweighted = column.endswith("_unweighted")
    return pl.when(pl.lit(unweighted) & (pl.col(small) > 0)).then(pl.lit(code))


def _progress_cells(
    measure: Measure, subject: Subject, suffix: str, table: MeasureTable
) -> Iterator[pl.Expr]:
    rules = table.year.require(table.year.trusts, "trusts", "A trust measure")
    places, prefix = rules.progress_decimals, subject.prefix
    code, missing = _code_of(measure), pl.lit(table.year.suppression.not_applicable)
    names = {
        measure.name: f"{prefix}_PROGSCORE_EM_ADJ_WGTAVG",
        f"{measure.name}_lower": f"{prefix}_PROGSCORE_ADJ_LOWER",
        f"{measure.name}_upper": f"{prefix}_PROGSCORE_ADJ_UPPER",
        f"{measure.name}_unweighted": f"{prefix}_PROGSCORE_EM_ADJ_AVG",
    }
    for column, name in names.items():
        text = printed_text(printed_number(pl.col(column), places), places)
        plain = _unweighted_code(column, _small_of(measure), rules.suppressed)
        yield pl.coalesce(code, plain, text, missing).alias(f"{name}{suffix}")
    banding = table.year.banding
    cuts = getattr(banding, subject, None) if banding else None
    if cuts is not None:
        score, lower, upper = (
            printed_number(pl.col(measure.name + side), places) for side in ("", "_lower", "_upper")
        )
        band = five_bands(score, lower, upper, *cuts_in_units(cuts, places)).cast(pl.String)
        yield pl.coalesce(code, band, missing).alias(f"{prefix}_PROGSCORE_BANDING{suffix}")
