"""Addresses of an authority's report on its schools."""

from django.urls import path

from keystage.web.authority_reports import views

app_name = "authority_reports"
urlpatterns = [
    path("", views.report, name="report"),
    path("schools.csv", views.download, name="download"),
]
