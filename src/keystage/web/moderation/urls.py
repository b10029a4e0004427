"""Addresses of moderation: those of an authority, and those of a school."""

from django.urls import path

from keystage.web.addresses import SEASON
from keystage.web.moderation import authority_views, school_views

_AUTHORITY = "authority/<str:code>/<year:year>/moderation/"

app_name = "moderation"
urlpatterns = [
    path(f"{SEASON}moderation/", school_views.visit, name="visit"),
    path(f"{SEASON}moderation/set-aside/", school_views.set_aside, name="set_aside"),
    path(_AUTHORITY, authority_views.schools, name="schools"),
    path(f"{_AUTHORITY}choose/", authority_views.choose, name="choose"),
    path(f"{_AUTHORITY}<str:moderated>/", authority_views.school, name="school"),
    path(f"{_AUTHORITY}<str:moderated>/sample/", authority_views.sample, name="sample"),
    path(f"{_AUTHORITY}<str:moderated>/visit/", authority_views.record, name="record"),
    path(f"{_AUTHORITY}<str:moderated>/withdraw/", authority_views.withdraw, name="withdraw"),
]
