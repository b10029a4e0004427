"""Figures of a school that are out: contents made by hand, pupils as a release keeps them."""

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any

from contents_of_tests import content
from django.utils import timezone

from keystage.flows.figures.contents import Content, encode
from keystage.flows.figures.school_pupils import schools_of
from keystage.flows.own_pupils import own_records
from keystage.statute.loader import load_year, releases_of
from keystage.store.models import (
    FiguresContent,
    FiguresPupils,
    FiguresRelease,
    Organisation,
    Person,
    Pupil,
)

#: A year without progress, whose figures need no reference.
FIGURES_YEAR = 2025


def figures_of(
    maker: Organisation, school: Organisation, person: Person, year: int, **given: Any
) -> FiguresRelease:
    """A release that is out, with the pupils on the school's roll; one of each version.

    Args:
        maker: the agency, an authority or a trust.
        school: whose figures it has.
        person: who made and approved it.
        year: the season.
        given: fields of the release that are another.
    """
    usual = {"stage": "provisional", "version": 1}
    found = FiguresRelease.objects.filter(organisation=maker, year=year, **usual).first()
    if found and not given:
        return found
    now = timezone.now()
    after = {
        "state": "approved",
        "computed_at": now - timedelta(days=3),
        "approved_at": now - timedelta(days=2),
        "approved_by": person,
        "shown_at": now - timedelta(days=1),
        **usual,
        **given,
    }
    made = FiguresRelease.objects.create(
        organisation=maker,
        year=year,
        stage=after["stage"],
        version=after["version"],
        engine="1.0",
        asked_at=now - timedelta(days=3),
        asked_by=person,
    )
    label = f"{year} {made.get_stage_display().lower()}, version {made.version}"
    for level in ("complete", "suppressed"):
        _keep(made, content(level, code=school.code, name=school.name, year=year, release=label))
    _keep_pupils(made, school)
    for name, value in after.items():
        setattr(made, name, value)
    made.save()
    return made


def _keep(release: FiguresRelease, kept: Content) -> None:
    encoded = encode(kept)
    FiguresContent.objects.create(
        release=release,
        kind=kept.kind,
        code=kept.code,
        level=kept.level,
        name=kept.name,
        content=encoded,
        sha256=sha256(encoded).hexdigest(),
    )


def _keep_pupils(release: FiguresRelease, school: Organisation) -> None:
    pupils = Pupil.objects.filter(school=school).order_by("surname")
    rows = [_row(pupil.upn, int(school.code), at) for at, pupil in enumerate(pupils)]
    year = load_year(release.year, releases_of(release.year)[-1])
    for one in schools_of(own_records(rows, None, year, int(school.code))):
        FiguresPupils.objects.create(
            release=release, code=school.code, count=one.count, content=one.content,
            sha256=one.sha256,
        )  # fmt: skip


def _row(upn: str, urn: int, at: int) -> Mapping[str, object]:
    """The first pupil has failed the tests, the second is counted elsewhere, the others passed."""
    score = 95 if at == 0 else 104
    outcome = "AS" if score >= 100 else "NS"
    return {
        "URN": urn, "UPN": upn, "P_INCL": "202" if at == 1 else "201",
        "READOUTCOME": outcome, "READSCORE": score, "MATOUTCOME": outcome, "MATSCORE": score,
        "GPSOUTCOME": outcome, "GPSSCORE": score, "WRITTAOUTCOME": "EXS", "SCITAOUTCOME": "EXS",
    }  # fmt: skip
