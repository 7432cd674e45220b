"""What an identity provider says about somebody, checked: claims -> person and those he represents.

Pure. Standard claims: sub, name, phone_number, email. Ours: id_type and id_number (as in cases, "111" a resident
number), represented: a list of {uscc, name, capacity}, capacity "legal-representative" or "agent".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from yichuang.accounts.values import RESIDENT_CARD, IdentityNotVerified, Person, Represented
from yichuang.kernel.identifiers import resident_number, uscc
from yichuang.kernel.identifiers.refusals import IdentifierRefused
from yichuang.kernel.words import N_

CAPACITIES = ("legal-representative", "agent")
_MOST_REPRESENTED = 50


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody whom a provider has verified: `subject` is his stable name there."""

    subject: str
    person: Person
    represented: tuple[Represented, ...]


def _text(claims: Mapping[str, Any], name: str, *, most: int) -> str:
    value = claims.get(name, "")
    if not isinstance(value, str) or len(value) > most or "\x00" in value:
        raise IdentityNotVerified(reason=N_("认证机构返回的信息格式不正确"))
    return value.strip()


def _represented(claims: Mapping[str, Any]) -> tuple[Represented, ...]:
    stated = claims.get("represented") or []
    if not isinstance(stated, list) or len(stated) > _MOST_REPRESENTED:
        raise IdentityNotVerified(reason=N_("认证机构返回的信息格式不正确"))
    found: dict[tuple[str, str], Represented] = {}
    for entry in stated:
        if not isinstance(entry, dict) or entry.get("capacity") not in CAPACITIES:
            raise IdentityNotVerified(reason=N_("认证机构返回的代表关系不正确"))
        code = _text(entry, "uscc", most=18)
        try:
            uscc.check(code)
        except IdentifierRefused as fault:
            raise IdentityNotVerified(reason=N_("所代表单位的统一社会信用代码不正确")) from fault
        one = Represented(uscc=code, name=_text(entry, "name", most=128), capacity=str(entry["capacity"]))
        found[(one.uscc, one.capacity)] = one
    return tuple(found[key] for key in sorted(found))


def read(claims: Mapping[str, Any], *, on: date) -> Identity:
    """Return who the claims speak of; raises IdentityNotVerified when they do not prove a person."""
    subject, name = _text(claims, "sub", most=255), _text(claims, "name", most=64)
    id_type, id_number = _text(claims, "id_type", most=3) or RESIDENT_CARD, _text(claims, "id_number", most=64)
    if not subject or not name or not id_number:
        raise IdentityNotVerified(reason=N_("认证机构没有返回姓名或证件号码"))
    if id_type == RESIDENT_CARD:
        try:
            resident_number.check(id_number, on=on)
        except IdentifierRefused as fault:
            raise IdentityNotVerified(reason=N_("认证机构返回的居民身份证号码不正确")) from fault
    person = Person(
        name=name,
        id_type=id_type,
        id_number=id_number.upper(),
        phone=_text(claims, "phone_number", most=32),
        email=_text(claims, "email", most=254),
    )
    return Identity(subject=subject, person=person, represented=_represented(claims))
