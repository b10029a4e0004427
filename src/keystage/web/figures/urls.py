"""Addresses of released figures of a school."""

from django.urls import include, path, register_converter

from keystage.web.figures import (
    differing_views,
    earlier_school,
    gap_views,
    method_views,
    pupil_views,
    similar_views,
    taking_views,
    views,
)
from keystage.web.figures.parts import PARTS

app_name = "figures"
_FILE = "file/<slug:form>/"
_PAIR = "against/<uuid:other>/"
_RULES = "method-lab/<slug:rules>/"


class PartOfAPage:
    """The page of a release, in an address: one of those there are, so that it is told first."""

    regex = "|".join(PARTS)

    def to_python(self, value: str) -> str:
        """The page."""
        return value

    def to_url(self, value: str) -> str:
        """The page as it stands in an address."""
        return value


register_converter(PartOfAPage, "figures_part")

_OF_A_RELEASE = [
    path("<figures_part:part>/", views.release, name="release"),
    path(f"<figures_part:part>/{_FILE}", views.fetch, name="fetch"),
    path("figure/<slug:name>/", views.figure, name="figure"),
    path("what-if/", views.what_if, name="what_if"),
    path("measures/", gap_views.measures, name="measures"),
    path("gaps/", gap_views.gaps, name="gaps"),
    path("gaps/<slug:name>/", gap_views.gap, name="gap"),
    path(f"gaps/{_FILE}", gap_views.fetch_gaps, name="gaps_file"),
    path("changes/", differing_views.changes, name="changes"),
    path(_PAIR, differing_views.against, name="against"),
    path(f"{_PAIR}{_FILE}", differing_views.against_file, name="against_file"),
    path(f"{_PAIR}figure/<slug:name>/", differing_views.against_figure, name="against_figure"),
    path("method-lab/", method_views.method, name="method"),
    path(_RULES, method_views.under, name="under"),
    path(f"{_RULES}figure/<slug:name>/", method_views.under_figure, name="under_figure"),
    path("similar/", similar_views.similar, name="similar"),
    path(f"similar/{_FILE}", taking_views.fetch_similar, name="similar_file"),
    path("scatter/", pupil_views.scatter, name="scatter"),
    path(f"scatter/{_FILE}", taking_views.fetch_scatter, name="scatter_file"),
    path("files/", taking_views.files, name="files"),
    path(f"pupils/{_FILE}", taking_views.fetch_pupils, name="pupils_file"),
    path(f"all/{_FILE}", taking_views.everything, name="everything"),
]
urlpatterns = [
    path("", views.releases, name="releases"),
    path("<uuid:release>/", include(_OF_A_RELEASE)),
    path("earlier-school/", earlier_school.earlier_school, name="earlier_school"),
]
