"""Registers the catalogue context with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogueConfig(AppConfig):
    """The catalogue context."""

    name = "yichuang.catalogue"
    label = "catalogue"
    verbose_name = _("事项目录")
