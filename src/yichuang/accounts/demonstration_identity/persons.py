"""The invented persons of the demonstration and what the provider says about them.

Numbers are made by the rules of GB 11643 and GB 32100 and are meant for nobody; phones and mail addresses lead nowhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from yichuang.kernel.identifiers import resident_number, uscc
from yichuang.kernel.words import N_

FIRM = "紫阳县富硒茶业演示有限公司"


@dataclass(frozen=True, slots=True)
class Invented:
    """One invented person; `capacity` is what he is for the demonstration's firm, "" for none."""

    key: str
    name: str
    born_on: date
    sequence: int
    phone: str
    about: str
    capacity: str = ""

    def age_on(self, on: date) -> int:
        """Return completed years on a day."""
        return on.year - self.born_on.year - ((on.month, on.day) < (self.born_on.month, self.born_on.day))

    @property
    def id_number(self) -> str:
        """Return the resident number."""
        return resident_number.generate(division="610924", born_on=self.born_on, sequence=self.sequence)

    @property
    def subject(self) -> str:
        """Return the name under which the provider knows the person for ever."""
        return f"demonstration-{self.key}"


_PERSONS = (
    Invented("chen", "陈小禾", date(1991, 3, 8), 902, "13900000011", N_("居民")),
    Invented("wang", "王德厚", date(1948, 5, 20), 903, "13900000012", N_("居民，高龄老人")),
    Invented("liu", "刘启明", date(1976, 11, 2), 905, "13900000013", N_("企业法定代表人"), "legal-representative"),
    Invented("zhou", "周一诺", date(1994, 2, 28), 908, "13900000014", N_("企业经办人"), "agent"),
)


@cache
def firm_code() -> str:
    """Return the credit code of the demonstration's firm."""
    return uscc.generate(department="9", category="1", division="610924", organisation_body="MA7DEM01")


def list_persons() -> tuple[Invented, ...]:
    """Return all invented persons."""
    return _PERSONS


def find(key: str) -> Invented | None:
    """Return one person, None for an unknown key."""
    return next((person for person in _PERSONS if person.key == key), None)


def claims(person: Invented, *, scopes: Iterable[str]) -> dict[str, Any]:
    """Return what the provider says about a person to one who was granted the scopes."""
    granted = set(scopes)
    by_scope: Mapping[str, Mapping[str, Any]] = {
        "profile": {"name": person.name, "birthdate": person.born_on.isoformat(), "zoneinfo": "Asia/Shanghai"},
        "phone": {"phone_number": person.phone, "phone_number_verified": True},
        "email": {"email": f"{person.key}@example.invalid", "email_verified": True},
        "identity": {"id_type": "111", "id_number": person.id_number},
        "represented": {
            "represented": [{"uscc": firm_code(), "name": FIRM, "capacity": person.capacity}] if person.capacity else []
        },
    }
    found: dict[str, Any] = {"sub": person.subject}
    for scope, said in by_scope.items():
        if scope in granted:
            found.update(said)
    return found
