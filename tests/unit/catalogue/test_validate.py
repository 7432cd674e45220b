"""Consistency rules of an implementation item: each fault is found at its place, and all of them at once."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.catalogue.samples import content
from yichuang.catalogue.domain.codes import Unit
from yichuang.catalogue.domain.content import Basis, Fee, HandlingItem, Material, Step
from yichuang.catalogue.domain.faults import Part
from yichuang.catalogue.domain.limits import exceeds
from yichuang.catalogue.domain.validate import find_faults


def places(**changes: object) -> list[tuple[str, int, str]]:
    """Return where the faults of a changed content lie."""
    return [(fault.part.value, fault.index, fault.attribute) for fault in find_faults(content(**changes))]


def test_a_sound_content_has_no_fault() -> None:
    assert find_faults(content()) == ()


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"name": " "}, ("item", 0, "name")),
        ({"name": "很" * 201}, ("item", 0, "name")),
        ({"objects_served": ()}, ("item", 0, "objects_served")),
        ({"objects_served": ("8",)}, ("item", 0, "objects_served")),
        ({"channels": ("7",)}, ("item", 0, "channels")),
        ({"special_procedures": ("seance",)}, ("item", 0, "special_procedures")),
        ({"cross_region": "9"}, ("item", 0, "cross_region")),
        ({"promised_amount": 10_000, "statutory_amount": None}, ("item", 0, "promised_amount")),
        ({"promised_amount": 21}, ("item", 0, "promised_amount")),
        ({"promised_amount": 20, "statutory_unit": "calendar-days"}, ("item", 0, "promised_amount")),
        ({"review": "on-the-spot"}, ("item", 0, "review")),
        ({"result_name": ""}, ("item", 0, "result_name")),
        ({"result_name": "关于某项目的批复"}, ("item", 0, "result_type")),
        ({"result_name": "许可证", "result_type": "document"}, ("item", 0, "result_type")),
        ({"charged": True}, ("item", 0, "fee_basis")),
        ({"fees": (Fee(name="工本费"),)}, ("item", 0, "charged")),
        ({"online_depth": 9}, ("item", 0, "online_depth")),
        ({"visits": 4}, ("item", 0, "visits")),
        ({"steps": ()}, ("item", 0, "steps")),
        ({"steps": (Step(name="受理", amount=3), Step(name="决定", amount=3))}, ("step", 1, "amount")),
        ({"steps": (Step(name="", amount=1),)}, ("step", 0, "name")),
        ({"steps": (Step(name="受理", post="roof", amount=1),)}, ("step", 0, "post")),
        ({"materials": (Material(name="甲"), Material(name="甲"))}, ("material", 1, "name")),
        ({"materials": (Material(name="甲", copies=100),)}, ("material", 0, "copies")),
        ({"materials": (Material(name="甲", form="stone"),)}, ("material", 0, "form")),
        ({"legal_basis": ()}, ("item", 0, "legal_basis")),
        ({"legal_basis": (Basis(law=""),)}, ("basis", 0, "law")),
        ({"handling_items": (HandlingItem(code="1", name="甲"),)}, ("handling", 0, "code")),
        ({"handling_items": (HandlingItem(code="01", name="甲"),) * 2}, ("handling", 1, "code")),
        ({"handling_items": (HandlingItem(code="01", name=""),)}, ("handling", 0, "name")),
        ({"implementation_code": "0" * 31}, ("item", 0, "implementation_code")),
    ],
)
def test_a_fault_is_found_at_its_place_and_no_other_is_told(
    changes: dict[str, object], place: tuple[str, int, str]
) -> None:
    assert places(**changes) == [place]


def test_a_wrong_credit_code_is_told_with_the_digit_that_was_expected() -> None:
    wrong = content().organisation_uscc[:-1] + "0"
    faults = find_faults(content(organisation_uscc=wrong))
    assert faults[0].attribute == "organisation_uscc"
    assert "第18位" in faults[0].explain()


def test_a_type_that_differs_from_the_code_is_told() -> None:
    assert ("item", 0, "type_code") in places(type_code="07")


def test_an_on_the_spot_case_must_promise_hours_and_be_reviewed_on_the_spot() -> None:
    assert set(places(kind="on-the-spot")) == {("item", 0, "promised_amount"), ("item", 0, "review")}
    assert (
        places(
            kind="on-the-spot",
            review="on-the-spot",
            promised_amount=2,
            promised_unit="opening-hours",
            steps=(Step(name="办理", amount=2),),
        )
        == []
    )


def test_what_is_promised_at_once_is_an_on_the_spot_case() -> None:
    assert ("item", 0, "kind") in places(promised_amount=0, steps=(Step(name="办理"),))


def test_a_public_service_needs_no_law_that_sets_it_up() -> None:
    found = places(type_code="20", catalogue_code="612001001000", legal_basis=())
    assert ("item", 0, "legal_basis") not in found


def test_every_fault_is_told_at_once() -> None:
    found = places(name="", kind="nonsense", review="nonsense", visits=9, steps=(), legal_basis=(), channels=())
    assert len(found) >= 7


@given(
    amount=st.integers(-5, 10_000),
    unit=st.sampled_from([*Unit, "fortnights", ""]),
    text=st.text(max_size=40),
    kind=st.text(max_size=5),
)
def test_no_content_makes_the_rules_raise(amount: int, unit: str, text: str, kind: str) -> None:
    changed = replace(
        content(),
        promised_amount=amount,
        promised_unit=unit,
        name=text,
        implementation_code=text,
        catalogue_code=text,
        organisation_uscc=text,
        kind=kind,
        result_name=text,
        steps=(Step(name=text, amount=amount, post=text),),
        handling_items=(HandlingItem(code=text, name=text),),
    )
    for fault in find_faults(changed):
        assert fault.explain()
        assert fault.part in Part


def test_the_refused_promise_names_both_limits_and_the_article() -> None:
    (fault,) = find_faults(content(promised_amount=21))
    assert "21工作日" in fault.explain()
    assert "20工作日" in fault.explain()
    assert fault.citation == "行政许可法第四十二条"


@given(promised=st.integers(0, 400), statutory=st.integers(0, 400))
def test_calendar_days_never_outlast_as_many_working_days(promised: int, statutory: int) -> None:
    told = exceeds(promised=promised, promised_unit="calendar-days", statutory=statutory, statutory_unit="working-days")
    assert told == (promised > statutory)


@given(
    promised=st.integers(0, 300),
    promised_unit=st.sampled_from(list(Unit)),
    statutory=st.integers(0, 300),
    statutory_unit=st.sampled_from(list(Unit)),
)
def test_a_longer_promise_never_fits_where_a_shorter_one_did_not(
    promised: int, promised_unit: str, statutory: int, statutory_unit: str
) -> None:
    limits = {"promised_unit": promised_unit, "statutory": statutory, "statutory_unit": statutory_unit}
    if exceeds(promised=promised, **limits):  # type: ignore[arg-type]
        assert exceeds(promised=promised + 1, **limits)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("promised", "statutory", "told"),
    [
        ((7, "working-days"), (15, "calendar-days"), False),
        ((20, "working-days"), (20, "calendar-days"), True),
        ((15, "calendar-days"), (20, "working-days"), False),
        ((8, "opening-hours"), (1, "working-days"), True),
        ((7, "opening-hours"), (1, "working-days"), False),
        ((1, "working-days"), (30, "opening-hours"), False),
        ((3, "working-days"), (14, "opening-hours"), True),
    ],
)
def test_promises_are_compared_across_units_at_their_longest(
    promised: tuple[int, str], statutory: tuple[int, str], told: bool
) -> None:
    found = exceeds(
        promised=promised[0], promised_unit=promised[1], statutory=statutory[0], statutory_unit=statutory[1]
    )
    assert found is told
