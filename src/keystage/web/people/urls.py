"""Addresses of people and their roles."""

from django.urls import path

from keystage.web.people import handing_over, views

app_name = "people"
urlpatterns = [
    path("", views.listed, name="list"),
    path("who/", views.who, name="who"),
    path("review/", views.review, name="review"),
    path("invite/", views.invite, name="invite"),
    path("invitations/<uuid:invitation>/withdraw/", views.withdraw, name="withdraw"),
    path("<int:person>/", views.person, name="person"),
    path("<int:person>/give/", views.give, name="give"),
    path("roles/<int:grant>/renew/", views.renew, name="renew"),
    path("roles/<int:grant>/hand-over/", handing_over.hand_over, name="hand_over"),
    path("roles/<int:grant>/end/", views.end, name="end"),
]
