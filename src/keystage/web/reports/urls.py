"""Addresses of the reports to parents."""

from django.urls import path

from keystage.web.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.choose, name="choose"),
    path("<uuid:pupil>/", views.note, name="note"),
    path("<uuid:pupil>/report.pdf", views.one, name="one"),
    path("<uuid:pupil>/record.<str:form>", views.record, name="record"),
]
