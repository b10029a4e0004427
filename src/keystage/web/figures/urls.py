"""Addresses of released figures of a school."""

from django.urls import path

from keystage.web.figures import views

app_name = "figures"
urlpatterns = [
    path("", views.releases, name="releases"),
    path("<uuid:release>/what-if/", views.what_if, name="what_if"),
    path("<uuid:release>/<slug:part>/", views.release, name="release"),
    path("<uuid:release>/<slug:part>/file/<slug:form>/", views.fetch, name="fetch"),
    path("<uuid:release>/figure/<slug:name>/", views.figure, name="figure"),
]
