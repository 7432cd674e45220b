"""What an identity provider says is checked before anybody believes it."""

from datetime import date
from typing import Any

import pytest

from yichuang.accounts.demonstration_identity import persons
from yichuang.accounts.identity import claims
from yichuang.accounts.values import IdentityNotVerified
from yichuang.kernel.identifiers import resident_number

ON = date(2026, 11, 26)
NUMBER = resident_number.generate(division="610924", born_on=date(1990, 2, 28), sequence=11)
GOOD: dict[str, Any] = {"sub": "1", "name": "测试甲", "id_number": NUMBER, "phone_number": "13900000000"}


def test_a_whole_answer_is_a_person() -> None:
    found = claims.read({**GOOD, "email": "a@example.invalid"}, on=ON)
    assert (found.subject, found.person.name, found.person.id_type) == ("1", "测试甲", "111")
    assert found.represented == ()


def test_a_resident_number_is_written_in_one_way() -> None:
    number = next(
        number
        for sequence in range(1, 200)
        if (number := resident_number.generate(division="610924", born_on=date(1992, 2, 29), sequence=sequence))[-1]
        == "X"
    )
    assert claims.read({**GOOD, "id_number": number.lower()}, on=ON).person.id_number == number


@pytest.mark.parametrize(
    "change",
    [
        {"sub": ""},
        {"name": ""},
        {"id_number": ""},
        {"id_number": NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1")},
        {"id_number": "610924299001010011"},
        {"name": "甲" * 65},
        {"name": ["测试甲"]},
        {"name": "a\x00b"},
        {"phone_number": 13900000000},
        {"represented": "firm"},
        {"represented": ["firm"]},
        {"represented": [{"uscc": persons.firm_code(), "name": "x", "capacity": "owner"}]},
        {"represented": [{"uscc": "91610924MA7DEM0161", "name": "x", "capacity": "agent"}]},
        {"represented": [{"uscc": persons.firm_code(), "name": "x", "capacity": "agent"}] * 51},
    ],
)
def test_an_answer_that_proves_no_person_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(IdentityNotVerified):
        claims.read({**GOOD, **change}, on=ON)


def test_a_name_beyond_the_basic_plane_is_a_name() -> None:
    assert claims.read({**GOOD, "name": "𠮷田𬭛"}, on=ON).person.name == "𠮷田𬭛"


def test_a_firm_named_twice_in_one_capacity_is_one() -> None:
    firm = {"uscc": persons.firm_code(), "name": "甲", "capacity": "agent"}
    found = claims.read({**GOOD, "represented": [firm, firm, {**firm, "capacity": "legal-representative"}]}, on=ON)
    assert [one.capacity for one in found.represented] == ["agent", "legal-representative"]


@pytest.mark.parametrize("person", persons.list_persons(), ids=lambda person: person.key)
def test_every_invented_person_is_a_person(person: persons.Invented) -> None:
    scopes = ("profile", "phone", "email", "identity", "represented")
    found = claims.read(persons.claims(person, scopes=scopes), on=ON)
    assert found.person.name == person.name
    assert bool(found.represented) == bool(person.capacity)


def test_the_old_citizen_is_old_and_the_others_are_of_age() -> None:
    ages = {person.key: person.age_on(ON) for person in persons.list_persons()}
    assert ages["wang"] == 78
    assert all(age >= 18 for age in ages.values())


def test_the_provider_says_no_more_than_was_granted() -> None:
    person = persons.list_persons()[0]
    assert set(persons.claims(person, scopes=["openid"])) == {"sub"}
    assert "id_number" not in persons.claims(person, scopes=["openid", "profile", "phone", "email"])
