"""Makes the tables of schools of every authority and trust, from the contents of the schools."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import get_args

import msgspec
import polars as pl

from keystage.flows.figures.caveats import Told, caveats
from keystage.flows.figures.contents import Content, Figure, Kind, Level
from keystage.flows.figures.guard import is_small
from keystage.flows.figures.naming import authority_name
from keystage.flows.figures.schools_listed import (
    Column,
    School,
    SchoolsTable,
    Shown,
    Standing,
    Working,
    declared,
    encode_school,
    encode_schools,
)
from keystage.flows.figures.tables import Kept
from keystage.flows.figures.trust_workings import workings
from keystage.flows.figures.units import Release
from keystage.measures.catalogue import ELIGIBLE
from keystage.measures.parts import WHOLE
from keystage.measures.table import IN_AREA, MeasureTable
from keystage.measures.trusts import trust_schools

_LEVELS: tuple[Level, ...] = get_args(Level)
_Unit = tuple[Kind, str]
_OUT_OF_AREA = (
    "is not a state-funded mainstream or special school, of which an authority's figures are made"
)


class SchoolsTables:
    """Makes the tables of a release while its contents are made."""

    def __init__(self, table: MeasureTable, release: Release) -> None:
        """Look up which schools stand in which authority and trust.

        Args:
            table: the measure table of the release.
            release: what every content says of it.
        """
        self._table, self._release = table, release
        self._columns: tuple[Column, ...] = ()
        self._schools: dict[tuple[int, Level], msgspec.Raw] = {}
        self._told: dict[_Unit, Content] = {}
        types = table.year.school_types.types
        schools = table.units_of("school").select("URN", "NFTYPE")
        self._types: dict[int, tuple[str | None, str]] = {
            urn: (code, types[code].label if code in types else "")
            for urn, code in schools.iter_rows()
        }
        self._wanted = frozenset(name for one in declared().sets for name in one.columns)

    def see(self, content: Content) -> None:
        """Keep the headline figures of a school, and what is said of an authority or trust."""
        if content.kind in {"la", "trust"}:
            self._told[content.kind, content.code] = content
        if content.kind != "school":
            return
        figures = [one for one in content.figures if one.name in self._wanted]
        if not self._columns:
            self._columns = tuple(map(_column, figures))
        urn = int(content.code)
        code, label = self._types[urn]
        self._schools[urn, content.level] = encode_school(
            School(
                urn=urn,
                name=content.name,
                type=code,
                type_label=label,
                pupils=content.pupils,
                shown=tuple(map(_shown, figures)),
            )
        )

    def made(self) -> Iterator[Kept]:
        """A table of each authority and trust, at each level."""
        year = self._table.year
        ways = workings(self._table) if year.trusts is not None else {}
        for (kind, code), members in (*self._areas(), *self._trusts()):
            for level in _LEVELS:
                table = self._head(kind, code, level, ways.get((code, level), ()), members)
                schools = (self._schools[urn, level] for urn in members)
                content = encode_schools(table, schools)
                yield Kept(what="schools", kind=kind, code=code, level=level, content=content)

    def _head(
        self,
        kind: Kind,
        code: str,
        level: Level,
        ways: tuple[Working, ...],
        members: Mapping[int, Standing],
    ) -> SchoolsTable:
        """A table without its schools."""
        told, trusts = self._told.get((kind, code)), self._table.year.trusts
        ruled = kind == "trust" and trusts is not None
        return SchoolsTable(
            kind=kind,
            code=code,
            name=self._name(kind, code),
            level=level,
            year=self._release.year.year.id,
            stage=self._release.stage,
            release=self._release.label,
            made_at=self._release.made_at,
            columns=self._columns,
            standings=tuple(members.values()),
            workings=ways if kind == "trust" else (),
            rule=self._rule() if ruled else "",
            notes=told.notes if told else self._without(kind),
            caveats=told.caveats if told else caveats(self._unsaid(kind, members)),
        )

    def _name(self, kind: Kind, code: str) -> str:
        if kind == "la":
            return authority_name(int(code))
        named = self._table.units_of("trust").filter(pl.col("TRUST_UID") == code)["TRUST_NAME"]
        return named[0] or code

    def _rule(self) -> str:
        """Where the rule of eligibility stands."""
        year = self._table.year
        rules = year.require(year.trusts, "trusts", "A trust measure")
        return f"{year.sources[rules.source].title}, {rules.section}"

    def _without(self, kind: Kind) -> tuple[str, ...]:
        """Why a trust has no figures of its own."""
        absent = self._table.year.absent.get("trusts")
        if kind != "trust" or absent is None:
            return self._release.notes
        sentence = f"This year has no weighted measures of trusts: {absent.absent}."
        return (*self._release.notes, sentence)

    def _unsaid(self, kind: Kind, members: Mapping[int, Standing]) -> Told:
        """What caveats ask of a unit that has no content."""
        pupils = self._pupils(list(members))
        subjects = frozenset(one.subject for one in self._columns if one.subject)
        scored = (one for one in self._columns if one.family == "progress" and one.subject)
        return Told(
            year=self._release.year.year.id,
            stage=self._release.stage,
            kind=kind,
            pupils=pupils,
            small=is_small(pupils),
            subjects=subjects,
            with_progress=frozenset(one.subject for one in scored if one.subject),
        )

    def _pupils(self, urns: list[int]) -> int:
        parts = self._table.of_schools(WHOLE, pl.Series(urns, dtype=pl.Int64))
        return int(parts[ELIGIBLE.name].sum())

    def _areas(self) -> Iterator[tuple[_Unit, dict[int, Standing]]]:
        """The schools of every authority that has figures, by name, and how they count."""
        if "la" in self._release.without:
            return
        schools = self._table.units_of("school").sort("SCHNAME", "URN", nulls_last=True)
        found: dict[int, dict[int, Standing]] = defaultdict(dict)
        for lea, urn, counts in schools.select("LEA", "URN", IN_AREA).iter_rows():
            found[lea][urn] = Standing(counts=bool(counts), why="" if counts else _OUT_OF_AREA)
        for lea in self._table.units_of("la")["LEA"].to_list():
            yield ("la", str(lea)), found[lea]

    def _trusts(self) -> Iterator[tuple[_Unit, dict[int, Standing]]]:
        """The schools of every trust, by name, and how they count."""
        found: dict[str, dict[int, Standing]] = defaultdict(dict)
        if self._table.year.trusts is None:
            schools = self._table.units_of("school").filter(pl.col("TRUST_UID").is_not_null())
            by_name = schools.sort("SCHNAME", "URN", nulls_last=True)
            for uid, urn, joined in by_name.select(
                "TRUST_UID", "URN", "DATE_JOINED_TRUST"
            ).iter_rows():
                found[uid][urn] = Standing(counts=False, joined=joined and joined.isoformat())
        else:
            listed = trust_schools(self._table).sort("SCHNAME", "URN", nulls_last=True)
            for row in listed.iter_rows(named=True):
                joined = row["DATE_JOINED_TRUST"]
                found[row["TRUST_UID"]][row["URN"]] = Standing(
                    counts=row["in_measures"],
                    why=row["reason"],
                    joined=joined and joined.isoformat(),
                    years=row["weight"] if row["in_measures"] else None,
                )
        for uid in sorted(found):
            yield ("trust", uid), found[uid]


def _column(figure: Figure) -> Column:
    return Column(
        name=figure.name,
        label=figure.label,
        group=figure.group,
        group_label=figure.group_label,
        subject=figure.subject,
        family=figure.family,
        unit=figure.unit,
    )


def _shown(figure: Figure) -> Shown:
    return Shown(
        text=figure.text,
        state=figure.state,
        said=figure.said,
        lower=figure.lower,
        upper=figure.upper,
        band=figure.band,
        band_words=figure.band_words,
        numerator=figure.numerator,
        denominator=figure.denominator,
        lead=figure.lead,
        may_rank=figure.may_rank,
        folded=figure.folded,
    )
