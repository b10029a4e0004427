"""Addresses of the mark sheet."""

from django.urls import path

from keystage.web.sheet import scale_views, views
from keystage.web.sheet.checks import accept_views, looking_views
from keystage.web.sheet.filling import fill_views
from keystage.web.sheet.papers import paper_views
from keystage.web.sheet.signing import sign_views

app_name = "sheet"

urlpatterns = [
    path("", views.sheet_grid, name="grid"),
    path("save/", views.save, name="save"),
    path("cells/", views.cells, name="cells"),
    path("check/", views.check, name="check"),
    path("checks/", looking_views.checks, name="checks"),
    path("accept/<str:finding>/", accept_views.accept, name="accept"),
    path("accept/<str:finding>/back/", accept_views.take_back, name="take_back"),
    path("history/<uuid:pupil>/", looking_views.pupil_history, name="history"),
    path("load/", looking_views.load, name="load"),
    path("fill/", fill_views.fill_down, name="fill"),
    path("fill/apply/", fill_views.fill_apply, name="fill_apply"),
    path("batch/<uuid:batch>/", fill_views.batch, name="batch"),
    path("p-scales/", scale_views.scales, name="scales"),
    path("sign/", sign_views.sign, name="sign"),
    path("sign/class/", sign_views.sign_class, name="sign_class"),
    path("sign/head/", sign_views.sign_head, name="sign_head"),
    path("sign/back/", sign_views.send_back, name="send_back"),
    path("paper/", paper_views.paper, name="paper"),
    path("print/<str:form>/", paper_views.printed, name="print"),
    path("print/<str:form>/sheet.pdf", paper_views.printed_pdf, name="print_pdf"),
    path("download/<str:form>/", paper_views.download, name="download"),
    path("upload/", paper_views.upload, name="upload"),
    path("upload/apply/", paper_views.upload_apply, name="upload_apply"),
]
