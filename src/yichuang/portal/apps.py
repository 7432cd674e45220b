"""Registers the portal context with Django."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The portal context."""

    name = "yichuang.portal"
    label = "portal"
