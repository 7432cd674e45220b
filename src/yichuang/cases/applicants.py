"""Applicants: a person's details beside the ledger, bound to it by a salted digest.

The ledger can never be changed, a person's details must be erasable: so the ledger keeps SM3 over a
random salt and the details, and erasing the row leaves a chain that still verifies and tells nothing.
"""

import os

import msgspec
from django.db import connection

from yichuang.cases.domain import bounds
from yichuang.cases.values import ApplicantDetails
from yichuang.kernel.crypto import sm3

SALT_BYTES = 16
INSERT = "INSERT INTO cases_applicant (case_id, salt, name, id_type, id_number, phone) VALUES (%s, %s, %s, %s, %s, %s)"
_encode = msgspec.json.Encoder().encode


def new_salt() -> bytes:
    """Return 16 random bytes."""
    return os.urandom(SALT_BYTES)


def digest_of(details: ApplicantDetails, *, salt: bytes) -> str:
    """Return SM3 of the salt and the canonical details, as hex."""
    return sm3(salt + _encode((details.name, details.id_type, details.id_number, details.phone))).hex()


def row_of(case_id: int, details: ApplicantDetails, *, salt: bytes) -> tuple[object, ...]:
    """Return the parameters of INSERT."""
    return (case_id, salt, details.name, details.id_type, details.id_number, details.phone)


def check(details: ApplicantDetails) -> None:
    """Refuse details that no table can hold; raises TextUnfit."""
    bounds.check(details, bounds.APPLICANT)


def store_applicant(case_id: int, details: ApplicantDetails, *, salt: bytes) -> None:
    """Keep the details of one case's applicant."""
    with connection.cursor() as cursor:
        cursor.execute(INSERT, row_of(case_id, details, salt=salt))


def replace_applicant(case_id: int, details: ApplicantDetails, *, salt: bytes) -> None:
    """Keep other details of one case's applicant: those that its receipt now names; an erased one comes not back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_applicant SET salt = %s, name = %s, id_type = %s, id_number = %s, phone = %s"
            " WHERE case_id = %s",
            [*row_of(case_id, details, salt=salt)[1:], case_id],
        )
