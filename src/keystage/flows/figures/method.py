"""A school of a release computed under the rules of another year: what changes, and who moves.

The pupils and their results stay as they are. Nothing of it is a figure of the other year: its
tests and its pupils were others.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import msgspec
import polars as pl

from keystage.core.errors import KeystageError, UsageError
from keystage.flows.figures.computed_again import Again
from keystage.flows.figures.states import in_words, no_progress
from keystage.measures.changes.comparing import Changes, changes
from keystage.measures.changes.matching import Same
from keystage.measures.compute import Computed, compute
from keystage.measures.explain_listing import listing
from keystage.measures.fields import field_named
from keystage.records.recordset import RecordSet
from keystage.records.schema import LINE, pupil_dtypes
from keystage.statute.code_lists import code_lists
from keystage.statute.loader import available, load_year
from keystage.statute.table import Release
from keystage.statute.year import Year

_SIDE = {"place": pl.String, "reason": pl.String, "shown": pl.String}


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Rules that a school may be computed under.

    Attributes:
        year: the summer they were of.
        release: the release they were of.
        without_progress: why progress cannot be scored under them; empty where it can.
    """

    year: int
    release: Release
    without_progress: str = ""

    @property
    def key(self) -> str:
        """Year and release, as an address has them."""
        return f"{self.year}-{self.release}"


@dataclass(frozen=True, kw_only=True, eq=False)
class UnderOtherRules:
    """A school under the rules of another year.

    Attributes:
        old: as the release computed it.
        new: under the other rules.
        changes: every figure of both, and the pupils who move it.
        unknown: of each column the pupils whose code the other rules do not know: it counts as
            none.
    """

    old: Computed
    new: Computed
    changes: Changes
    unknown: tuple[tuple[str, int], ...]


def other_rules(year: Year) -> Iterator[Rules]:
    """Every set of rules but the year's own, the newest first, with what cannot be done by it.

    Args:
        year: the rules of the release.
    """
    for other, release in reversed(available()):
        if (other, release) == (year.year.id, year.year.release):
            continue
        rules = load_year(other, release)
        why = no_progress(rules)
        yield Rules(
            year=other,
            release=release,
            without_progress=in_words(*why) if why else "",
        )


def under_other_rules(again: Again, school: int, rules: Year) -> UnderOtherRules:
    """Compute a school of a release under other rules.

    A reference of the other year is used as it was: it is of that year's pupils. Rules without a
    reference for progress are used without progress.

    Args:
        again: the school as the release computed it.
        school: the URN.
        rules: the other rules.

    Raises:
        UsageError: no pupil is of the school.
        AbsentValueError: the rules lack a value their figures need.
    """
    year = rules if no_progress(rules) is None else _without_progress(rules)
    if school not in again.records.pupils["URN"]:
        raise UsageError(
            f"No pupil is at the school with URN {school}.", todo="Name a school of the release."
        )
    records, unknown = _typed(again.records, year)
    new = compute(records, year)
    lines = {
        int(line): str(line) for line in again.records.pupils.filter(pl.col("UPN").is_null())[LINE]
    }
    same = Same(old_ids=lines, new_ids=lines)
    return UnderOtherRules(
        old=again.computed,
        new=new,
        changes=changes(again.computed, new, school=school, same=same),
        unknown=unknown,
    )


def moving(found: UnderOtherRules, school: int, name: str) -> pl.DataFrame:
    """The pupils whose part in a figure is another under the other rules.

    Args:
        found: the school under both.
        school: the URN.
        name: the field.

    Returns:
        ``line``, and of the release's rules (``old``) and of the others (``new``) each
        ``<side>_place`` (numerator, denominator or out), ``<side>_reason`` (a sentence) and
        ``<side>_shown`` (what the pupil adds); null where those rules have no such figure.
    """
    before, after = (_listed(one, school, name) for one in (found.old, found.new))
    both = before.rename({one: f"old_{one}" for one in _SIDE}).join(
        after.rename({one: f"new_{one}" for one in _SIDE}),
        on=LINE,
        how="full",
        coalesce=True,
        maintain_order="left_right",
    )
    return both.filter(
        pl.any_horizontal(
            pl.col(f"old_{one}").ne_missing(pl.col(f"new_{one}")) for one in ("place", "shown")
        )
    )


def _listed(computed: Computed, school: int, name: str) -> pl.DataFrame:
    year = computed.table.year
    try:
        field = field_named(name, year)
    except KeystageError:
        return pl.DataFrame(schema={LINE: computed.working.collect_schema()[LINE], **_SIDE})
    pupils = computed.working.filter(pl.col("URN") == school).collect()
    return listing(pupils, field, year).pupils.select(LINE, *_SIDE)


def _without_progress(year: Year) -> Year:
    identity = msgspec.structs.replace(year.year, progress=False)
    return msgspec.structs.replace(year, year=identity)


def _typed(records: RecordSet, year: Year) -> tuple[RecordSet, tuple[tuple[str, int], ...]]:
    """Records with the codes of other rules, and how many codes of each column those lack."""
    pupils, wanted = records.pupils, pupil_dtypes(code_lists(year))
    columns = {
        name: pl.col(name).cast(pl.String).cast(dtype, strict=False)
        for name, dtype in wanted.items()
        if isinstance(dtype, pl.Enum) and name in pupils.columns
    }
    typed = pupils.with_columns(**columns)
    lost = {name: typed[name].null_count() - pupils[name].null_count() for name in columns}
    unknown = tuple((name, many) for name, many in lost.items() if many)
    return replace(records, pupils=typed), unknown
