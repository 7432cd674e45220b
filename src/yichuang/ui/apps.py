"""Registers the page furniture with Django."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """The page furniture."""

    name = "yichuang.ui"
    label = "ui"
