"""Registers the notices context with Django."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The notices context."""

    name = "yichuang.notices"
    label = "notices"
