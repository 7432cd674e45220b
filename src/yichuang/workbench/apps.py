"""Registers the workbench context with Django."""

from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    """The workbench context."""

    name = "yichuang.workbench"
    label = "workbench"
