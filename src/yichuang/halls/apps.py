"""Registers the halls context with Django."""

from django.apps import AppConfig


class HallsConfig(AppConfig):
    """The halls context."""

    name = "yichuang.halls"
    label = "halls"
