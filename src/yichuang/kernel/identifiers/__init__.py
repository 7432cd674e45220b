"""Identifiers of Chinese public administration: parse, check, generate, one module each.

`uscc.parse(text)` returns a frozen dataclass with the parts, `uscc.check(text)` only judges, and
`uscc.generate(...)` builds a synthetic code. All refuse with a type that names identifier, position,
what stood there, what was expected, the remedy and the standard.
"""

from yichuang.kernel.identifiers import (
    case_number,
    certificate_identifier,
    division_code,
    item_code,
    organisation_code,
    project_code,
    registration_2015,
    resident_number,
    uscc,
)
from yichuang.kernel.identifiers.case_number import CaseNumber, NationalCaseNumber
from yichuang.kernel.identifiers.certificate_identifier import CertificateIdentifier, WrongFieldCount
from yichuang.kernel.identifiers.division_code import (
    DivisionCode,
    DivisionLevel,
    DivisionRegistry,
    DivisionValidity,
)
from yichuang.kernel.identifiers.item_code import (
    BasicCode,
    Family,
    GuideImplementationCode,
    HandlingCode,
    ImplementationCode,
    ItemCode,
)
from yichuang.kernel.identifiers.organisation_code import OrganisationCode
from yichuang.kernel.identifiers.project_code import ProjectCode
from yichuang.kernel.identifiers.refusals import (
    DateInFuture,
    DivisionNoLongerInForce,
    DivisionNotYetInForce,
    DivisionReplaced,
    DivisionUnknown,
    IdentifierKind,
    IdentifierRefused,
    ImpossibleDate,
    OldResidentNumber,
    WrongCharacter,
    WrongCheckCharacter,
    WrongLength,
    WrongPart,
)
from yichuang.kernel.identifiers.registration_2015 import RegistrationNumber, TaxRegistrationNumber
from yichuang.kernel.identifiers.resident_number import ResidentNumber, Sex
from yichuang.kernel.identifiers.uscc import Uscc

__all__ = [
    "BasicCode",
    "CaseNumber",
    "CertificateIdentifier",
    "DateInFuture",
    "DivisionCode",
    "DivisionLevel",
    "DivisionNoLongerInForce",
    "DivisionNotYetInForce",
    "DivisionRegistry",
    "DivisionReplaced",
    "DivisionUnknown",
    "DivisionValidity",
    "Family",
    "GuideImplementationCode",
    "HandlingCode",
    "IdentifierKind",
    "IdentifierRefused",
    "ImplementationCode",
    "ImpossibleDate",
    "ItemCode",
    "NationalCaseNumber",
    "OldResidentNumber",
    "OrganisationCode",
    "ProjectCode",
    "RegistrationNumber",
    "ResidentNumber",
    "Sex",
    "TaxRegistrationNumber",
    "Uscc",
    "WrongCharacter",
    "WrongCheckCharacter",
    "WrongFieldCount",
    "WrongLength",
    "WrongPart",
    "case_number",
    "certificate_identifier",
    "division_code",
    "item_code",
    "organisation_code",
    "project_code",
    "registration_2015",
    "resident_number",
    "uscc",
]
