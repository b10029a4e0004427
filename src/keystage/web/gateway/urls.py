"""Addresses of the return of a school."""

from django.urls import path

from keystage.web.gateway import (
    correcting_views,
    file_views,
    receipt_views,
    received_views,
    return_views,
)

_FILE = "files/<uuid:submission>/"

app_name = "gateway"
urlpatterns = [
    path("", return_views.return_, name="return"),
    path("pupils/<slug:which>/", return_views.numbers, name="numbers"),
    path("upload/", return_views.upload_file, name="upload"),
    path("template/", return_views.template, name="template"),
    path("files/", file_views.history, name="history"),
    path(_FILE, file_views.submission, name="submission"),
    path(f"{_FILE}issues.csv", file_views.issues_file, name="issues"),
    path(f"{_FILE}changes/", file_views.differences, name="differences"),
    path(f"{_FILE}same/", file_views.same, name="same"),
    path(f"{_FILE}submit/", file_views.submit, name="submit"),
    path(f"{_FILE}withdraw/", file_views.withdraw, name="withdraw"),
    path(f"{_FILE}receipt/", receipt_views.receipt, name="receipt"),
    path(f"{_FILE}receipt/receipt.json", receipt_views.receipt_file, name="receipt_file"),
    path(f"{_FILE}receipt/receipt.pdf", receipt_views.receipt_paper, name="receipt_paper"),
    path("received/", received_views.received, name="received"),
    path("received/download/<slug:form>/", received_views.download, name="download"),
    path("received/<uuid:pupil>/remove/", received_views.remove, name="remove"),
    path("received/<uuid:pupil>/put-back/", received_views.put_back, name="put_back"),
    path("correct/", correcting_views.correct, name="correct"),
    path("correct/list.csv", correcting_views.correct_file, name="correct_file"),
]
