"""Addresses of the public catalogue."""

from django.urls import path

from yichuang.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.items, name="items"),
    path("<str:code>/", views.item, name="item"),
]
