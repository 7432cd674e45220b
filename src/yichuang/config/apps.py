"""Starts the composition root: proves the digest before the first request."""

from django.apps import AppConfig

from yichuang.kernel.crypto import check_digest


class ConfigConfig(AppConfig):
    """Runs the self-tests that must pass before anything is served."""

    name = "yichuang.config"
    label = "config"

    def ready(self) -> None:
        """Refuse to start without a working SM3."""
        check_digest()
