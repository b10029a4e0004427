"""The records of a school of a release, as requests are about them."""

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from keystage.actions.figures.pupils_seen import as_kept
from keystage.flows.checking.book import Facts, RuleBook
from keystage.flows.checking.records import KEY, facts_of, lines_of, number_of, with_keys
from keystage.flows.figures.school_pupils import rebuilt
from keystage.records.recordset import RecordSet
from keystage.store.models import FiguresRelease, Organisation

INCLUSION = "P_INCL"


@dataclass(frozen=True, eq=False)
class Kept:
    """What a release keeps of the pupils of a school, for acts and not for pages.

    Attributes:
        records: the records.
    """

    records: RecordSet

    @cached_property
    def keyed(self) -> pl.DataFrame:
        """The pupils with the key of each record."""
        return with_keys(self.records.pupils)

    @property
    def lines(self) -> dict[str, int]:
        """The line of each record, by its key."""
        return lines_of(self.keyed)

    def holds(self, upn: str) -> bool:
        """Whether a record has a pupil number, alone or with another record."""
        return upn in number_of(self.records.pupils).to_list()

    def inclusion(self, key: str) -> str | None:
        """The inclusion code of a record; None where there is no such record."""
        found = self.keyed.filter(pl.col(KEY) == key)[INCLUSION]
        return str(found[0]) if found.len() else None

    def facts(self, book: RuleBook, key: str) -> Facts:
        """What the rules may look at of a record; nothing of a pupil who is to be added."""
        found = self.keyed.filter(pl.col(KEY) == key)
        return facts_of(book, found.row(0, named=True)) if found.height else {}


def kept(release: FiguresRelease, school: Organisation) -> Kept | None:
    """The pupils of a school of a release; None where the release has none of the school.

    Raises:
        InputError: what is kept is damaged.
    """
    row = release.pupils.filter(code=school.code).first()
    return Kept(rebuilt([as_kept(row)])) if row is not None else None
