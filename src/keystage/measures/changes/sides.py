"""What each pupil adds to each count and sum, in two releases and between them, side by side.

Between them stand the newer release's pupils under the older release's rules and reference: what
differs from the older release is then the pupil, and what differs from the newer one is the rules.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import and_

import msgspec
import polars as pl

from keystage.core.subjects import IN_PROGRESS
from keystage.measures.catalogue import ELIGIBLE
from keystage.measures.changes.matching import Same, matched
from keystage.measures.changes.reasons import in_order
from keystage.measures.declare import Count, Measure, Sum
from keystage.measures.progress import with_progress
from keystage.measures.working import working_table
from keystage.records.schema import LINE, PUPILS, pupil_dtypes
from keystage.statute.code_lists import code_lists
from keystage.statute.publication import PupilGroup
from keystage.statute.year import Year

OLD, BETWEEN, NEW = "old", "between", "new"
SIDES = (OLD, BETWEEN, NEW)
#: The tables of a year that say what a pupil adds to a figure.
_RULES = (
    "inclusion", "pupil_groups", "key_stage_2", "test_outcomes", "writing_outcomes",
    "science_outcomes", "below_test_outcomes", "key_stage_1", "prior_attainment_groups",
    "prior_attainment_bands", "minimum_progress", "writing_points",
)  # fmt: skip
_WHERE_READ = frozenset({"source", "confidence", "section", "note"})
_IDENTITY = frozenset({"URN", "LAESTAB", "UPN"})
#: The columns of the pupil file that measures are made from.
TOLD = in_order(
    column.name for column in PUPILS if not column.comparison_only and column.name not in _IDENTITY
)


@dataclass(frozen=True)
class Wanted:
    """What is compared, by the rules of one release.

    Attributes:
        measures: the measures, as that release declares them.
        groups: the pupil groups.
        year: the statutory year, with the reference that was used.
    """

    measures: tuple[Measure, ...]
    groups: tuple[str, ...]
    year: Year


def same_rules(old: Year, new: Year) -> bool:
    """Whether two years' rules and references give every pupil the same part in every figure."""
    return old.year.progress == new.year.progress and all(
        _said(getattr(old, name)) == _said(getattr(new, name)) for name in _RULES
    )


def _said(table: object) -> object:
    """What a table says, without where it was read."""
    if table is None:
        return None
    return {
        name: value
        for name, value in msgspec.structs.asdict(table).items()  # type: ignore[arg-type]  # tables are structs
        if name not in _WHERE_READ
    }


def under(working: pl.DataFrame, year: Year) -> pl.DataFrame:
    """Pupils as they would be by another year's rules and reference.

    Args:
        working: rows of a working table.
        year: the other rules. A code they do not know counts as a blank.

    Raises:
        AbsentValueError: the year lacks a value progress needs.
    """
    pupils = working.select(
        pl.col(name).cast(pl.String).cast(dtype, strict=False)
        if isinstance(dtype, pl.Enum)
        else pl.col(name).cast(dtype)
        for name, dtype in pupil_dtypes(code_lists(year)).items()
    )
    table = working_table(pupils, year)
    return (with_progress(table, year) if year.year.progress else table).collect()


def side_by_side(
    old: pl.DataFrame, new: pl.DataFrame, wanted: tuple[Wanted, Wanted], same: Same
) -> pl.DataFrame:
    """The pupils of whom anything differs between two releases, with what each adds on each side.

    Args:
        old: rows of the older working table.
        new: rows of the newer one.
        wanted: what is compared, by the older rules and by the newer.
        same: what is known of pupils who stand under another number.

    Returns:
        ``URN``, ``line_old``, ``line_new``, ``upn_old``, ``upn_new``, ``has_old``, ``has_new`` and
        ``merged``; on each side (``old:``, ``between:``, ``new:``) a column a part (Int64),
        ``in <group>`` (Boolean), and of each subject ``raised`` (Boolean: the minimum counts),
        ``national``, ``minimum`` and ``points`` (Int64) and ``level`` (Int64: one number for what
        it adds to the subjects combined); on the old and new side ``is <column>``, the pupil's own
        value as text.

    Raises:
        AbsentValueError: the older year lacks a value progress needs.
    """
    before, after = wanted
    pairs = matched(old.select("URN", LINE, "UPN"), new.select("URN", LINE, "UPN"), same)
    between = new if same_rules(before.year, after.year) else under(new, before.year)
    names = tuple(dict.fromkeys([*_parts(before.measures), *_parts(after.measures)]))
    groups = tuple(dict.fromkeys([*before.groups, *after.groups]))
    sides = (
        (OLD, old, before, "old_row"),
        (BETWEEN, between, before, "new_row"),
        (NEW, new, after, "new_row"),
    )
    found = [_who(old, new, pairs)]
    for side, working, rules, rows in sides:
        added = working.select(_added(working.columns, rules, names, groups, side))
        found.append(added[pairs[rows]])
        if side != BETWEEN:
            told = (pl.col(name).cast(pl.String).alias(f"{side}:is {name}") for name in TOLD)
            found.append(working.select(told)[pairs[rows]])
    adds = [*names, *(f"in {group}" for group in groups)]
    wide = pl.concat(found, how="horizontal").with_columns(
        pl.col(f"{side}:{name}").fill_null(False if name.startswith("in ") else 0)
        for side in SIDES
        for name in adds
    )
    return wide.filter(pl.any_horizontal(_differs(adds)))


def _who(old: pl.DataFrame, new: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    before, after = pairs["old_row"], pairs["new_row"]
    return pl.DataFrame(
        {
            "URN": pairs["URN"],
            "line_old": old[LINE].gather(before),
            "line_new": new[LINE].gather(after),
            "upn_old": old["UPN"].gather(before),
            "upn_new": new["UPN"].gather(after),
            "has_old": before.is_not_null(),
            "has_new": after.is_not_null(),
            "merged": pairs["merged"],
        }
    )


def _differs(adds: Sequence[str]) -> list[pl.Expr]:
    return [
        pl.col(f"{OLD}:{name}") != pl.col(f"{other}:{name}")
        for name in adds
        for other in (BETWEEN, NEW)
    ]


def _added(
    columns: Sequence[str],
    wanted: Wanted,
    names: Sequence[str],
    groups: Sequence[str],
    side: str,
) -> list[pl.Expr]:
    """What each pupil adds by one side's rules; nothing to a part these rules do not have."""
    parts = _amounts(wanted.measures)
    members = {
        name: _member(group)
        for name, group in wanted.year.pupil_groups.groups.items()
        if name in wanted.groups
    }
    found = {name: parts.get(name, pl.lit(0, pl.Int64)) for name in names}
    found |= {f"in {name}": members.get(name, pl.lit(value=False)) for name in groups}
    for subject in IN_PROGRESS:
        has = f"{subject}_progress" in columns
        for name in ("national", "minimum", "points"):
            known = pl.col(f"{subject}_{name}") if has else pl.lit(None, pl.Int64)
            found[f"{name} {subject}"] = known
        raised = pl.col(f"{subject}_progress") != pl.col(f"{subject}_unadjusted") if has else None
        found[f"raised {subject}"] = (
            pl.lit(value=False) if raised is None else raised.fill_null(value=False)
        )
        found[f"level {subject}"] = sum(
            (pl.col(f"{subject}_{name}").cast(pl.Int64) * 2**place
             for place, name in enumerate(("counted", "expected", "higher"))),
            start=pl.lit(0, pl.Int64),
        )  # fmt: skip
    return [expression.alias(f"{side}:{name}") for name, expression in found.items()]


def _parts(measures: tuple[Measure, ...]) -> dict[str, Count | Sum]:
    """The counts and sums of measures by name, and the pupils at the end of key stage 2."""
    found: dict[str, Count | Sum] = {ELIGIBLE.name: ELIGIBLE}
    for measure in measures:
        found |= {part.name: part for part in (measure.bottom, measure.top)}
    return found


@cache
def _amounts(measures: tuple[Measure, ...]) -> Mapping[str, pl.Expr]:
    """What a pupil adds to each part (Int64); zero for a pupil who is not in it."""
    found = {}
    for name, part in _parts(measures).items():
        count = part.over if isinstance(part, Sum) else part
        inside = reduce(and_, (item.test for item in count.conditions))
        amount = pl.col(part.column).cast(pl.Int64) if isinstance(part, Sum) else pl.lit(1)
        found[name] = pl.when(inside).then(amount).otherwise(0).cast(pl.Int64)
    return found


def _member(group: PupilGroup) -> pl.Expr:
    """Whether a pupil at the end of key stage 2 belongs to a group."""
    here = pl.col("included")
    if not group.column:
        return here
    code = pl.col(group.column).cast(pl.String)
    return here & code.is_in(list(group.values)).fill_null(value=False)
