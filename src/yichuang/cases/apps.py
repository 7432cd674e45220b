"""Registers the cases context with Django."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The cases context."""

    name = "yichuang.cases"
    label = "cases"
