"""Addresses of released figures of a school."""

from django.urls import path

from keystage.web.figures import (
    differing_views,
    method_views,
    pupil_views,
    similar_views,
    taking_views,
    views,
)

app_name = "figures"
_PAIR = "<uuid:release>/against/<uuid:other>/"
_FILE = "file/<slug:form>/"
_RULES = "<uuid:release>/method-lab/<slug:rules>/"
urlpatterns = [
    path("", views.releases, name="releases"),
    path("<uuid:release>/what-if/", views.what_if, name="what_if"),
    path("<uuid:release>/changes/", differing_views.changes, name="changes"),
    path(_PAIR, differing_views.against, name="against"),
    path(f"{_PAIR}file/<slug:form>/", differing_views.against_file, name="against_file"),
    path(f"{_PAIR}figure/<slug:name>/", differing_views.against_figure, name="against_figure"),
    path("<uuid:release>/method-lab/", method_views.method, name="method"),
    path(_RULES, method_views.under, name="under"),
    path(f"{_RULES}figure/<slug:name>/", method_views.under_figure, name="under_figure"),
    path("<uuid:release>/similar/", similar_views.similar, name="similar"),
    path("<uuid:release>/scatter/", pupil_views.scatter, name="scatter"),
    path("<uuid:release>/files/", taking_views.files, name="files"),
    path(f"<uuid:release>/similar/{_FILE}", taking_views.fetch_similar, name="similar_file"),
    path(f"<uuid:release>/scatter/{_FILE}", taking_views.fetch_scatter, name="scatter_file"),
    path(f"<uuid:release>/pupils/{_FILE}", taking_views.fetch_pupils, name="pupils_file"),
    path(f"<uuid:release>/all/{_FILE}", taking_views.everything, name="everything"),
    path("<uuid:release>/<slug:part>/", views.release, name="release"),
    path("<uuid:release>/<slug:part>/file/<slug:form>/", views.fetch, name="fetch"),
    path("<uuid:release>/figure/<slug:name>/", views.figure, name="figure"),
]
