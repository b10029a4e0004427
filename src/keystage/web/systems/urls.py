"""Addresses of the systems of an organisation."""

from django.urls import path

from keystage.web.systems import views

app_name = "systems"
urlpatterns = [
    path("", views.listed, name="list"),
    path("give/", views.give, name="give"),
    path("<int:system>/", views.system, name="system"),
    path("<int:system>/confirm/", views.confirm, name="confirm"),
    path("<int:system>/secret/", views.make_secret, name="secret"),
    path("<int:system>/withdraw/", views.withdraw, name="withdraw"),
]
