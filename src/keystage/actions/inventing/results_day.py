"""The results of a rehearsed season: released, and looked at for pupils who were exchanged."""

import io
from datetime import timedelta
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.inventing.figures import Found, Played, When
from keystage.actions.inventing.rehearsal import FAULTY, Rehearsal
from keystage.actions.inventing.season import ADDRESS
from keystage.actions.releases import preparing, releasing
from keystage.actions.releases.figures import integrity_of
from keystage.actions.releases.released import released_to
from keystage.flows.cohort.faulting import SWAPPED
from keystage.flows.cohort.trail import RESULTS
from keystage.store.models import ResultsRelease

#: What is told of two pupils whose results may be each other's.
_EXCHANGED = ("RES-101", "RES-207")


def look_at_results(scene: Rehearsal, played: Played) -> Found:
    """Release the results, and look at them as a headteacher would on the day."""
    written, now = io.BytesIO(), timezone.now()
    with ZipFile(written, "w", ZIP_DEFLATED) as archive:
        for file in sorted((scene.files / FAULTY / RESULTS).rglob("*.xml")):
            archive.write(file, file.name)
    release = preparing.prepare(
        organisation=scene.nation,
        year=scene.year,
        given=preparing.Given(
            kind=ResultsRelease.Kind.FULL,
            name="results.zip",
            data=written.getvalue(),
            schools_at=now - timedelta(minutes=1),
            receiving_at=now + timedelta(days=1),
        ),
        by=By(scene.people["agency_operator"], ADDRESS),
    )
    releasing.approve(release=release, by=By(scene.people["agency_operator_second"], ADDRESS))
    schools = [sheet.school for sheet in scene.sheets.values()]
    said = integrity_of(schools, released_to(scene.authority, scene.year))
    exchanged = said.filter(said["code"].is_in(_EXCHANGED))
    pairs = {frozenset(pair) for pair in exchanged.select("upn", "other_upn").iter_rows()}
    rows = scene.answers.filter(kind=SWAPPED).select("upn", "upn_in_file").iter_rows()
    seeded = {frozenset(pair) for pair in rows}
    played.false_pairs = len(pairs - seeded)
    played.false_results = said.height - exchanged.height
    return Found(kind=SWAPPED, when=When.RESULTS, seeded=len(seeded), found=len(pairs & seeded))
