"""Registers the supervision context with Django."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """The supervision context."""

    name = "yichuang.supervision"
    label = "supervision"
