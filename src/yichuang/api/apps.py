"""Registers the api context with Django."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The api context."""

    name = "yichuang.api"
    label = "api"
