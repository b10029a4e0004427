"""Addresses of organisations that have schools."""

from django.urls import path

from keystage.web.organisation import reminding, views

app_name = "organisation"
_SEASON = "<body:kind>/<str:code>/<year:year>/"
urlpatterns = [
    path("<body:kind>/<str:code>/", views.seasons, name="seasons"),
    path(_SEASON, views.schools, name="schools"),
    path(f"{_SEASON}schools.<str:form>", views.download, name="download"),
    path(f"{_SEASON}schools/<str:school>/", reminding.school, name="school"),
    path(f"{_SEASON}remind/", reminding.remind, name="remind"),
    path(f"{_SEASON}remind/one/", reminding.remind_one, name="remind_one"),
]
