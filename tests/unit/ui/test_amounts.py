"""How amounts of time are written: with their unit, one of a thing in the singular."""

import pytest
from django.utils import translation

from yichuang.ui.amounts import measured


@pytest.mark.parametrize(
    ("amount", "unit", "chinese", "english"),
    [
        (0, "working-days", "0 个工作日", "0 working days"),
        (1, "working-days", "1 个工作日", "1 working day"),
        (2, "working-days", "2 个工作日", "2 working days"),
        (1, "calendar-days", "1 个自然日", "1 calendar day"),
        (30, "calendar-days", "30 个自然日", "30 calendar days"),
        (1, "opening-hours", "1 个工作小时", "1 working hour"),
        (8, "opening-hours", "8 个工作小时", "8 working hours"),
        (3, "moons", "3 moons", "3 moons"),
    ],
)
def test_one_of_a_thing_is_written_in_the_singular(amount: int, unit: str, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert measured(amount, unit) == chinese
    with translation.override("en"):
        assert measured(amount, unit) == english
