"""Tables of the catalogue; nobody outside this context reads them but through its doors."""

from yichuang.catalogue.models.guidance import Intake, Wording
from yichuang.catalogue.models.implementation import (
    Fee,
    HandlingItem,
    ImplementationItem,
    LegalBasis,
    Material,
    Step,
)
from yichuang.catalogue.models.lists import CentreEntry, PowerListEntry, ResponsibilityListEntry
from yichuang.catalogue.models.versions import CatalogueAct, CatalogueItem

__all__ = [
    "CatalogueAct",
    "CatalogueItem",
    "CentreEntry",
    "Fee",
    "HandlingItem",
    "ImplementationItem",
    "Intake",
    "LegalBasis",
    "Material",
    "PowerListEntry",
    "ResponsibilityListEntry",
    "Step",
    "Wording",
]
