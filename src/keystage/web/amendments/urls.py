"""Addresses of amendments: those of a school, of an authority, and of the agency's desk."""

from django.urls import path

from keystage.web.addresses import SEASON
from keystage.web.amendments import authority_views, desk_views, school_views

_SCHOOL = f"{SEASON}amendments/"
_AUTHORITY = "authority/<str:code>/<year:year>/amendments/"
_DESK = "national/<str:code>/<year:year>/desk/amendments/"
_ONE = "<uuid:amendment>/"
_DOCUMENT = f"{_ONE}evidence/<uuid:document>/"

app_name = "amendments"
urlpatterns = [
    path(_SCHOOL, school_views.register, name="register"),
    path(f"{_SCHOOL}register.csv", school_views.register_file, name="register_file"),
    path(f"{_SCHOOL}new/", school_views.ask, name="ask"),
    path(f"{_SCHOOL}{_ONE}", school_views.one, name="one"),
    path(f"{_SCHOOL}{_ONE}send/", school_views.send, name="send"),
    path(f"{_SCHOOL}{_ONE}withdraw/", school_views.withdraw, name="withdraw"),
    path(f"{_SCHOOL}{_ONE}done/", school_views.done, name="done"),
    path(f"{_SCHOOL}{_ONE}evidence/", school_views.add_document, name="add_document"),
    path(f"{_SCHOOL}{_DOCUMENT}", school_views.document, name="document"),
    path(f"{_SCHOOL}{_DOCUMENT}remove/", school_views.remove_document, name="remove_document"),
    path(_AUTHORITY, authority_views.register, name="authority_register"),
    path(f"{_AUTHORITY}register.csv", authority_views.register_file, name="authority_file"),
    path(f"{_AUTHORITY}{_ONE}", authority_views.one, name="authority_one"),
    path(f"{_AUTHORITY}{_DOCUMENT}", authority_views.document, name="authority_document"),
    path(_DESK, desk_views.register, name="desk_register"),
    path(f"{_DESK}register.csv", desk_views.register_file, name="desk_file"),
    path(f"{_DESK}{_ONE}", desk_views.one, name="desk_one"),
    path(f"{_DESK}{_DOCUMENT}", desk_views.document, name="desk_document"),
]
