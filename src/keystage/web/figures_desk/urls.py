"""Addresses of the desk of releases of figures: the agency's, those of other makers, and of all."""

from django.urls import URLPattern, path

from keystage.web.addresses import ANYWHERE
from keystage.web.figures_desk import about, acts, checking, files, purging, views
from keystage.web.figures_desk.doors import OF_AGENCY, OF_BODY, Doors

_ONE = "<uuid:release>/"
_DESK: tuple[tuple[str, Doors, str], ...] = (
    ("", views.releases, "releases"),
    ("new/", views.ask, "ask"),
    (_ONE, views.release, "release"),
    (f"{_ONE}checks/", checking.checks, "checks"),
    (f"{_ONE}changes/", views.changes, "changes"),
    (f"{_ONE}again/", acts.again, "again"),
    (f"{_ONE}approve/", acts.approve, "approve"),
    (f"{_ONE}minute/", acts.move, "move"),
    (f"{_ONE}withdraw/", acts.withdraw, "withdraw"),
    (f"{_ONE}verify/", acts.verify, "verify"),
    (f"{_ONE}file/<slug:what>/", files.fetch, "fetch"),
    (f"{_ONE}faults/", files.faults, "faults"),
)


def _desk(door: str) -> list[URLPattern]:
    return [path(address, getattr(doors, door), name=name) for address, doors, name in _DESK]


agency = (_desk("of_agency"), OF_AGENCY)
body = (_desk("of_body"), OF_BODY)
purges = (
    [
        path("", purging.deletions, name="deletions"),
        path("propose/", purging.to_delete, name="to_delete"),
        path(f"{_ONE}propose/", purging.propose, name="propose"),
        path(f"{_ONE}agree/", purging.agree, name="agree"),
        path(f"{_ONE}keep/", purging.keep, name="keep"),
    ],
    "figures_purge",
)
everybody = (
    [path(f"{ANYWHERE}release-of-figures/{_ONE}", about.about, name="about")],
    "figures_release",
)
