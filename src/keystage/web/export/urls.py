"""Addresses of the files that go out."""

from django.urls import path

from keystage.web.export import transfer_views, views

app_name = "export"
urlpatterns = [
    path("", views.history, name="history"),
    path("new/", views.who, name="who"),
    path("new/what/", views.what, name="what"),
    path("new/check/", views.check, name="check"),
    path("transfer/", transfer_views.choose, name="transfer"),
    path("set-up/", views.set_up, name="set_up"),
    path("find/", views.find, name="find"),
    path("<uuid:file>/", views.made, name="made"),
    path("<uuid:file>/download/", views.download, name="download"),
    path("<uuid:file>/transfer/", transfer_views.download, name="transfer_download"),
]
