"""All addresses. A season's pages lie under its organisation and year."""

from importlib.util import find_spec

from django.urls import include, path

from keystage.web import addresses, errors
from keystage.web.home import views as home
from keystage.web.people import invitation

SEASON = addresses.SEASON
#: The journeys of a school's season: where they lie, and the folder of each.
JOURNEYS = {
    "sheet": "sheet",
    "pupils": "pupils",
    "import": "files_in",
    "files": "export",
    "results": "results",
    "reports": "reports",
    "people": "people",
    "oversight": "oversight",
    "jobs": "jobs",
}

urlpatterns = [
    path("", home.start, name="start"),
    path("choose/", home.choose, name="choose"),
    path("healthz", home.healthz, name="healthz"),
    path("readyz", home.readyz, name="readyz"),
    path("account/", include("keystage.web.sign_in.urls")),
    path("invitation/<str:token>/", invitation.take_up, name="invitation"),
    path("", include("keystage.web.about.urls")),
    path("", include("keystage.web.home.urls")),
    *(
        path(f"{SEASON}{there}/", include(f"keystage.web.{journey}.urls"))
        for there, journey in JOURNEYS.items()
        if find_spec(f"keystage.web.{journey}.urls")
    ),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
