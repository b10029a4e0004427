"""Figures of a school that are out: contents made by hand, pupils as a release keeps them."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any

from contents_of_tests import FIGURES, content, withheld
from django.utils import timezone
from msgspec.structs import replace

from keystage.flows.figures.contents import Content, Figure, encode
from keystage.flows.figures.school_pupils import schools_of
from keystage.flows.figures.similar import Near, Shown, SimilarSchools
from keystage.flows.figures.similar import encode as encode_similar
from keystage.flows.own_pupils import own_records
from keystage.statute.loader import load_year, releases_of
from keystage.store.models import (
    FiguresContent,
    FiguresPupils,
    FiguresRelease,
    FiguresTable,
    Organisation,
    Person,
    Pupil,
)

#: A year without progress, whose figures need no reference.
FIGURES_YEAR = 2025
#: The pages that are of one release.
OF_FIGURES = (
    "release", "fetch", "figure", "what_if", "changes", "against", "against_file", "against_figure",
    "scatter", "similar", "method", "under", "under_figure", "files", "similar_file",
    "scatter_file", "pupils_file", "everything", "gaps", "gap", "gaps_file", "measures",
)  # fmt: skip


def figures_of(
    maker: Organisation, school: Organisation, person: Person, year: int, **given: Any
) -> FiguresRelease:
    """A release that is out, with the pupils on the school's roll; one of each version.

    Args:
        maker: the agency, an authority or a trust.
        school: whose figures it has.
        person: who made and approved it.
        year: the season.
        given: fields of the release that are another; with ``passed`` every pupil has passed.
    """
    usual = {"stage": "provisional", "version": 1}
    passed = given.pop("passed", False)
    found = FiguresRelease.objects.filter(organisation=maker, year=year, **usual).first()
    if found and not given and not passed:
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
        figures = tuple(changed_figures()) if passed else FIGURES
        _keep(
            made,
            content(level, code=school.code, name=school.name, year=year, release=label,
                    stage=made.stage, figures=figures),
        )  # fmt: skip
    _keep_pupils(made, school, passed=passed)
    _keep_similar(made, school)
    for name, value in after.items():
        setattr(made, name, value)
    made.save()
    return made


def after(maker: Organisation, school: Organisation, person: Person, year: int) -> FiguresRelease:
    """A release after the first: the pupil who had failed has passed, and one more is counted."""
    found = FiguresRelease.objects.filter(organisation=maker, year=year, version=2).first()
    return found or figures_of(maker, school, person, year, version=2, passed=True)


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


#: What stands in addresses of two releases, and of a release under other rules.
OF_PAIRS_AND_RULES: Mapping[str, Callable[[Any], Any]] = {
    **{
        f"figures:{name} other": lambda scene: (
            after(
                scene.organisations["national"], scene.sheet.school, scene.head, scene.sheet.year
            ).pk
        )
        for name in ("against", "against_*")
    },
    **{
        f"figures:{name} form": lambda _: "csv"
        for name in (
            "against_file",
            "similar_file",
            "scatter_file",
            "pupils_file",
            "everything",
            "gaps_file",
        )
    },
    "figures:gap name": lambda _: "PTRWM_EXP",
    **{f"figures:{name}_figure name": lambda _: "PTRWM_EXP" for name in ("against", "under")},
    **{f"figures:{name} rules": lambda _: "2022-final" for name in ("under", "under_figure")},
}


def changed_figures() -> Iterator[Figure]:
    """The figures of a content with another share, and one that is withheld."""
    for one in FIGURES:
        if one.name == "PTRWM_EXP":
            yield replace(one, text="64%", numerator="18")
        elif one.name == "PTRWM_EXP_B":
            yield withheld(one.name, group=one.group)
        else:
            yield one


def _keep_pupils(release: FiguresRelease, school: Organisation, *, passed: bool) -> None:
    pupils = Pupil.objects.filter(school=school).order_by("surname")
    rows = [_row(pupil.upn, int(school.code), at, passed=passed) for at, pupil in enumerate(pupils)]
    year = load_year(release.year, releases_of(release.year)[-1])
    if year.year.progress:
        rows = [{**row, **_STARTED} for row in rows]
    for one in schools_of(own_records(rows, None, year, int(school.code))):
        FiguresPupils.objects.create(
            release=release, code=school.code, count=one.count, content=one.content,
            sha256=one.sha256,
        )  # fmt: skip


def _keep_similar(release: FiguresRelease, school: Organisation) -> None:
    """The school with two like it, one of them in another authority."""
    near = (Near(urn=900998, distance=41), Near(urn=900999, distance=123))
    cards = [
        card(int(school.code), school.name, near=near, among=3),
        card(900998, "Far Elm Primary", authority=998, authority_name="Elmshire"),
        card(900999, "Small Ash School", type_label="Academy", known=(), headline=()),
    ]
    for one in cards:
        encoded = encode_similar(one)
        FiguresTable.objects.create(
            release=release, what="similar", kind="school", code=str(one.urn), level="suppressed",
            content=encoded, sha256=sha256(encoded).hexdigest(),
        )  # fmt: skip


def card(urn: int, name: str, **given: Any) -> SimilarSchools:
    """A school as tables of similar schools have it."""
    usual: dict[str, Any] = {
        "authority": 999,
        "authority_name": "Testshire",
        "type_label": "Community school",
        "known": (
            Shown(name="TELIG", text="28", state="shown"),
            Shown(name="PTEALGRP2", text="", state="suppressed", said="Suppressed: few pupils"),
        ),
        "headline": (Shown(name="PTRWM_EXP", text="61%", state="shown"),),
    }
    return SimilarSchools(urn=urn, name=name, **(usual | given))


#: What a pupil had reached at the end of key stage 1.
_STARTED = {"KS1READ": "EXS", "KS1WRIT": "WTS", "KS1MAT": "GDS"}


def _row(upn: str, urn: int, at: int, *, passed: bool) -> Mapping[str, object]:
    """The first pupil has failed the tests, the second is counted elsewhere, the others passed."""
    score = 95 if at == 0 and not passed else 104
    outcome = "AS" if score >= 100 else "NS"
    return {
        "URN": urn, "UPN": upn, "P_INCL": "202" if at == 1 and not passed else "201",
        "READOUTCOME": outcome, "READSCORE": score, "MATOUTCOME": outcome, "MATSCORE": score,
        "GPSOUTCOME": outcome, "GPSSCORE": score, "WRITTAOUTCOME": "EXS", "SCITAOUTCOME": "EXS",
    }  # fmt: skip
