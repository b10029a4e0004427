"""Addresses of the record of acts and of the organisation's settings."""

from django.urls import path

from keystage.web.oversight import views

app_name = "oversight"
urlpatterns = [
    path("", views.audit, name="audit"),
    path("export/", views.export, name="export"),
    path("chain/", views.chain, name="chain"),
    path("settings/", views.settings, name="settings"),
    path("agreements/", views.agreements, name="agreements"),
]
