"""Addresses of the exchange's pages."""

from django.urls import path

from yichuang.dashboards.exchange import views

urlpatterns = [
    path("", views.health, name="exchange"),
    path("sources/<str:source>/", views.source, name="exchange-source"),
    path("quarantine/", views.quarantine, name="exchange-quarantine"),
    path("quarantine/<int:record>/", views.record, name="exchange-record"),
    path("conflicts/<int:conflict>/", views.conflict, name="exchange-conflict"),
]
