"""Agreed checking requests in a release: taken in when it is computed, and named afterwards."""

from collections.abc import Sequence

import polars as pl

from keystage.actions.agreed_changes import (
    Agreed,
    agreed_by_reference,
    agreed_changes,
    mark_taken,
)
from keystage.actions.errors import RefusedError
from keystage.actions.figures.pupils_seen import as_kept
from keystage.flows.checking.taking_in import TakenIn, taken_in
from keystage.flows.figures.school_pupils import rebuilt
from keystage.records.recordset import RecordSet
from keystage.statute.year import Year
from keystage.store.models import CheckingRequest, FiguresPupils, FiguresRelease

_REQUESTS = "requests"


def agreed_taken_in(release: FiguresRelease, records: RecordSet, year: Year) -> TakenIn:
    """The records with what was agreed about earlier releases of the maker and year.

    Args:
        release: the release that is computed.
        records: what it is made of.
        year: its rules.
    """
    agreed = {one.reference: one for one in agreed_changes(release)}

    def then(reference: str) -> pl.DataFrame | None:
        one = agreed[reference]
        row = FiguresPupils.objects.filter(release=one.release, code=str(one.urn)).first()
        return rebuilt([as_kept(row)]).pupils if row is not None else None

    changes = [(one.urn, one.alteration) for one in agreed.values()]
    return taken_in(records, year, changes, then)


def keep_taken(release: FiguresRelease, references: Sequence[str]) -> None:
    """Write down which requests a release took in, and mark them. In its last transaction.

    Args:
        release: the release, locked; the caller saves it.
        references: the requests.

    Raises:
        RefusedError: one of them is agreed no longer.
    """
    mark_taken(release, references)
    agreed = CheckingRequest.objects.filter(
        reference__in=references, state=CheckingRequest.State.AGREED
    )
    if agreed.count() != len(references):
        raise RefusedError(
            "An agreed request was withdrawn while the figures were computed.",
            todo="Ask for the figures again.",
        )
    release.inputs = {**release.inputs, _REQUESTS: list(references)}


def requests_of(release: FiguresRelease) -> tuple[Agreed, ...]:
    """The agreed requests that a release took in."""
    return agreed_by_reference(references_in(release))


def references_in(release: FiguresRelease) -> tuple[str, ...]:
    """The numbers of the requests that a release took in."""
    return tuple(release.inputs.get(_REQUESTS, ()))
