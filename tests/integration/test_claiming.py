"""Claiming: the applicant of a case from a window takes it into his account; everybody else learns nothing."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.factories import intake as i
from tests.factories.at_once import at_once, on_disk
from tests.factories.catalogue import handmade_catalogue
from tests.factories.filings import decided, file, filing
from tests.factories.intake import folder_of_files, small_catalogue
from yichuang.cases import commands, queries
from yichuang.cases.models import Event, Form
from yichuang.cases.values import CaseNotFound
from yichuang.kernel.actor import Actor
from yichuang.kernel.identifiers import resident_number, uscc
from yichuang.kernel.identifiers.case_number import generate_number

__all__ = ["folder_of_files", "handmade_catalogue", "small_catalogue"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder_of_files")]
LATER = i.AT + timedelta(hours=1)
NOBODY = generate_number(division="610924", on=i.AT.date(), serial=4711)
HIS = ("111", i.PARTY.id_number)
ANOTHERS = resident_number.generate(division="610924", born_on=date(1985, 3, 7), sequence=12)


def at_window(code: str, **changes: Any) -> str:
    """Take in an application at a window: it gets no owner."""
    return i.filed(code, by=i.CLERK, place=i.WINDOW, **changes)


def claim(number: str, identity: tuple[str, str] = HIS, *, by: Actor = i.CHEN, owner: str = "") -> str:
    id_type, id_number = identity
    return commands.claim_case(
        number=number, owner=owner or by.id, id_type=id_type, id_number=id_number, by=by, at=LATER
    )


def owned(number: str, by: Actor = i.CHEN) -> bool:
    return queries.owns(number=number, owner=by.id)


def test_the_applicant_takes_a_case_from_a_window_into_his_account_and_history_stays(small_catalogue: str) -> None:
    number = at_window(small_catalogue)
    assert not owned(number)
    before = list(Event.objects.order_by("position").values_list("hash", flat=True))
    assert queries.find_claim(number=number, identities=[("001", "X"), HIS]) == HIS
    assert claim(number) == number
    assert owned(number)
    assert number in [row.number for row in queries.page_own(owner=i.CHEN.id)]
    assert list(Event.objects.order_by("position").values_list("hash", flat=True)) == before
    assert queries.get_case(number).chain_faults == ()
    # Pressed twice it stays his; nothing is left to be claimed.
    assert claim(number) == number
    assert queries.find_claim(number=number, identities=[HIS]) is None


def test_a_number_spelled_in_another_way_is_the_same_number(small_catalogue: str) -> None:
    number = at_window(small_catalogue)
    assert claim(number, ("111", f" {HIS[1].lower()} ")) == number


def test_whoever_may_act_for_a_firm_claims_its_case_by_its_credit_code(small_catalogue: str) -> None:
    code = uscc.generate(department="9", category="1", division="610924", organisation_body="MA70T000")
    firm = (code, "紫阳测试公司")
    fields = {"company-name": "紫阳县测试茶业有限公司", "contact": "陈测试", "contact-phone": "13900000001"}
    number = at_window(small_catalogue, applicant_type="legal", represented=firm, fields=fields)
    with pytest.raises(CaseNotFound):
        claim(number)
    assert claim(number, ("001", firm[0])) == number
    assert owned(number)


@pytest.mark.parametrize(
    "identity", [("111", "610924198503070012"), ("414", HIS[1]), ("111", ""), ("", ""), ("111", "\0")]
)
def test_another_identity_is_told_what_an_unknown_number_is_told(
    small_catalogue: str, identity: tuple[str, str]
) -> None:
    number = at_window(small_catalogue)
    with pytest.raises(CaseNotFound) as other:
        claim(number, identity)
    with pytest.raises(CaseNotFound) as unknown:
        claim(NOBODY)
    assert other.value.explain().replace(number, NOBODY) == unknown.value.explain()
    assert queries.find_claim(number=number, identities=[identity]) is None
    assert not owned(number)


def test_a_case_that_an_account_owns_is_not_claimed(small_catalogue: str) -> None:
    number = i.filed(small_catalogue)
    assert owned(number)
    assert queries.find_claim(number=number, identities=[HIS]) is None
    with pytest.raises(CaseNotFound):
        claim(number, by=i.WANG)
    assert owned(number)


def test_nobody_claims_for_another_account_and_staff_claim_nothing(small_catalogue: str) -> None:
    number = at_window(small_catalogue)
    for by, owner in ((i.CLERK, i.CLERK.id), (i.CHEN, i.WANG.id)):
        with pytest.raises(CaseNotFound):
            claim(number, by=by, owner=owner)
    assert Form.objects.get(case__number=number).owner == ""


@pytest.mark.usefixtures("handmade_catalogue")
def test_a_case_of_another_system_without_a_form_is_not_claimed() -> None:
    (filed,) = file([filing("F-1", decided())])
    applicant = queries.get_case(filed.number, personal=True).applicant
    assert applicant is not None
    identity = (applicant.id_type, applicant.id_number)
    assert queries.find_claim(number=filed.number, identities=[identity]) is None
    with pytest.raises(CaseNotFound):
        claim(filed.number, identity)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_claim_at_once_one_gets_it(small_catalogue: str, tmp_path: Path) -> None:
    number = at_window(small_catalogue)
    with on_disk(tmp_path):
        outcomes = at_once([lambda: claim(number, by=i.CHEN), lambda: claim(number, by=i.WANG)] * 3)
        assert sum(outcome == number for outcome in outcomes) == 3
        assert sum(isinstance(outcome, CaseNotFound) for outcome in outcomes) == 3
