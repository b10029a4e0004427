"""Addresses of the results."""

from django.urls import path

from keystage.web.results import views

app_name = "results"
urlpatterns = [
    path("", views.summary, name="summary"),
    path("drift/", views.drift, name="drift"),
    path("figures/", views.figures, name="figures"),
    path("figures/<slug:field>/", views.figure, name="figure"),
    path("marks/", views.marks, name="marks"),
]
