"""Addresses of where a person begins."""

from django.urls import path

from keystage.web.home import views

app_name = "home"
urlpatterns = [
    path("school/<str:code>/", views.seasons, name="seasons"),
    path("school/<str:code>/<year:year>/", views.tasks, name="tasks"),
]
