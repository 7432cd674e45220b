"""Registers the dashboards context with Django."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    """The dashboards context."""

    name = "yichuang.dashboards"
    label = "dashboards"
