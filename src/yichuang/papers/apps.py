"""Registers the papers context with Django."""

from django.apps import AppConfig


class PapersConfig(AppConfig):
    """The papers context."""

    name = "yichuang.papers"
    label = "papers"
