"""Addresses of the checking exercise at a school."""

from django.urls import path

from keystage.web.checking import (
    asking,
    choosing,
    confirming,
    documents,
    lists,
    one_request,
    views,
)

_RELEASE = "<uuid:release>/"
_REQUEST = "requests/<uuid:asked>/"
_DOCUMENT = f"{_REQUEST}evidence/<uuid:document>/"

app_name = "checking"
urlpatterns = [
    path("", views.windows, name="windows"),
    path(f"{_RELEASE}pupils/<slug:which>/", views.pupils, name="pupils"),
    path(f"{_RELEASE}pupils/<slug:which>/file/", views.pupils_file, name="pupils_file"),
    path(f"{_RELEASE}lists.zip", views.zipped, name="zipped"),
    path(f"{_RELEASE}figures/", views.measures, name="measures"),
    path(f"{_RELEASE}correct/", confirming.correct, name="correct"),
    path(f"{_RELEASE}correct/say/", confirming.confirm, name="confirm"),
    path(f"{_RELEASE}correct/back/", confirming.take_back, name="take_back"),
    path(f"{_RELEASE}new/", choosing.add, name="add"),
    path(f"{_RELEASE}pupil/<int:line>/new/", choosing.choose, name="choose"),
    path("requests/", lists.requests, name="requests"),
    path("requests/file/", lists.requests_file, name="requests_file"),
    path(_REQUEST, one_request.one, name="one"),
    path(f"{_REQUEST}question/<slug:question>/", asking.question, name="question"),
    path(f"{_REQUEST}explanation/", asking.explain, name="explain"),
    path(f"{_REQUEST}evidence/", documents.add, name="add_document"),
    path(_DOCUMENT, documents.document, name="document"),
    path(f"{_DOCUMENT}remove/", documents.remove, name="remove_document"),
    path(f"{_REQUEST}propose/", one_request.propose, name="propose"),
    path(f"{_REQUEST}send/", one_request.send, name="send"),
    path(f"{_REQUEST}put-back/", one_request.put_back, name="put_back"),
    path(f"{_REQUEST}hand-back/", one_request.hand_back, name="hand_back"),
    path(f"{_REQUEST}sent/", one_request.sent, name="sent"),
    path(f"{_REQUEST}reply/", one_request.reply, name="reply"),
    path(f"{_REQUEST}withdraw/", one_request.withdraw, name="withdraw"),
    path(f"{_REQUEST}recall/", one_request.recall, name="recall"),
]
