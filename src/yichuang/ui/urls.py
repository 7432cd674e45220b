"""Addresses of the page furniture."""

from django.urls import path
from django.views.i18n import set_language

from yichuang.accounts.queries import public_page
from yichuang.ui import views

app_name = "ui"
urlpatterns = [
    path("language/", public_page(set_language), name="language"),
    path("display/", views.display, name="display"),
    path("style/", views.style, name="style"),
]
