"""Addresses of what is told of the service itself."""

from django.urls import path

from keystage.web.service import desk_views, views

_DESK = "national/<str:code>/<year:year>/desk/"

app_name = "service"
urlpatterns = [
    path("status/", views.status, name="status"),
    path(f"{_DESK}works/", desk_views.works, name="works"),
    path(f"{_DESK}works/<int:notice>/end/", desk_views.end, name="end"),
    path(f"{_DESK}help-desks/", desk_views.help_desks, name="help_desks"),
    path(f"{_DESK}help-desks/<int:desk>/remove/", desk_views.remove, name="remove"),
]
