"""Addresses of released results: a school's, a body's, the intake's, the agency's, and packs."""

from django.urls import path

from keystage.web.addresses import SEASON
from keystage.web.desk_results import views as desk
from keystage.web.released import (
    bodies,
    downloads,
    incoming,
    integrity,
    packs,
    places,
    reviews,
    scripts,
    sheet,
    views,
)

app_name = "released"
_SCHOOL = f"{SEASON}released/"
_BODY = "<body:kind>/<str:code>/<year:year>/results/"
_AUTHORITY = "authority/<str:code>/<year:year>/places/"
_AGENCY = "national/<str:code>/<year:year>/releases/"
_FILE = "<slug:part>/<slug:form>/"

urlpatterns = [
    path(_SCHOOL, views.results, name="results"),
    path(f"{_SCHOOL}test/<slug:test>/", views.one_test, name="test"),
    path(f"{_SCHOOL}result/<int:result>/", views.result, name="result"),
    path(f"{_SCHOOL}result/<int:result>/review/", reviews.propose, name="propose"),
    path(f"{_SCHOOL}tables/", views.tables, name="tables"),
    path(f"{_SCHOOL}versions/", views.versions, name="versions"),
    path(f"{_SCHOOL}download/{_FILE}", views.fetch, name="fetch"),
    path(f"{_SCHOOL}take/", sheet.take, name="take"),
    path(f"{_SCHOOL}sheet/", sheet.old, name="old"),
    path(f"{_SCHOOL}sheet/clear/", sheet.clear, name="clear"),
    path(f"{_SCHOOL}downloads/", downloads.downloads, name="downloads"),
    path(f"{_SCHOOL}check/", integrity.check, name="integrity"),
    path(f"{_SCHOOL}query/", integrity.query, name="query"),
    path(f"{_SCHOOL}reviews/", reviews.reviews, name="reviews"),
    path(f"{_SCHOOL}reviews/<int:review>/approve/", reviews.approve, name="approve_review"),
    path(f"{_SCHOOL}reviews/<int:review>/sent/", reviews.send, name="send_review"),
    path(f"{_SCHOOL}reviews/<int:review>/answer/", reviews.answer, name="answer_review"),
    path(f"{_SCHOOL}reviews/<int:review>/back/", reviews.withdraw, name="withdraw_review"),
    path(f"{_SCHOOL}scripts/", scripts.scripts, name="scripts"),
    path(f"{_SCHOOL}packs/", packs.packs, name="packs"),
    path(f"{_SCHOOL}packs/<int:pack>/end/", packs.end_pack, name="end_pack"),
    path(f"{_SCHOOL}incoming/", incoming.incoming, name="incoming"),
    path(f"{_SCHOOL}incoming/{_FILE}", incoming.fetch_incoming, name="fetch_incoming"),
    path(_BODY, bodies.schools, name="schools"),
    path(f"{_BODY}downloads/", downloads.downloads_of_body, name="downloads_of_body"),
    path(f"{_BODY}check/", integrity.check_all, name="check_all"),
    path(f"{_BODY}query/", integrity.query_of_body, name="query_of_body"),
    path(f"{_BODY}download/{_FILE}", bodies.fetch_all, name="fetch_all"),
    path(f"{_BODY}school/<str:number>/", bodies.one_school, name="school"),
    path(f"{_BODY}school/<str:number>/{_FILE}", bodies.fetch_one, name="fetch_one"),
    path(_AUTHORITY, places.places, name="places"),
    path(f"{_AUTHORITY}take/", places.take_places, name="take_places"),
    path(f"{_AUTHORITY}<str:school>/end/", places.end_places, name="end_places"),
    path(_AGENCY, desk.releases, name="releases"),
    path(f"{_AGENCY}new/", desk.prepare, name="prepare"),
    path(f"{_AGENCY}<uuid:release>/", desk.release, name="release"),
    path(f"{_AGENCY}<uuid:release>/again/", desk.go_on, name="go_on_release"),
    path(f"{_AGENCY}<uuid:release>/faults.csv", desk.faults, name="faults_of_release"),
    path(f"{_AGENCY}<uuid:release>/approve/", desk.approve, name="approve_release"),
    path(f"{_AGENCY}<uuid:release>/minute/", desk.move, name="move_release"),
    path(f"{_AGENCY}<uuid:release>/back/", desk.withdraw, name="withdraw_release"),
    path(f"{_AGENCY}<uuid:release>/return/", desk.ask_back, name="ask_back_release"),
    path(f"{_AGENCY}<uuid:release>/returned/", desk.put_back, name="put_back_release"),
    path("pack/<str:token>/", packs.pack, name="pack"),
]
