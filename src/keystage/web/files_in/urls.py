"""Addresses of the files that come in: the same pages for every sort of file."""

from django.urls import path

from keystage.web.files_in import views
from keystage.web.files_in.sorts import SORTS

app_name = "files_in"
urlpatterns = [
    path("", views.history, name="history"),
    *(
        path(
            f"{sort.kind}/{there}",
            views.declared(sort, shows, methods=methods),
            name=f"{sort.kind}_{shows.__name__}",
        )
        for sort in SORTS.values()
        for there, shows, methods in views.PAGES
    ),
]
