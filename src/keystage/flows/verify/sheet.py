"""Published tables of one year as numbers and codes, and what the counts behind them may be."""

from dataclasses import dataclass

import polars as pl

from keystage.core.subjects import IN_PROGRESS, Subject
from keystage.flows.verify.names import COUNTS, PRIOR, WHOLE, coverage_of, decimals_of, score_of
from keystage.formats.published_table import DepartmentTable
from keystage.records.record_type import RecordType
from keystage.statute.publication import Suppression

#: Stands in a code column where a figure is printed.
SHOWN = "a figure"
*SCHOOLS, AUTHORITY, ENGLAND, STATE_FUNDED = map(str, RecordType)
_FIGURE = r"^-?\d+(?:\.\d+)?%?$"
_TEXT = {"FILE", "LINE", "ROW"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """The tables of one year.

    ``text``: every column as printed, with ROW. ``cells``: ROW, FILE, RECTYPE, URN, LEA, for each
    column X its figure ``X`` in units of its last decimal (Int64) and its code ``X?`` (`SHOWN`, a
    code, the empty string for blank; null where the file has no such column), and for each progress
    subject P the pupils its score can rest on, ``P<`` to ``P>``.
    """

    year: int
    text: pl.DataFrame
    cells: pl.DataFrame
    rules: Suppression

    def has(self, *columns: str) -> bool:
        """Whether some file of the year has all these columns."""
        return all(column in self.cells.columns for column in columns)

    @property
    def schools(self) -> pl.Expr:
        """Rows of schools, mainstream and special."""
        return pl.col("RECTYPE").is_in(SCHOOLS)

    @property
    def whole(self) -> int:
        """Below this many pupils a school's figures are withheld."""
        return self.rules.smallest_group


def code(column: str) -> pl.Expr:
    """The code column of a column."""
    return pl.col(f"{column}?")


def shown(column: str) -> pl.Expr:
    """Whether a figure is printed."""
    return code(column) == SHOWN


def make_sheet(year: int, tables: list[DepartmentTable], rules: Suppression) -> Sheet:
    """Read figures and codes, and bound the pupils behind every progress score of a school."""
    text = pl.concat([table.frame for table in tables], how="diagonal").with_row_index("ROW")
    plain = ("RECTYPE", "URN", "LEA", "SCHNAME")
    text = text.with_columns(pl.lit("").alias(name) for name in plain if name not in text.columns)
    names = [name for name in text.columns if name not in _TEXT]
    cells = text.select(
        "ROW",
        "FILE",
        *plain,
        *(expression for name in names if name not in plain for expression in _read(name)),
    )
    lacking = [name for name in (*COUNTS.values(), "TKS1GROUP_NA") if name not in cells.columns]
    cells = cells.with_columns(
        *(pl.lit(None, dtype=pl.Int64).alias(name) for name in lacking),
        *(pl.lit(None, dtype=pl.String).alias(f"{name}?") for name in lacking),
    )
    for subject in IN_PROGRESS:
        score = score_of(subject)
        if all(name in cells.columns for name in (*score[1:], coverage_of(subject))):
            low, high = _pupils(subject, rules)
            cells = cells.with_columns(low.alias(f"{score.score}<"), high.alias(f"{score.score}>"))
    return Sheet(year, text, cells, rules)


def majority(first: pl.Expr, second: pl.Expr, third: pl.Expr) -> pl.Expr:
    """What at least two of three cells hold; the first where all differ."""
    agreed = (first == second) | (first == third)
    return pl.when(agreed).then(first).when(second == third).then(second).otherwise(first)


def code_of_score(subject: Subject, group: str = WHOLE, ending: str = "") -> pl.Expr:
    """The code of a score and its limits: what most of the three cells hold."""
    return majority(*(code(name) for name in score_of(subject, group, ending)[1:]))


def share_range(percent: pl.Expr, denominator: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """The least and most whole pupils whose share prints as a whole percentage, halves up.

    Empty where the least is above the most. The most is not capped at the denominator.
    """
    least = ((2 * percent - 1) * denominator + 199) // 200
    most = ((2 * percent + 1) * denominator - 1) // 200
    return pl.max_horizontal(least, pl.lit(0)), most


def group_pupils(subject: Subject, group: str) -> tuple[pl.Expr, pl.Expr]:
    """The least and most pupils of a group that can be in a subject's progress measure.

    No more than the group and the school's measure hold, and no fewer than the group less all
    pupils of the school who are not in the measure. Pupils without a key stage 1 result are not.
    """
    name = score_of(subject).score
    least, most = pl.col(f"{name}<"), pl.col(f"{name}>")
    pupils, eligible = pl.col(COUNTS[group]), pl.col("TELIG")
    if group in PRIOR:
        eligible -= pl.col("TKS1GROUP_NA").fill_null(0)
    low = pl.max_horizontal(pupils - (eligible - least), pl.lit(0))
    return low, pl.min_horizontal(pupils, most)


def _read(name: str) -> tuple[pl.Expr, pl.Expr]:
    text = pl.col(name)
    unit = 10 ** decimals_of(name)
    number = text.str.strip_suffix("%").cast(pl.Float64, strict=False) * unit
    units = pl.when((number - number.round()).abs() < 1e-6).then(number.round()).cast(pl.Int64)  # noqa: PLR2004  # far below one unit
    figure = text.str.contains(_FIGURE) & units.is_not_null()
    return (
        pl.when(figure).then(units).alias(name),
        pl.when(figure).then(pl.lit(SHOWN)).otherwise(text).alias(f"{name}?"),
    )


def _pupils(subject: Subject, rules: Suppression) -> tuple[pl.Expr, pl.Expr]:
    """Bounds on a row's pupils in a subject: from coverage where printed, else from the code."""
    coverage = coverage_of(subject)
    eligible, printed = pl.col("TELIG"), code_of_score(subject)
    least, most = share_range(pl.col(coverage), eligible)
    small = rules.smallest_group
    with_prior = eligible - pl.col("TKS1GROUP_NA").fill_null(0)
    in_force = eligible >= small
    figure = in_force & (printed == SHOWN)
    suppressed = in_force & (printed == rules.suppressed)
    low = (
        pl.when(figure & pl.col(coverage).is_not_null())
        .then(pl.max_horizontal(least, pl.lit(small)))
        .when(figure | (in_force & (printed == rules.low_coverage)))
        .then(pl.lit(small))
        .when(suppressed)
        .then(pl.lit(1))
        .otherwise(pl.lit(0))
    )
    high = (
        pl.when(figure & pl.col(coverage).is_not_null())
        .then(pl.min_horizontal(most, with_prior))
        .when(suppressed)
        .then(pl.lit(small - 1))
        .when(in_force & (printed == rules.not_applicable))
        .then(pl.lit(0))
        .otherwise(with_prior)
    )
    return low.cast(pl.Int64), high.cast(pl.Int64)
