"""Registers the exchange context with Django."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """The exchange context."""

    name = "yichuang.exchange"
    label = "exchange"
