"""Makes the tables of similar schools of a release, from the published contents of its schools."""

from collections.abc import Iterator

import polars as pl
from msgspec.structs import replace

from keystage.flows.figures.contents import Content
from keystage.flows.figures.guard import number
from keystage.flows.figures.naming import authority_name
from keystage.flows.figures.similar import Shown, SimilarSchools, declared, encode, nearest
from keystage.flows.figures.tables import Kept
from keystage.measures.table import MAINSTREAM, MeasureTable


class SimilarTables:
    """Makes the tables while the contents of a release are made.

    A school is compared with schools of its sort: mainstream ones with mainstream ones, others with
    others.
    """

    def __init__(self, table: MeasureTable) -> None:
        """Look up what sort of school each is, and where.

        Args:
            table: the measure table of the release.
        """
        types = table.year.school_types.types
        rows = table.units_of("school").select("URN", "LEA", "NFTYPE", MAINSTREAM).iter_rows()
        self._places: dict[int, tuple[int | None, str, bool | None]] = {
            urn: (lea, types[code].label if code in types else "", mainstream)
            for urn, lea, code, mainstream in rows
        }
        self._schools: dict[int, SimilarSchools] = {}

    def see(self, content: Content) -> None:
        """Keep what a school's published content says."""
        if content.kind != "school" or content.level != "suppressed":
            return
        urn = int(content.code)
        authority, type_label, _ = self._places[urn]
        figures = {one.name: one for one in content.figures}
        known, headline = (
            tuple(
                Shown(name=name, text=one.text, state=one.state, said=one.said)
                for name in names
                if (one := figures.get(name))
            )
            for names in (
                [one.name for one in declared().characteristics],
                declared().headline.figures,
            )
        )
        self._schools[urn] = SimilarSchools(
            urn=urn,
            name=content.name,
            authority=authority,
            authority_name="" if authority is None else authority_name(authority),
            type_label=type_label,
            known=known,
            headline=headline,
        )

    def made(self) -> Iterator[Kept]:
        """A table a school: its own card, and which schools are most like it."""
        rules = declared()
        names = [one.name for one in rules.characteristics]
        sorts = dict.fromkeys(sort for *_, sort in self._places.values())
        for sort in sorts:
            schools = [one for one in self._schools.values() if self._places[one.urn][2] == sort]
            frame = pl.DataFrame(
                [(one.urn, *_values(one, names)) for one in schools],
                schema={"URN": pl.Int64, **dict.fromkeys(names, pl.Float64)},
                orient="row",
            )
            for urn, near in nearest(frame, rules):
                yield Kept(
                    what="similar",
                    kind="school",
                    code=str(urn),
                    level="suppressed",
                    content=encode(replace(self._schools[urn], near=near, among=len(schools))),
                )


def _values(school: SimilarSchools, names: list[str]) -> list[float | None]:
    texts = {one.name: one.text for one in school.known if one.state == "shown"}
    values = (number(texts.get(name, "")) for name in names)
    return [None if value is None else float(value) for value in values]
