"""Addresses of an authority's agreements with schools."""

from django.urls import path

from keystage.web.agreements import views

app_name = "agreements"
urlpatterns = [
    path("", views.listed, name="list"),
    path("schools.csv", views.download, name="download"),
    path("sending/", views.sending, name="sending"),
    path("<int:monitoring>/answer/", views.answer, name="answer"),
]
