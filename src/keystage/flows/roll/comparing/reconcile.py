"""Roll, registration, attendance register and mark sheet: who stands where, and what differs.

A school is ready when nothing differs that nobody has explained.
"""

from collections.abc import Collection as Some
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from keystage.flows.roll.comparing.differences import (
    KINDS,
    Difference,
    DifferenceKind,
    differences_of,
)
from keystage.flows.roll.comparing.standings import OnSheet, Registered, Standing, standing_of
from keystage.flows.roll.likeness.evidence import shown
from keystage.flows.roll.likeness.matching import Proposal, match
from keystage.flows.roll.pupils import Facts, Incoming, Stored
from keystage.statute.collection import Collection


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """Where every pupil stands, and every difference in the order of `KINDS`."""

    standings: tuple[Standing, ...]
    differences: tuple[Difference, ...]

    @property
    def ready(self) -> bool:
        """Whether there are pupils, and no difference is left unexplained."""
        return bool(self.standings) and all(one.explained for one in self.differences)

    @property
    def counts(self) -> dict[DifferenceKind, int]:
        """How many unexplained differences there are of each kind that has any."""
        open_ = [one.kind for one in self.differences if not one.explained]
        return {kind: open_.count(kind) for kind in KINDS if kind in open_}


def reconcile(  # noqa: PLR0913  # each list once
    roll: Sequence[Stored],
    registered: Sequence[Registered],
    sheet: Sequence[OnSheet],
    collection: Collection,
    *,
    attended: Mapping[str, bool] | None = None,
    explained: Some[tuple[str, str]] = (),
) -> Reconciliation:
    """Lay the lists side by side.

    Pupils are found in the lists by the record they are kept for, then as rows of a file are
    matched, strictly. Whether judgements are missing is not asked here: the sheet says so itself.

    Args:
        roll: the cohort, with those who left.
        registered: the registration.
        sheet: the mark sheet.
        collection: the year.
        attended: whether each pupil of the attendance register is on it, by the record on the roll;
            of a pupil who is not named the registration says it, if it knows.
        explained: pairs of who and kind that a person has explained.
    """
    known = {one.key: one for one in roll}
    from_registered, twice_registered, spare = _linked(registered, roll)
    from_sheet, twice_on_sheet, spare_on_sheet = _linked(sheet, roll)
    strangers = [
        one for at, one in enumerate(registered) if at not in from_registered and at not in spare
    ]
    others = [
        Stored(key=f"registration of {_named(one.facts)}", facts=one.facts) for one in strangers
    ]
    rest = [at for at in range(len(sheet)) if at not in from_sheet and at not in spare_on_sheet]
    found, _, _ = _linked([sheet[at] for at in rest], others)
    from_sheet |= {rest[place]: key for place, key in found.items()}
    of_registered = {key: registered[at] for at, key in from_registered.items()}
    of_registered |= {each.key: one for each, one in zip(others, strangers, strict=True)}
    of_sheet = {key: sheet[at] for at, key in from_sheet.items()}
    of_sheet |= {
        f"mark sheet of {_named(one.facts)}": one
        for at, one in enumerate(sheet)
        if at not in from_sheet and at not in spare_on_sheet
    }
    everybody = dict.fromkeys([*known, *of_registered, *of_sheet])
    standings = tuple(
        standing_of(
            who,
            known.get(who),
            of_registered.get(who),
            of_sheet.get(who),
            collection,
            attended=(attended or {}).get(who),
        )
        for who in everybody
    )
    twice = {*twice_registered, *twice_on_sheet}
    differences = [
        replace(one, explained=(one.who, one.kind) in explained)
        for standing in standings
        for one in differences_of(standing, collection, twice)
    ]
    differences.sort(key=lambda one: KINDS.index(one.kind))
    return Reconciliation(standings=standings, differences=tuple(differences))


def _linked(
    rows: Sequence[Registered | OnSheet], roll: Sequence[Stored]
) -> tuple[dict[int, str], set[str], set[int]]:
    """The record of each row that has one; records, or names, with several rows; rows too many."""
    known = {one.key for one in roll}
    found: dict[int, str] = {}
    twice: set[str] = set()
    spare: set[int] = set()
    for at, one in enumerate(rows):
        if one.key in known and one.key is not None:
            if one.key in found.values():
                twice.add(one.key)
                spare.add(at)
            else:
                found[at] = one.key
    incoming = [
        Incoming(row=at, line=at + 1, facts=one.facts)
        for at, one in enumerate(rows)
        if one.key is None or one.key not in known
    ]
    taken = set(found.values())
    left = [one for one in roll if one.key not in taken]
    for proposal in match(left, incoming):
        key = proposal.key or _first_of_several(proposal)
        if proposal.kind == "duplicate" and min(proposal.rows) < proposal.row:
            twice.add(key or _named(rows[min(proposal.rows)].facts))
            spare.add(proposal.row)
        elif key is not None:
            found[proposal.row] = key
    return found, twice, spare


def _first_of_several(proposal: Proposal) -> str | None:
    """The pupil of a row that is there twice; the first of the rows is taken."""
    several = proposal.kind == "duplicate" and len(proposal.candidates) == 1
    return proposal.candidates[0] if several else None


def _named(facts: Facts) -> str:
    return facts.upn or f"{facts.surname}, {facts.forename}, {shown(facts.birth_date)}"
