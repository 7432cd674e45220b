"""Registers the regions context with Django."""

from django.apps import AppConfig


class RegionsConfig(AppConfig):
    """The regions context."""

    name = "yichuang.regions"
    label = "regions"
