"""Addresses of what the service says of itself."""

from django.urls import path

from keystage.web.about import views

app_name = "about"
urlpatterns = [
    path("accessibility", views.accessibility, name="accessibility"),
    path("privacy", views.privacy, name="privacy"),
    path("cookies", views.cookies, name="cookies"),
    path("help", views.assistance, name="help"),
    path("terms", views.terms, name="terms"),
]
