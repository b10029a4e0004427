"""Released figures of a trust of forty schools, its authority, its region and the nation."""

import csv
from datetime import timedelta
from hashlib import sha256
from typing import Any

import lxml.html
from django.utils import timezone
from trusts_of_tests import TRUST, forty

from keystage.flows.figures.contents import encode
from keystage.store.models import FiguresContent, FiguresRelease, FiguresTable, Organisation, Person

#: The year the engine knows rules of trusts for.
TRUSTS_YEAR = 2022
AT_TRUST = f"/trust/{TRUST}/{TRUSTS_YEAR}/figures/"
AT_AUTHORITY = f"/authority/999/{TRUSTS_YEAR}/figures/"
#: The unit that a body looks at in the walk over all routes, by its kind.
UNITS = {
    "trust": ("trust", TRUST), "authority": ("la", "999"), "diocese": ("national", "everyone"),
    "national": ("trust", TRUST),
}  # fmt: skip
#: The pages that a diocese has of its own.
_OF_DIOCESES = ("schools", "fetch_schools", "everything")


def units_of(
    maker: Organisation, person: Person, year: int = TRUSTS_YEAR, made: Any = None, **given: Any
) -> FiguresRelease:
    """A release that is out, of version 7, with the contents and tables of every unit but schools.

    Args:
        maker: the agency, an authority or a trust.
        person: who made and approved it.
        year: the season.
        made: contents and tables; those of the trust of forty schools by default.
        given: fields of the release that are another.
    """
    found = FiguresRelease.objects.filter(organisation=maker, year=year, version=7).first()
    if found:
        return found
    now, (contents, tables) = timezone.now(), made or forty()
    release = FiguresRelease.objects.create(
        organisation=maker, year=year, stage="provisional", version=7, engine="1.0",
        asked_at=now - timedelta(days=3), asked_by=person,
    )  # fmt: skip
    FiguresContent.objects.bulk_create(
        FiguresContent(
            release=release, kind=one.kind, code=one.code, level=one.level, name=one.name,
            content=encode(one), sha256=sha256(encode(one)).hexdigest(),
        )
        for one in contents if one.kind != "school"
    )  # fmt: skip
    FiguresTable.objects.bulk_create(
        FiguresTable(
            release=release, what=one.what, kind=one.kind, code=one.code, level=one.level,
            content=one.content, sha256=sha256(one.content).hexdigest(),
        )
        for one in tables if one.what == "schools"
    )  # fmt: skip
    after = {
        "state": "approved", "computed_at": now - timedelta(days=3),
        "approved_at": now - timedelta(days=2), "approved_by": person,
        "shown_at": now - timedelta(days=1), **given,
    }  # fmt: skip
    for name, value in after.items():
        setattr(release, name, value)
    release.save()
    return release


def of_trust(release: FiguresRelease, rest: str = "headline/") -> str:
    """The address of a page of the trust."""
    return f"{AT_TRUST}{release.pk}/trust/{TRUST}/{rest}"


def of_authority(release: FiguresRelease, rest: str = "headline/") -> str:
    """The address of a page of the authority."""
    return f"{AT_AUTHORITY}{release.pk}/la/999/{rest}"


def words_of(answer: Any) -> str:
    """The words of a page, below its head."""
    main: Any = lxml.html.fromstring(answer.content).find(".//main")
    return " ".join(" ".join(main.itertext()).split())


def lines_of(answer: Any) -> list[dict[str, str]]:
    """The lines of a file."""
    return list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines()))


def _released(scene: Any) -> Any:
    return units_of(scene.organisations["national"], scene.head, 2026).pk


_PAGES = ("areas", "schools", "fetch_schools", "workings", "fetch_workings", "release", "fetch",
          "figure", "everything")  # fmt: skip
#: What stands for the parts of the addresses of these pages.
OF_UNITS: dict[str, Any] = {
    **{f"figures_units:{page} release": _released for page in _PAGES},
    **{f"figures_units:{page} unit": lambda _: "trust" for page in _PAGES},
    **{f"figures_units:{page} of": lambda _: TRUST for page in _PAGES},
    **{f"figures_units:{page} part": lambda _: "headline" for page in _PAGES},
    **{f"figures_units:{page} form": lambda _: "csv" for page in _PAGES},
    "figures_units:figure name": lambda _: "PRWM_EXP_WGTAVG",
}
#: The same for those that depend on the kind of the body.
OF_UNITS_OF_A_KIND: dict[str, Any] = {
    **{f"figures_units:{page} unit": lambda _, kind: UNITS[kind][0] for page in _PAGES},
    **{f"figures_units:{page} of": lambda _, kind: UNITS[kind][1] for page in _PAGES},
    **{
        f"figures_units:{page} unit": lambda _, kind: (
            "diocese" if kind == "diocese" else UNITS[kind][0]
        )
        for page in _OF_DIOCESES
    },
    **{
        f"figures_units:{page} of": lambda scene, kind: (
            scene.organisations[kind].code if kind == "diocese" else UNITS[kind][1]
        )
        for page in _OF_DIOCESES
    },
    "figures_units:figure name": lambda _, kind: (
        "PTRWM_EXP" if kind in {"authority", "diocese"} else "PRWM_EXP_WGTAVG"
    ),
}
