"""Registers the accounts context with Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The accounts context."""

    name = "yichuang.accounts"
    label = "accounts"
