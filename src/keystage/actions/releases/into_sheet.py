"""Taking released results into a school's own sheet: by the import, which shows what it changes."""

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.imports.uploads import bring_in
from keystage.actions.releases.downloading import as_csv, pupils_of
from keystage.actions.releases.releasing import released_to
from keystage.store.models import Import, Organisation


def bring_into_sheet(*, school: Organisation, year: int, by: By) -> Import:
    """Bring the results a school may see in as a file that waits to be looked at.

    Nothing is changed until a person applies it. Doing it twice brings one file in.

    Raises:
        RefusedError: nothing is out, or the season has no sheet.
    """
    released = released_to(school, year)
    if released.newest is None or not released.results:
        raise RefusedError("Results are not out yet.", todo="Wait for the day and the time.")
    return bring_in(
        school=school,
        year=year,
        kind=Import.Kind.RESULTS,
        data=as_csv(pupils_of(released.results)),
        name=f"released-results-{year}-version-{released.newest.version}.csv",
        by=by,
    )
