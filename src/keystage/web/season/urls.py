"""Addresses of the dates of a season."""

from django.urls import path

from keystage.web.addresses import ANYWHERE
from keystage.web.season import views

_SETTER = "<setter:kind>/<str:code>/<year:year>/"

app_name = "season"
urlpatterns = [
    path(f"{ANYWHERE}season/", views.calendar, name="calendar"),
    path(f"{ANYWHERE}season/dates.csv", views.download, name="download"),
    path(f"{ANYWHERE}season/dates.ics", views.program, name="program"),
    path(f"{ANYWHERE}season/address/", views.address, name="address"),
    path(f"{_SETTER}season/<str:event>/", views.set_date, name="set"),
    path(f"{_SETTER}season/<str:event>/take-back/", views.take_back, name="take_back"),
    path("calendar/<str:token>.ics", views.fetch, name="fetch"),
]
