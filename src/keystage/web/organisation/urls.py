"""Addresses of organisations that have schools."""

from django.urls import path

from keystage.web.organisation import views

app_name = "organisation"
urlpatterns = [
    path("<body:kind>/<str:code>/", views.seasons, name="seasons"),
    path("<body:kind>/<str:code>/<year:year>/", views.schools, name="schools"),
    path("<body:kind>/<str:code>/<year:year>/schools.csv", views.download, name="download"),
]
