"""Addresses of released figures of trusts, authorities, regions and England."""

from django.urls import path

from keystage.web.figures_units import views
from keystage.web.figures_units.schools_views import fetch_schools, schools
from keystage.web.figures_units.taking_views import everything
from keystage.web.figures_units.workings_views import fetch_workings, workings

_UNIT = "<uuid:release>/<slug:unit>/<str:of>/"

app_name = "figures_units"
urlpatterns = [
    path("", views.releases, name="releases"),
    path("<uuid:release>/areas/", views.areas, name="areas"),
    path(f"{_UNIT}schools/", schools, name="schools"),
    path(f"{_UNIT}schools/file/<slug:form>/", fetch_schools, name="fetch_schools"),
    path(f"{_UNIT}workings/", workings, name="workings"),
    path(f"{_UNIT}workings/file/<slug:form>/", fetch_workings, name="fetch_workings"),
    path(f"{_UNIT}all/file/<slug:form>/", everything, name="everything"),
    path(f"{_UNIT}<slug:part>/", views.release, name="release"),
    path(f"{_UNIT}<slug:part>/file/<slug:form>/", views.fetch, name="fetch"),
    path(f"{_UNIT}figure/<slug:name>/", views.figure, name="figure"),
]
