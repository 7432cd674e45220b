"""Source items: what one file says becomes the content of each organisation, and faults of shape name their field."""

import copy
from typing import Any

import pytest
import yaml

from tests.unit.catalogue.samples import CITY, exercisers
from yichuang.catalogue.domain.faults import Fault
from yichuang.catalogue.domain.source import SourceItem, exercises, read_item, to_content
from yichuang.catalogue.domain.validate import find_faults


def raw(department: str = "gongshang", index: int = 0) -> dict[str, Any]:
    """Return one item of the small city as its file has it."""
    item: dict[str, Any] = yaml.safe_load((CITY / "items" / f"{department}.yaml").read_text())["items"][index]
    return item


def item(department: str = "gongshang", index: int = 0) -> SourceItem:
    """Return one item of the small city."""
    found = read_item(raw(department, index))
    assert isinstance(found, SourceItem)
    return found


def test_every_sample_becomes_a_content_without_fault() -> None:
    names = {e.code: e.name for e in exercisers()}
    for department, index in (("gongshang", 0), ("gongshang", 1), ("cheguansuo", 0), ("gongjiao", 0)):
        source = item(department, index)
        for exerciser in exercisers():
            if exercises(source, department, exerciser):
                found = to_content(source, exerciser=exerciser, names=names, province="61")
                assert find_faults(found) == ()


def test_the_codes_are_put_together_from_organisation_level_and_item() -> None:
    exerciser = next(e for e in exercisers() if e.code == "610924-gongshang")
    found = to_content(item(), exerciser=exerciser, names={}, province="61")
    assert found.catalogue_code == "610101001000"
    assert found.implementation_code == f"{exerciser.uscc}4610101001000"
    assert found.item_code == "01001"


def test_an_organisation_exercises_only_its_own_items_at_its_own_level() -> None:
    by_code = {e.code: e for e in exercisers()}
    food = item("gongshang", 1)
    assert exercises(food, "gongshang", by_code["610924-gongshang"])
    assert not exercises(food, "gongshang", by_code["610900-gongshang"])
    assert not exercises(food, "gongshang", by_code["610924-cheguansuo"])
    assert exercises(item("gongjiao"), "gongjiao", by_code["610924100-zhen"])


def test_a_joint_department_counts_only_where_it_exists() -> None:
    exerciser = next(e for e in exercisers() if e.code == "610924-gongshang")
    with_names = to_content(item(), exerciser=exerciser, names={"610924-cheguansuo": "车管所"}, province="61")
    without = to_content(item(), exerciser=exerciser, names={}, province="61")
    assert (with_names.joint_codes, without.joint_codes) == (("610924-cheguansuo",), ())


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"promised": {"amount": "five"}}, "promised.amount"),
        ({"colour": "red"}, "colour"),
        ({"handling_items": [{"code": 1, "name": "x"}]}, "handling_items"),
        ({"materials": [{"name": "x", "copies": "many"}]}, "materials"),
    ],
)
def test_a_wrong_shape_is_told_with_its_field(change: dict[str, Any], where: str) -> None:
    broken = copy.deepcopy(raw()) | change
    fault = read_item(broken)
    assert isinstance(fault, Fault)
    assert where in fault.explain()


@pytest.mark.parametrize("nothing", [None, [], "x", 3, {}])
def test_what_is_no_item_at_all_is_a_fault(nothing: object) -> None:
    assert isinstance(read_item(nothing), Fault)
