"""Addresses of the keys of receipts and of the page that verifies them."""

from django.urls import path

from keystage.web.receipts import views

app_name = "receipts"
urlpatterns = [
    path("keys.json", views.keys, name="keys"),
    path("verify/", views.verify, name="verify"),
]
