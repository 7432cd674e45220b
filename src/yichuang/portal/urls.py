"""Addresses of the public's side."""

from django.urls import path

from yichuang.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.items, name="home"),
    path("items/", views.items, name="items"),
    path("items/<str:code>/", views.item, name="item"),
]
