"""Registers the scenario context with Django."""

from django.apps import AppConfig


class ScenarioConfig(AppConfig):
    """The scenario context."""

    name = "yichuang.scenario"
    label = "scenario"
