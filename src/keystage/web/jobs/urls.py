"""Addresses of long work."""

from django.urls import path

from keystage.web.jobs import views

app_name = "jobs"
urlpatterns = [
    path("<uuid:job>/", views.status, name="status"),
    path("<uuid:job>/again/", views.again, name="again"),
    path("<uuid:job>/file/", views.fetch, name="fetch"),
]
