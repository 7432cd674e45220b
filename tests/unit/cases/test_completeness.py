"""Completeness: every fault at once, each at its field, and nothing refused that a person may rightly have."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from yichuang.cases.domain import completeness as c
from yichuang.cases.domain.application import Application, MaterialChoice, Party, in_whose_name, tidy
from yichuang.cases.domain.completeness import Fault, check
from yichuang.cases.domain.texts import NameUnfit, PhoneUnfit, TextMissing, TextTooLong
from yichuang.catalogue.values import Field, FieldKind, MaterialNeed, Way
from yichuang.kernel.identifiers import resident_number, uscc
from yichuang.kernel.identifiers.refusals import DateInFuture, ImpossibleDate, WrongCheckCharacter

ON = date(2026, 3, 2)
CHEN = Party(
    name="陈测试",
    id_number=resident_number.generate(division="610924", born_on=date(1990, 1, 1), sequence=11),
    phone="13900000001",
)
MOTHER = Party(
    name="李测试",
    id_number=resident_number.generate(division="610924", born_on=date(1940, 2, 29), sequence=22),
)
FIRM = uscc.generate(department="9", category="1", division="610924", organisation_body="YC000001")


def need(
    name: str = "申请书", *, required: bool = True, ways: tuple[Way, ...] = (Way.BRING, Way.UPLOAD)
) -> MaterialNeed:
    return MaterialNeed(
        name=name,
        issuer="",
        required=required,
        key=False,
        ways=ways,
        tolerable=True,
        originals=1,
        copies=0,
        form="paper",
    )


NEEDS = (need(),)


def field(kind: FieldKind = FieldKind.TEXT, **more: Any) -> Field:
    return Field(key="x", label="某栏", label_en="Some field", kind=kind, **more)


def whole(**changes: Any) -> Application:
    application = Application(applicant=CHEN, materials=(MaterialChoice("申请书", "bring"),))
    return replace(application, **changes)


def faults(
    application: Application, *, fields: tuple[Field, ...] = (), needs: Any = NEEDS, **more: Any
) -> dict[str, type]:
    found = check(tidy(application), needs, fields, ON, **more)
    return {fault.field: type(fault.refusal) for fault in found}


def test_a_whole_application_has_no_fault() -> None:
    assert faults(whole()) == {}


def test_an_empty_application_is_told_everything_at_once() -> None:
    found = faults(Application(delivery="post"), fields=(field(),), unanswered=("house",))
    assert list(found) == [
        "applicant.name", "applicant.id_number", "applicant.phone", "answers.house", "fields.x", "materials.申请书",
        "delivery_address",
    ]  # fmt: skip


def test_a_birthday_on_a_leap_day_is_a_birthday() -> None:
    for born in (date(1940, 2, 29), date(2000, 2, 29), date(2024, 2, 29)):
        number = resident_number.generate(division="610924", born_on=born, sequence=1)
        assert faults(whole(applicant=replace(CHEN, id_number=number))) == {}
    body = "610924" + "20230229" + "001"
    impossible = body + resident_number.check_character(body)
    assert faults(whole(applicant=replace(CHEN, id_number=impossible))) == {"applicant.id_number": ImpossibleDate}


def test_a_resident_number_is_checked_and_known_in_every_spelling() -> None:
    number = CHEN.id_number
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
    assert faults(whole(applicant=replace(CHEN, id_number=wrong))) == {"applicant.id_number": WrongCheckCharacter}
    wide = "".join(chr(ord(one) + 0xFEE0) for one in number)
    assert faults(whole(applicant=replace(CHEN, id_number=f" {wide.lower()} "))) == {}
    unborn = resident_number.generate(division="610924", born_on=date(2026, 3, 3), sequence=1)
    assert faults(whole(applicant=replace(CHEN, id_number=unborn))) == {"applicant.id_number": DateInFuture}


def test_other_papers_of_a_person_are_numbers_and_letters() -> None:
    passport = replace(CHEN, id_type="414", id_number="e12345678")
    assert faults(whole(applicant=passport)) == {}
    assert faults(whole(applicant=replace(passport, id_number="??"))) == {"applicant.id_number": c.DocumentNumberUnfit}
    assert faults(whole(applicant=replace(passport, id_type="x"))) == {"applicant.id_type": c.ChoiceUnknown}


def test_a_firm_is_named_with_its_credit_code_and_is_the_applicant_in_law() -> None:
    application = whole(applicant_type="legal", represented=(FIRM.lower(), "紫阳县测试茶业有限公司"))
    assert faults(application) == {}
    assert in_whose_name(tidy(application)) == ("紫阳县测试茶业有限公司", "001", FIRM)
    wrong = FIRM[:-1] + ("A" if FIRM[-1] != "A" else "B")
    assert faults(replace(application, represented=(wrong, ""))) == {
        "represented.uscc": WrongCheckCharacter,
        "represented.name": TextMissing,
    }
    assert set(faults(whole(applicant_type="legal"))) == {"represented.uscc", "represented.name"}
    alone = Party(name="紫阳县测试茶业有限公司", id_type="001", id_number=FIRM, phone="0915-4421234")
    assert faults(whole(applicant_type="legal", applicant=alone)) == {}


def test_an_old_mother_needs_no_phone_when_her_daughter_has_one() -> None:
    proxy = whole(applicant=MOTHER, agent=CHEN, agent_relation="family")
    assert faults(proxy) == {}
    assert faults(replace(proxy, agent=None, agent_relation="")) == {"applicant.phone": TextMissing}
    assert faults(replace(proxy, agent_relation="friend")) == {"agent_relation": c.ChoiceUnknown}
    assert faults(replace(proxy, agent=replace(CHEN, phone=""))) == {"agent.phone": TextMissing}
    assert faults(replace(proxy, applicant=CHEN)) == {"agent.id_number": c.SamePerson}


def test_what_was_mistyped_is_told_in_words_with_a_remedy_in_any_language() -> None:
    (found,) = check(whole(applicant=replace(CHEN, phone="123")), (need(),), (), ON)
    assert isinstance(found.refusal, PhoneUnfit)
    assert "联系电话" in found.reason and found.remedy
    english = {"联系电话": "Phone", PhoneUnfit.sentence: "{label} is wrong"}
    reason, _ = found.told(lambda text: english.get(text, text))
    assert reason == "Phone is wrong"
    assert Fault("fields.x", TextMissing(label="某栏")).told(str, label="Some field")[0].startswith("“Some field”")


@pytest.mark.parametrize(
    ("kind", "right", "wrong", "refusal"),
    [
        (FieldKind.TEXT, "𠮷" * 100, "𠮷" * 101, TextTooLong),
        (FieldKind.LONG, "一\n二 👋🏽 مرحبا", "字" * 501, TextTooLong),
        (FieldKind.NUMBER, "１,234.5", "十", c.NumberUnfit),
        (FieldKind.AREA, "120.5", "-3", c.NumberUnfit),
        (FieldKind.DATE, "2024-02-29", "2023-02-29", c.DateUnfit),
        (FieldKind.DATE, "2024/03/01", "明天", c.DateUnfit),
        (FieldKind.PHONE, "138 0000 0000", "12", PhoneUnfit),
        (FieldKind.ID, CHEN.id_number, CHEN.id_number[:17] + "?", None),
        (FieldKind.USCC, FIRM, FIRM[:-1] + "?", None),
        (FieldKind.CHOICE, "own", "other", c.ChoiceUnknown),
    ],
)
def test_each_kind_of_field_takes_what_it_is_for(kind: FieldKind, right: str, wrong: str, refusal: type | None) -> None:
    one = field(kind, choices=_choices() if kind is FieldKind.CHOICE else ())
    assert faults(whole(fields={"x": right}), fields=(one,)) == {}
    found = faults(whole(fields={"x": wrong}), fields=(one,))
    assert list(found) == ["fields.x"]
    assert refusal is None or found["fields.x"] is refusal


def _choices() -> tuple[Any, ...]:
    from yichuang.catalogue.domain.intake import Choice

    return (Choice(key="own", text="自有", text_en="Own"),)


def test_bounds_of_a_number_are_said() -> None:
    one = field(FieldKind.NUMBER, least=1, most=200)
    assert faults(whole(fields={"x": "200"}), fields=(one,)) == {}
    (found,) = check(whole(fields={"x": "201"}), (need(),), (one,), ON)
    assert "1–200" in found.reason


def test_a_field_that_is_not_required_may_stay_empty() -> None:
    assert faults(whole(), fields=(field(FieldKind.DATE, required=False),)) == {}


def test_a_required_material_needs_a_way_that_the_item_offers() -> None:
    assert faults(whole(materials=())) == {"materials.申请书": c.MaterialOpen}
    assert faults(whole(materials=()), needs=(need(required=False),)) == {}
    assert faults(whole(materials=(MaterialChoice("申请书", "promise"),))) == {"materials.申请书": c.WayNotOffered}
    assert faults(whole(materials=(MaterialChoice("申请书", "reuse"),)), needs=(need(ways=(Way.REUSE,)),)) == {
        "materials.申请书": c.LicenceMissing
    }


def test_uploading_means_that_a_file_of_this_material_has_arrived() -> None:
    chosen = whole(materials=(MaterialChoice("申请书", "upload", attachments=("k1",)),))
    assert faults(chosen, attached={"k1": "申请书"}) == {}
    assert faults(chosen, attached={"k1": "别的材料"}) == {"materials.申请书": c.FileMissing}
    assert faults(chosen, attached={}) == {"materials.申请书": c.FileMissing}


def test_at_the_window_materials_are_the_clerks_business() -> None:
    assert faults(whole(materials=()), at_window=True) == {}
    assert faults(whole(materials=(), applicant=Party()), at_window=True) != {}


def test_the_way_home_of_the_result() -> None:
    assert faults(whole(delivery="pigeon")) == {"delivery": c.ChoiceUnknown}
    assert faults(whole(delivery="post")) == {"delivery_address": TextMissing}
    assert faults(whole(contact=("email",))) == {"applicant.email": TextMissing}
    assert faults(whole(contact=("sms", "pigeon"))) == {"contact": c.ChoiceUnknown}
    assert faults(whole(applicant=replace(CHEN, email="a@example.com"), contact=("email",))) == {}


def test_a_name_with_an_emoji_is_told_apart_from_a_rare_name() -> None:
    assert faults(whole(applicant=replace(CHEN, name="𠮷😀"))) == {"applicant.name": NameUnfit}
    assert faults(whole(applicant=replace(CHEN, name="𠮷\U000323af"))) == {}
