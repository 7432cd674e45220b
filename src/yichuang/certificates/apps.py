"""Registers the certificates context with Django."""

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    """The certificates context."""

    name = "yichuang.certificates"
    label = "certificates"
