"""Addresses of the agency's desk."""

from django.urls import path

from keystage.web.desk import changing, views

app_name = "desk"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("schools/", views.find, name="find"),
    path("schools/<str:school>/", views.school, name="school"),
    path("schools/<str:school>/reopen/", changing.reopen_return, name="reopen"),
    path("schools/<str:school>/close/", changing.close_return, name="close"),
    path("close/", changing.close_everyone, name="close_all"),
]
