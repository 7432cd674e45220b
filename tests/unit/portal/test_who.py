"""Who applies: identity comes from the account, in every capacity, whatever the form says."""

import pytest

from yichuang.accounts.values import Person, Represented
from yichuang.cases.values import Application
from yichuang.portal.applying import who

PERSON = Person(
    name="陈测试", id_type="111", id_number="610924199001010011", phone="13900000011", email="c@example.invalid"
)
OWN = Represented(uscc="91610924MA6TEST01X", name="测试茶业有限公司", capacity="legal-representative")
OTHERS = Represented(uscc="91610924MA6TEST02X", name="测试药业有限公司", capacity="agent")
FIRMS = (OWN, OTHERS)
RELATIVE = {"applicant.name": "王测试", "applicant.id_number": "610924194801010012"}


def fill(capacity: str, **post: str) -> Application:
    return who.fill(Application(), {"capacity": capacity, **post}, person=PERSON, firms=FIRMS)


def test_for_himself_the_person_is_the_applicant_and_nobody_acts_for_him() -> None:
    told = fill("self", **{"own.phone": "13900000099"})
    assert (told.applicant.name, told.applicant.id_number) == (PERSON.name, PERSON.id_number)
    assert told.applicant.phone == "13900000099"
    assert told.agent is None
    assert who.capacity_of(told) == "self"


def test_for_a_relative_the_person_acts_and_the_relative_is_the_applicant() -> None:
    told = fill("family", **RELATIVE)
    assert told.applicant.name == "王测试"
    assert told.agent is not None and told.agent.id_number == PERSON.id_number
    assert who.capacity_of(told) == "family"


def test_a_legal_representative_applies_in_the_name_of_his_firm() -> None:
    told = fill(f"firm:{OWN.uscc}")
    assert told.represented == (OWN.uscc, OWN.name)
    assert (told.applicant.name, told.agent) == (PERSON.name, None)
    assert who.capacity_of(told) == f"firm:{OWN.uscc}"


def test_an_agent_goes_in_the_place_of_a_firm_that_is_the_applicant_itself() -> None:
    told = fill(f"firm:{OTHERS.uscc}")
    assert (told.applicant.name, told.applicant.id_number) == (OTHERS.name, OTHERS.uscc)
    assert told.agent is not None
    assert (told.agent.name, told.agent_relation) == (PERSON.name, "entrusted")
    assert who.capacity_of(told) == f"firm:{OTHERS.uscc}"


@pytest.mark.parametrize("capacity", ["", "firm:", "firm:91000000000000000X", "clerk"])
def test_a_capacity_that_one_does_not_have_changes_nothing(capacity: str) -> None:
    assert fill(capacity) == Application()
    assert who.capacity_of(Application()) == ""


def test_changing_ones_mind_leaves_nothing_of_the_first_capacity_behind() -> None:
    first = fill("family", **RELATIVE)
    then = who.fill(first, {"capacity": "self"}, person=PERSON, firms=FIRMS)
    assert (then.agent, then.agent_relation, then.applicant.name) == (None, "", PERSON.name)


@pytest.mark.parametrize(
    ("natural", "legal", "offered"),
    [
        (True, False, ["self", "family"]),
        (False, True, [f"firm:{OWN.uscc}", f"firm:{OTHERS.uscc}"]),
        (True, True, ["self", "family", f"firm:{OWN.uscc}", f"firm:{OTHERS.uscc}"]),
    ],
)
def test_only_capacities_that_the_item_serves_are_offered(natural: bool, legal: bool, offered: list[str]) -> None:
    assert [one.key for one in who.capacities(PERSON, FIRMS, natural=natural, legal=legal)] == offered


def test_own_numbers_are_shown_masked_wherever_they_are_shown() -> None:
    shown = "".join(one.note for one in who.capacities(PERSON, FIRMS, natural=True, legal=True))
    shown += "".join(text for _label, text in who.described(fill("self")))
    assert PERSON.id_number not in shown
    assert "6109" in shown
