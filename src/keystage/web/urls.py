"""All addresses. A season's pages lie under its organisation and year."""

from django.urls import include, path

from keystage.web import addresses, errors
from keystage.web.figures_desk import urls as figures_desk
from keystage.web.home import views as home
from keystage.web.people import invitation

SEASON, ANYWHERE = addresses.SEASON, addresses.ANYWHERE

#: The pages of a school's season, whose addresses begin alike: told apart by what follows.
_OF_A_SCHOOL = [
    path("register/", include("keystage.web.register.urls")),
    path("sheet/", include("keystage.web.sheet.urls")),
    path("pupils/", include("keystage.web.pupils.urls")),
    path("import/", include("keystage.web.files_in.urls")),
    path("gateway/", include("keystage.web.gateway.urls")),
    path("files/", include("keystage.web.export.urls")),
    path("results/", include("keystage.web.results.urls")),
    path("figures/", include("keystage.web.figures.urls")),
    path("checking/", include("keystage.web.checking.urls")),
    path("packs/", include("keystage.web.figures_packs.urls")),
    path("reports/", include("keystage.web.reports.urls")),
    path("oversight/", include("keystage.web.oversight.urls")),
    path("jobs/", include("keystage.web.jobs.urls")),
]

urlpatterns = [
    path("", home.start, name="start"),
    path("choose/", home.choose, name="choose"),
    path(SEASON, include(_OF_A_SCHOOL)),
    path("healthz", home.healthz, name="healthz"),
    path("readyz", home.readyz, name="readyz"),
    path("account/", include("keystage.web.sign_in.urls")),
    path("api/v1/", include("keystage.web.api.urls")),
    path("invitation/<str:token>/", invitation.take_up, name="invitation"),
    path("receipts/", include("keystage.web.receipts.urls")),
    path("", include("keystage.web.about.urls")),
    path("", include("keystage.web.home.urls")),
    path("", include("keystage.web.organisation.urls")),
    path("<body:kind>/<str:code>/<year:year>/batches/", include("keystage.web.batches.urls")),
    path(
        "<body:kind>/<str:code>/<year:year>/figures/",
        include("keystage.web.figures_units.urls"),
    ),
    path("national/<str:code>/<year:year>/desk/", include("keystage.web.desk.urls")),
    path("authority/<str:code>/<year:year>/agreements/", include("keystage.web.agreements.urls")),
    path(
        "authority/<str:code>/<year:year>/reports/",
        include("keystage.web.authority_reports.urls"),
    ),
    path("", include("keystage.web.service.urls")),
    path("", include("keystage.web.season.urls")),
    path("", include("keystage.web.moderation.urls")),
    path("", include("keystage.web.amendments.urls")),
    path("", include("keystage.web.checking_desk.urls")),
    path("", include("keystage.web.released.urls")),
    path("national/<str:code>/<year:year>/releases-of-figures/", include(figures_desk.agency)),
    path("<maker:kind>/<str:code>/<year:year>/releases-of-figures/", include(figures_desk.body)),
    path("<grouping:kind>/<str:code>/<year:year>/deleting-figures/", include(figures_desk.purges)),
    path("", include(figures_desk.everybody)),
    path(f"{ANYWHERE}people/", include("keystage.web.people.urls")),
    path(f"{ANYWHERE}systems/", include("keystage.web.systems.urls")),
    path(f"{ANYWHERE}messages/", include("keystage.web.messages.urls")),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
