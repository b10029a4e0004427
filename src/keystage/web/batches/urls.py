"""Addresses of batches."""

from django.urls import path

from keystage.web.batches import views

app_name = "batches"
urlpatterns = [
    path("", views.batches, name="list"),
    path("<uuid:sent>/", views.batch, name="batch"),
    path("<uuid:sent>/files.csv", views.download, name="download"),
    path("<uuid:sent>/submit/", views.submit, name="submit"),
    path("<uuid:sent>/again/", views.again, name="again"),
]
