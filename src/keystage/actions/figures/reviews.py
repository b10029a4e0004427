"""What the makers of a release look at before they approve it."""

from keystage.actions.figures.computing import unit_of
from keystage.actions.figures.seeing import table_for
from keystage.flows.figures.reviewed import Review, decode
from keystage.store.models import FiguresRelease, FiguresTable, Person


def review_of(release: FiguresRelease, *, person: Person) -> Review | None:
    """The review of a release, for those who make or review it.

    Args:
        release: the release.
        person: who is to see it.

    Returns:
        The review; None where the release has none, or none for the person.

    Raises:
        InputError: what is kept is damaged.
    """
    kind, code = unit_of(release.organisation)
    kept = table_for(release, FiguresTable.What.REVIEW, kind, code, person=person)
    return decode(kept) if kept else None
