"""Which scripts a school has looked at while reviews of marking can be asked for."""

from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.locks import locking
from keystage.actions.releases.released import released_to
from keystage.core.subjects import Subject
from keystage.statute.register import Paper
from keystage.statute.register_loader import load_register
from keystage.store.models import Organisation, SeenScript


def papers_of(year: int, subject: Subject | None = None) -> Mapping[str, Paper]:
    """The papers of a year's tests, or of one of them, by key.

    Raises:
        UsageError: nothing is known of the year's papers.
    """
    found = load_register(year).papers.papers
    return {key: one for key, one in found.items() if subject in {None, one.subject}}


def seen_of(
    school: Organisation, year: int, upn: str | None = None
) -> dict[tuple[str, str], SeenScript]:
    """The scripts that somebody looked at, by UPN and paper: of one pupil, or of all."""
    rows = SeenScript.objects.filter(school=school, year=year).select_related("seen_by")
    if upn is not None:
        rows = rows.filter(upn=upn)
    return {(row.upn, row.paper): row for row in rows}


@transaction.atomic
def note_seen(
    *,
    school: Organisation,
    year: int,
    shown: Collection[tuple[str, str]],
    ticked: Collection[tuple[str, str]],
    by: By,
) -> int:
    """Write down which of the scripts that were shown were looked at; how many changed.

    Who looked first, and when, stays where a script is ticked again.

    Args:
        school: whose pupils.
        year: the season.
        shown: UPN and paper of every script on the page.
        ticked: those that were looked at.
        by: who says so.

    Raises:
        RefusedError: one of them is no script of a released result of the school.
    """
    locking(Organisation.objects).get(pk=school.pk)
    papers = papers_of(year)
    results = {(row.upn, row.subject) for row in released_to(school, year).results}
    asked = set(shown) | set(ticked)
    if any(
        key not in papers or (upn, str(papers[key].subject)) not in results for upn, key in asked
    ):
        raise RefusedError(
            "There is no such script.", todo="Open the list again, and tick what you looked at."
        )
    known, now = seen_of(school, year), timezone.now()
    new = [one for one in sorted(set(ticked)) if one not in known]
    gone = [known[one].pk for one in sorted(set(shown) - set(ticked)) if one in known]
    SeenScript.objects.bulk_create(
        SeenScript(school=school, year=year, upn=upn, paper=paper, seen_at=now, seen_by=by.who)
        for upn, paper in new
    )
    SeenScript.objects.filter(pk__in=gone).delete()
    if new or gone:
        record(
            "scripts looked at",
            by=by,
            organisation=school,
            year=year,
            subject="scripts",
            after={"looked at": len(new), "not looked at after all": len(gone)},
        )
    return len(new) + len(gone)
