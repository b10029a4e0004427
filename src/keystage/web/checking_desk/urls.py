"""Addresses of the checking exercise for bodies, and of its desk."""

from django.urls import path

from keystage.web.checking_desk import (
    acting,
    handing_over,
    list_views,
    one_views,
    rules_changing,
    rules_views,
    standing_views,
)

_BODY = "<body:kind>/<str:code>/<year:year>/checking/"
_ONE = f"{_BODY}requests/<uuid:asked_for>/"
_DESK = "national/<str:code>/<year:year>/checking/requests/<uuid:asked_for>/"
_RULES = "national/<str:code>/<year:year>/checking/rules/"
_DECISIONS = "national/<str:code>/<year:year>/checking/decisions/"
_VERSION = f"{_RULES}<int:version>/"

app_name = "checking_desk"
urlpatterns = [
    path(_BODY, standing_views.stands, name="standing"),
    path(f"{_BODY}schools.csv", standing_views.file, name="file"),
    path(f"{_BODY}requests/", list_views.requests, name="requests"),
    path(f"{_BODY}requests.csv", list_views.requests_file, name="requests_file"),
    path(_ONE, one_views.seen, name="request"),
    path(f"{_ONE}evidence/<uuid:document>/", one_views.document, name="document"),
    path(f"{_DESK}hold/", acting.hold, name="hold"),
    path(f"{_DESK}let-go/", acting.let_go, name="let_go"),
    path(f"{_DESK}decide/", acting.decide, name="decide"),
    path(f"{_DESK}question/", acting.send_back, name="send_back"),
    path(f"{_DESK}confirm/", acting.confirm, name="confirm"),
    path(f"{_DESK}doubt/", acting.doubt, name="doubt"),
    path(_DECISIONS, handing_over.decisions, name="decisions"),
    path(f"{_DECISIONS}<uuid:handover>/", handing_over.decisions_file, name="decisions_file"),
    path(_RULES, rules_views.every_version, name="rules"),
    path(f"{_RULES}edit/", rules_changing.edit, name="edit"),
    path(_VERSION, rules_views.version, name="version"),
    path(f"{_VERSION}text/", rules_views.version_file, name="version_file"),
    path(f"{_VERSION}approve/", rules_changing.approve, name="approve"),
    path(f"{_VERSION}discard/", rules_changing.discard, name="discard"),
    path(f"{_VERSION}back/", rules_changing.roll_back, name="roll_back"),
]
