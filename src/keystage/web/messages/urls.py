"""Addresses of the messages of an organisation and season."""

from django.urls import path

from keystage.web.messages import views

app_name = "messages"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("new/", views.write, name="write"),
    path("<uuid:message>/", views.thread, name="thread"),
    path("<uuid:message>/owner/", views.assign, name="assign"),
    path("<uuid:message>/state/", views.state, name="state"),
]
