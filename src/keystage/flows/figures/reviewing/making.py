"""Making the review of a release, from what was computed and from contents as they pass."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from keystage.flows.figures.contents import Content, Kind
from keystage.flows.figures.reviewed import Review, encode
from keystage.flows.figures.reviewing.facts import Former, facts
from keystage.flows.figures.reviewing.quality import quality
from keystage.flows.figures.reviewing.reference import derived_reference
from keystage.flows.figures.reviewing.rules import declared
from keystage.flows.figures.reviewing.seen import Seen
from keystage.flows.figures.reviewing.spread import distributions
from keystage.flows.figures.tables import Kept
from keystage.measures.compute import Computed
from keystage.records.recordset import RecordSet
from keystage.statute.loader import load_year

_NO_PROGRESS = "The release has no progress scores."
_NO_SCORES = "No school of the kind that is counted has a score in every subject."
_NOT_DERIVED = "The national reference was not made from the pupils of this release."


@dataclass(frozen=True, kw_only=True)
class For:
    """Whose review it is, and the release before.

    Attributes:
        kind: what the maker is: the nation, an authority or a trust.
        code: which.
        derived: whether the national reference was made from the release's own pupils; one that
            was given may have been derived too, from others.
        former: the release before; none without one.
    """

    kind: Kind
    code: str
    derived: bool = False
    former: Former | None = None


@dataclass(kw_only=True)
class Reviewer:
    """Makes the review once every content was seen.

    Attributes:
        whom: whose review it is.
        computed: what the engine made.
        records: of which pupils and schools.
    """

    whom: For
    computed: Computed
    records: RecordSet
    _seen: Seen = field(default_factory=Seen)

    def __post_init__(self) -> None:
        """Compare with the release before."""
        self._seen.label = self.whom.former.label if self.whom.former else ""

    def beside(
        self, pairs: Iterable[tuple[Content, list[Content]]]
    ) -> Iterator[tuple[Content, list[Content]]]:
        """Contents with those of earlier releases, looked at as they pass."""
        for content, earlier in pairs:
            self._seen.add(content, earlier)
            yield content, earlier

    def see(self, content: Content) -> None:
        """Nothing: contents are looked at with those of earlier releases (see `beside`)."""

    def made(self) -> Iterator[Kept]:
        """The review, as it is kept."""
        yield Kept(
            what="review",
            kind=self.whom.kind,
            code=self.whom.code,
            level="complete",
            content=encode(self.review()),
        )

    def review(self) -> Review:
        """The review.

        Raises:
            InputError: what the release before keeps of its pupils is damaged.
        """
        table = self.computed.table
        year = table.year
        shipped = load_year(year.year.id, year.year.release)
        progress = year.year.progress
        spread = distributions(table, shipped) if progress else ()
        reference = (
            derived_reference(self.computed.working, self.records.schools, year, shipped)
            if progress and self.whom.derived
            else None
        )
        found = facts(self.records, year, self.whom.former)
        return Review(
            against=self._seen.label,
            changed=self._seen.changed.told(),
            checks=quality(found, self._seen, table, derived=self.whom.derived),
            distributions=spread,
            no_distributions="" if spread else _NO_SCORES if progress else _NO_PROGRESS,
            few_schools=any(one.schools < declared().few_schools.fewer_than for one in spread),
            reference=reference,
            no_reference="" if reference else _NOT_DERIVED,
        )
