"""Addresses of released figures of a school."""

from django.urls import path

from keystage.web.figures import differing_views, method_views, pupil_views, similar_views, views

app_name = "figures"
_PAIR = "<uuid:release>/against/<uuid:other>/"
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
    path("<uuid:release>/<slug:part>/", views.release, name="release"),
    path("<uuid:release>/<slug:part>/file/<slug:form>/", views.fetch, name="fetch"),
    path("<uuid:release>/figure/<slug:name>/", views.figure, name="figure"),
]
