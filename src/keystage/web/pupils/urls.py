"""Addresses of the pupils and the cohort."""

from django.urls import path

from keystage.web.pupils import advising, by_hand, one_pupil, reconciling, registering, views

app_name = "pupils"
urlpatterns = [
    path("", views.cohort, name="cohort"),
    path("add/", views.add, name="add"),
    path("new/", by_hand.new, name="new"),
    path("registration/", registering.registration, name="registration"),
    path("registration/submit/", registering.submit, name="submit"),
    path("reconcile/", reconciling.reconcile, name="reconcile"),
    path("reconcile/explain/", reconciling.explain, name="explain"),
    path("advice/", advising.advice, name="advice"),
    path("<uuid:pupil>/", one_pupil.pupil, name="pupil"),
    path("<uuid:pupil>/correct/", by_hand.correct, name="correct"),
    path("<uuid:pupil>/take-out/", views.take_out, name="take_out"),
    path("<uuid:pupil>/put-back/", views.put_back, name="put_back"),
    path("<uuid:pupil>/left/", views.leave, name="leave"),
]
