"""Addresses of test week."""

from django.urls import path

from keystage.web.register import arrangement_views, copies, declaration_views, order_views, views

app_name = "register"
urlpatterns = [
    path("", views.register, name="register"),
    path("save/", views.save, name="save"),
    path("fill/", views.fill, name="fill"),
    path("contradictions/", views.contradictions, name="contradictions"),
    path("late/", views.late, name="late"),
    path("confirm/", views.confirm, name="confirm"),
    path("orders/", order_views.orders, name="orders"),
    path("orders/place/", order_views.place, name="orders_place"),
    path("orders/ask/", order_views.ask, name="orders_ask"),
    path("orders/back/", order_views.back, name="orders_back"),
    path("print/", copies.printed, name="print"),
    path("download/", copies.download, name="download"),
    path("declaration/", declaration_views.declaration, name="declaration"),
    path("declaration/draft/", declaration_views.draft, name="draft"),
    path("declaration/sign/", declaration_views.sign, name="sign"),
    path("declaration/<str:form>/", declaration_views.document, name="document"),
    path("arrangements/", arrangement_views.arrangements, name="arrangements"),
    path("arrangements/counts/", arrangement_views.counts, name="counts"),
    path("arrangements/add/", arrangement_views.arrange, name="arrange"),
    path("arrangements/<int:arrangement>/", arrangement_views.arrangement, name="arrangement"),
    path("arrangements/<int:arrangement>/decide/", arrangement_views.decide, name="decide"),
    path("arrangements/<int:arrangement>/told/", arrangement_views.told, name="told"),
    path("arrangements/<int:arrangement>/withdraw/", arrangement_views.withdraw, name="withdraw"),
]
