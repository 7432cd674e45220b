"""Registers the feedback context with Django."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    """The feedback context."""

    name = "yichuang.feedback"
    label = "feedback"
