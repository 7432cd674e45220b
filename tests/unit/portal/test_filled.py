"""A form to be read again: choices by their text, numbers with their unit."""

import pytest

from yichuang.catalogue.values import Choice, Field, FieldKind
from yichuang.portal.filled import value_of

CHOICE = Field(
    key="use",
    label="用途",
    label_en="Use",
    kind=FieldKind.CHOICE,
    choices=(Choice(key="housing", text="城镇住宅用地", text_en="Housing"),),
)
PEOPLE = Field(key="people", label="人口", label_en="People", kind=FieldKind.NUMBER, unit="人")
AREA = Field(key="area", label="面积", label_en="Area", kind=FieldKind.AREA)
TEXT = Field(key="note", label="说明", label_en="Note", kind=FieldKind.TEXT)


@pytest.mark.parametrize(
    ("field", "text", "read"),
    [
        (CHOICE, "housing", "城镇住宅用地"),
        (CHOICE, "", ""),
        (CHOICE, "no-longer-offered", "no-longer-offered"),
        (PEOPLE, "4", "4 人"),
        (AREA, "120", "120 平方米"),
        (AREA, "", ""),
        (TEXT, "housing", "housing"),
    ],
)
def test_a_field_is_read_as_people_read_it(field: Field, text: str, read: str) -> None:
    assert value_of(field, text) == read
