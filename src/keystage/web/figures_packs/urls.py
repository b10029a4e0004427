"""Addresses of a school's figures for others: the summary, the governors' pack, the website."""

from django.urls import path

from keystage.web.figures_packs import views

app_name = "figures_packs"
urlpatterns = [
    path("", views.packs, name="packs"),
    path("<uuid:release>/", views.pack, name="pack"),
    path("<uuid:release>/file/<slug:form>/", views.fetch, name="fetch"),
    path("<uuid:release>/summary/", views.summary, name="summary"),
    path("<uuid:release>/website/", views.website, name="website"),
    path("<uuid:release>/website/file/", views.fetch_website, name="fetch_website"),
    path("<uuid:release>/share/", views.share, name="share"),
    path("link/<int:pack>/end/", views.end_link, name="end_link"),
]
