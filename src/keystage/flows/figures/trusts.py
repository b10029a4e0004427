"""The contents of trusts: their weighted measures, complete and suppressed."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import polars as pl

from keystage.flows.figures import guard
from keystage.flows.figures.caveats import Told, caveats
from keystage.flows.figures.compared import Comparators
from keystage.flows.figures.contents import Compared, Content, Figure, Level, State
from keystage.flows.figures.states import in_words, state_of
from keystage.flows.figures.units import Release
from keystage.measures.bands import cuts_in_units, five_bands
from keystage.measures.catalogue import COMBINED
from keystage.measures.declare import Measure
from keystage.measures.fields import DISADVANTAGED, OTHER
from keystage.measures.parts import WHOLE
from keystage.measures.printing import printed_number, printed_text
from keystage.measures.table import MeasureTable
from keystage.measures.trusts import trust_measures, trust_schools
from keystage.reports.trust_disclosure import publish_trusts
from keystage.statute.publication import Trusts
from keystage.statute.year import Year

_SUFFIX = {WHOLE: "", DISADVANTAGED: "_FSM6CLA1A", OTHER: "_NOTFSM6CLA1A"}
_PUPILS = "TELIG_MATPTINC"
_LEVELS: tuple[Level, ...] = get_args(Level)
_FEW_SCHOOLS = "the trust has too few schools that count"
Row = Mapping[str, str | None]


@dataclass(frozen=True, kw_only=True)
class Weighted:
    """A trust's figure: its name in the trust file, and the column it is printed from."""

    name: str
    column: str
    group: str
    measure: Measure
    label: str
    lower: str | None = None
    upper: str | None = None
    band: str | None = None


def trust_contents(
    table: MeasureTable,
    comparators: Comparators,
    release: Release,
    given_away: Mapping[tuple[str, str], frozenset[str]],
) -> Iterator[Content]:
    """The contents of every trust, complete and suppressed; none in a year without their rules.

    A trust with too few schools that count has contents too, which say so.

    Args:
        table: the measure table.
        comparators: what figures are compared with.
        release: what every content says of its release.
        given_away: what an earlier release would give away of schools, by kind and code: a trust's
            figure that one school's could be worked out from is withheld with it.
    """
    rules, year = table.year.trusts, table.year
    if rules is None:
        return
    declared = [item for group in _SUFFIX for item in weighted(group, table)]
    published = _rows(publish_trusts(table).frame)
    measured = trust_measures(table)
    texts: dict[str, dict[str, str | None]] = defaultdict(dict)
    for group in _SUFFIX:
        for uid, row in _rows(_printed(measured, group, rules, table)).items():
            texts[uid] |= row
    names, notes = _told_of_schools(table)
    telling = _telling(table, declared, given_away)
    counted = {(row["TRUST_UID"], row["group"]): row for row in measured.to_dicts()}
    for uid, name in names.items():
        cells = {
            column: rules.suppressed if column in telling[uid] else cell
            for column, cell in published.get(uid, {}).items()
        }
        for level in _LEVELS:
            row = texts[uid] if level == "complete" else cells
            yield Content(
                kind="trust",
                code=uid,
                name=name,
                level=level,
                year=year.year.id,
                stage=release.stage,
                release=release.label,
                made_at=release.made_at,
                pupils=cells.get(_PUPILS) or "",
                figures=tuple(
                    _figure(
                        item,
                        level,
                        row,
                        cells,
                        year,
                        few=_is_few(item, counted.get((uid, item.group))),
                    )
                    for item in declared
                ),
                compared=tuple(_compared(declared, comparators, year)),
                notes=(*release.notes, *notes[uid]),
                caveats=caveats(_told(cells, declared, release)),
            )


def weighted(group: str, table: MeasureTable) -> Iterator[Weighted]:
    """The figures of a trust in one pupil group, as the department's trust file names them."""
    suffix = _SUFFIX[group]
    combined = COMBINED[0]
    yield Weighted(
        name=f"PRWM_EXP_WGTAVG{suffix}",
        column=combined.name,
        group=group,
        measure=combined,
        label=f"Weighted {combined.label}",
    )
    yield Weighted(
        name=f"PRWM_EXP_AVG{suffix}",
        column=f"{combined.name}_unweighted",
        group=group,
        measure=combined,
        label=f"Unweighted {combined.label}",
    )
    for measure in table.measures:
        if measure.progress and measure.subject is not None:
            prefix = measure.subject.prefix
            banded = table.year.banding is not None
            yield Weighted(
                name=f"{prefix}_PROGSCORE_EM_ADJ_WGTAVG{suffix}",
                column=measure.name,
                group=group,
                measure=measure,
                label=f"Weighted {measure.label}",
                lower=f"{prefix}_PROGSCORE_ADJ_LOWER{suffix}",
                upper=f"{prefix}_PROGSCORE_ADJ_UPPER{suffix}",
                band=f"{prefix}_PROGSCORE_BANDING{suffix}" if banded else None,
            )
            yield Weighted(
                name=f"{prefix}_PROGSCORE_EM_ADJ_AVG{suffix}",
                column=f"{measure.name}_unweighted",
                group=group,
                measure=measure,
                label=f"Unweighted {measure.label}",
            )


def _telling(
    table: MeasureTable,
    declared: Sequence[Weighted],
    given_away: Mapping[tuple[str, str], frozenset[str]],
) -> Mapping[str, frozenset[str]]:
    """By trust the figures that would tell of a school's: withheld in one school of a weight only.

    An unweighted figure is a second equation beside the weighted one, so it goes with any school's.
    """
    found: dict[str, frozenset[str]] = defaultdict(frozenset)
    if not given_away:
        return found
    schools = trust_schools(table).filter("in_measures")
    members: dict[str, list[tuple[int, frozenset[str]]]] = defaultdict(list)
    for uid, urn, weight in schools.select("TRUST_UID", "URN", "weight").iter_rows():
        members[uid].append((weight, given_away.get(("school", str(urn)), frozenset())))
    for uid, gone in members.items():
        names: set[str] = set()
        for item in declared:
            suffix = table.year.pupil_groups.groups[item.group].suffix
            field = item.measure.field.format(group=suffix)
            hidden = Counter(weight for weight, one in gone if field in one)
            if 1 in hidden.values() or (hidden and item.column.endswith("_unweighted")):
                names |= {name for name in (item.name, item.lower, item.upper, item.band) if name}
        found[uid] = frozenset(names)
    return found


def _printed(
    measured: pl.DataFrame, group: str, rules: Trusts, table: MeasureTable
) -> pl.DataFrame:
    """The figures of a group before withholding, as the trust file prints them."""
    banding = table.year.banding
    columns: list[pl.Expr] = []
    for item in weighted(group, table):
        measure = item.measure
        places = rules.progress_decimals if measure.progress else rules.percent_decimals
        suffix = "" if measure.progress else "%"
        score = printed_number(pl.col(item.column), places)
        columns.append(printed_text(score, places, suffix).alias(item.name))
        if item.lower is None or item.upper is None:
            continue
        ends = [
            printed_number(pl.col(f"{item.column}_{end}"), places) for end in ("lower", "upper")
        ]
        columns += [
            printed_text(end, places).alias(name)
            for end, name in zip(ends, (item.lower, item.upper), strict=True)
        ]
        cuts = getattr(banding, measure.subject or "") if banding else None
        if item.band is not None and cuts is not None:
            band = five_bands(score, ends[0], ends[1], *cuts_in_units(cuts, places))
            columns.append(band.cast(pl.String).alias(item.band))
    return measured.filter(pl.col("group") == group).select("TRUST_UID", *columns)


def _rows(frame: pl.DataFrame) -> dict[str, dict[str, str | None]]:
    """The rows of a table of trusts by their code."""
    columns = frame.to_dict(as_series=False)
    uids = columns.pop("TRUST_UID")
    return {
        uid: {name: cells[place] for name, cells in columns.items()}
        for place, uid in enumerate(uids)
    }


def _told_of_schools(table: MeasureTable) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The name of every trust, and a sentence on each of its schools that does not count."""
    listed = trust_schools(table).sort("TRUST_UID", "URN")
    names: dict[str, str] = {}
    notes: dict[str, list[str]] = defaultdict(list)
    columns = (listed[name].to_list() for name in ("TRUST_UID", "TRUST_NAME", "SCHNAME", "reason"))
    for uid, trust, school, reason in zip(*columns, strict=True):
        names.setdefault(uid, trust or uid)
        if reason:
            notes[uid].append(f"{school or 'A school without a name'} {reason}.")
    return names, notes


def _is_few(item: Weighted, counted: Mapping[str, Any] | None) -> bool:
    """Whether a figure stands on so few pupils that nothing is called different."""
    columns = ("pupils", f"{item.measure.name}_pupils")
    return any(guard.is_small(counted.get(one)) for one in columns) if counted else False


def _figure(  # noqa: PLR0913  # what is printed, what is published, and of how many
    item: Weighted, level: Level, row: Row, cells: Row, year: Year, *, few: bool
) -> Figure:
    state, said = _state(item, level, row, cells, year)
    shown = state == "shown"
    banding = year.banding
    band = _number(row, item.band) if shown else None
    few = few or guard.is_small(guard.whole(cells.get(_PUPILS) or ""))
    return Figure(
        name=item.name,
        label=item.label,
        group=item.group,
        group_label=year.pupil_groups.groups[item.group].label,
        subject=str(item.measure.subject) if item.measure.subject else None,
        family="trust",
        unit=item.measure.unit,
        text=(row.get(item.name) or "") if shown else "",
        state=state,
        said=said,
        lower=_number(row, item.lower) if shown else None,
        upper=_number(row, item.upper) if shown else None,
        band=band,
        band_words=banding.labels[int(band) - 1] if banding and band and not few else None,
        lead=guard.lead(item.measure.unit, small=few, interval=bool(item.lower), counted=False),
        may_rank=not few,
    )


def _state(item: Weighted, level: Level, row: Row, cells: Row, year: Year) -> tuple[State, str]:
    if not cells:
        return "not_applicable", in_words("not_applicable", _FEW_SCHOOLS)
    rules = year.require(year.trusts, "trusts", "A trust measure")
    cell = cells[item.name] or ""
    if cell in {rules.suppressed, rules.not_eligible}:
        published: State = "suppressed" if cell == rules.suppressed else "not_applicable"
    else:
        published = state_of(cell, year.suppression)
    if level == "complete" and row.get(item.name):
        withheld = published == "suppressed"
        return "shown", f"In published tables: {in_words(published)}" if withheld else ""
    state: State = published if level == "suppressed" else "not_applicable"
    return state, in_words(state)


def _number(row: Row, name: str | None) -> str | None:
    text = row.get(name) if name else None
    return text if text and guard.number(text) is not None else None


def _compared(
    declared: Sequence[Weighted], comparators: Comparators, year: Year
) -> Iterator[Compared]:
    """England's figure of the same measure and group, under the name of the trust's."""
    national = {item.name: item for item in comparators.national}
    for item in declared:
        suffix = year.pupil_groups.groups[item.group].suffix
        found = national.get(item.measure.field.format(group=suffix))
        if found is not None:
            yield Compared(
                name=item.name,
                against="national",
                text=found.text,
                state=found.state,
                said=found.said,
                of=found.of,
            )


def _told(cells: Row, declared: Sequence[Weighted], release: Release) -> Told:
    pupils = guard.whole(cells.get(_PUPILS) or "") or 0
    subjects = frozenset(str(item.measure.subject) for item in declared if item.measure.subject)
    return Told(
        year=release.year.year.id,
        stage=release.stage,
        kind="trust",
        pupils=pupils,
        small=guard.is_small(pupils),
        subjects=subjects | {"writing"},
        with_progress=subjects,
    )
