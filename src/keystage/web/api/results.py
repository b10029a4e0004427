"""Test results of a school, from the minute on in which they are released."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from keystage.actions.releases.downloads import given_to_system
from keystage.actions.releases.released import released_to, visible
from keystage.actions.systems.scopes import Scope
from keystage.store.models import ReleasedResult, ResultsRelease
from keystage.web.api.routes import SCHOOL, URN, YEAR, give, look, unchanged, visit_of

router = Router(tags=["Results"])


class Release(Schema):
    """One release of results; a later one may hold late or corrected results, or take some back."""

    version: int
    kind: str
    note: str
    released_at: datetime


class Result(Schema):
    """The result of a pupil in a test, of the newest release it is in."""

    upn: str
    surname: str
    forename: str
    subject: str
    raw_mark: int | None
    scaled_score: int | None
    outcome: str = Field(description="The outcome code of the year; empty for none.")
    version: int = Field(description="The release it is of.")


class Results(Schema):
    """The results of a school. Before the minute of the first release both lists are empty."""

    releases: list[Release]
    results: list[Result]


@look(router, f"{SCHOOL}/results", Scope.RESULTS_READ, Results, versioned=True)
def results(request: HttpRequest, urn: URN, year: YEAR) -> HttpResponse:
    """The results that are released. Ask with If-None-Match for whether there is anything new."""
    del urn, year
    visit = visit_of(request)
    out = list(visible(visit.year))
    etag = _etag(out)
    if unchanged(request, etag):
        return give(None, etag=etag)
    found = released_to(visit.at, visit.year)
    given_to_system(visit.at, found, by=visit.by)
    versions = {one.release.pk: one.number for one in found.versions}
    told = Results(
        releases=[_release(one, versions[one.pk]) for one in found.releases],
        results=[_result(one, versions[one.release_id]) for one in found.results],
    )
    return give(told, etag=_etag(found.releases))


def _etag(releases: Iterable[ResultsRelease]) -> str:
    said = " ".join(str(one.pk) for one in releases)
    return f'"{hashlib.sha256(said.encode()).hexdigest()[:16]}"'


def _release(one: ResultsRelease, version: int) -> Release:
    return Release(version=version, kind=one.kind, note=one.note, released_at=one.schools_at)


def _result(one: ReleasedResult, version: int) -> Result:
    return Result(
        upn=one.upn,
        surname=one.surname,
        forename=one.forename,
        subject=one.subject,
        raw_mark=one.raw_mark,
        scaled_score=one.scaled_score,
        outcome=one.outcome,
        version=version,
    )
