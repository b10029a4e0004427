"""Sharing the pack of results day, beside what releases of figures show of the school."""

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.figures.looked_at import being_made, shown_of
from keystage.actions.releases.sharing import Shared, share
from keystage.store.models import Organisation


def share_results(*, school: Organisation, year: int, days: int, by: By) -> Shared:
    """Make the pack of the day and a secret that opens it.

    Args:
        school: whose figures.
        year: the season.
        days: for how long, one of `keystage.actions.releases.sharing.DAYS`.
        by: who shares it.

    Raises:
        RefusedError: as `keystage.actions.releases.sharing.share`; or figures of the school are
            being made, which could not look at the pack.
        KeystageError: the figures cannot be made.
    """
    if being_made(school, year):
        raise RefusedError(
            "A release of figures of the school is being made, and the two could tell of a pupil.",
            todo="Share the pack when the release is made, in some minutes.",
        )
    return share(school=school, year=year, days=days, figures=shown_of(school, year), by=by)
