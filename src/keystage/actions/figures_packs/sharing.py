"""Sharing the pack of a release of figures with governors, by a link that expires."""

from keystage.access.permissions import Permission
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.figures.publishing import is_out
from keystage.actions.figures_packs.making import pack_for
from keystage.actions.releases.sharing import Shared, keep
from keystage.store.models import FiguresRelease, Organisation, SharedPack


def share_figures(*, release: FiguresRelease, school: Organisation, days: int, by: By) -> Shared:
    """Make the pack of a release and a secret that opens it, from the release's minute on.

    Args:
        release: the release.
        school: whose figures.
        days: for how long, one of `keystage.actions.releases.sharing.DAYS`.
        by: who shares it.

    Raises:
        RefusedError: the release is not out, says nothing of the school, or no such time can be
            given.
    """
    made = (
        pack_for(release, school, person=by.who, permission=Permission.SHARE_PACK)
        if is_out(release)
        else None
    )
    if made is None:
        raise RefusedError(
            "There are no figures of the school to share.",
            todo="Wait until the release is out, or choose another one.",
        )
    return keep(
        SharedPack(school=school, year=release.year, figures=release, content=made.kept()),
        days=days,
        said={"release of figures": made.release},
        by=by,
    )
