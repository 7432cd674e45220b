"""Local rules: dated files, strictly read; a day before the first rule has none."""

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from yichuang.calendar.values import FaultyLaw
from yichuang.cases.domain.local_rules import rules_in_force

SHIPPED = Path(rules_in_force.__wrapped__.__code__.co_filename).parent.parent / "law"  # type: ignore[attr-defined]
FILES = ("tolerance", "commitment", "supplement", "bulk", "todo")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        shutil.copy(SHIPPED / f"{name}.yaml", tmp_path)
    return tmp_path


def test_the_rules_begin_on_their_days() -> None:
    assert rules_in_force(date(2018, 12, 31)).tolerance is None
    assert rules_in_force(date(2019, 1, 1)).tolerance is not None
    assert rules_in_force(date(2020, 10, 26)).commitment is None
    assert rules_in_force(date(2020, 10, 27)).commitment is not None
    assert rules_in_force(date(2025, 12, 31)).bulk is None
    assert rules_in_force(date(2026, 1, 1)).bulk is not None


def test_every_number_says_where_it_comes_from_and_whether_it_was_read_there() -> None:
    rules = rules_in_force(date(2026, 6, 1))
    assert rules.tolerance is not None
    assert (rules.tolerance.longest_days.value, rules.tolerance.margin_days.value) == (20, 2)
    for rule in (rules.tolerance, rules.commitment, rules.supplement, rules.bulk, rules.todo):
        assert rule is not None
        for part in (rule, *(getattr(rule, name) for name in rule.__struct_fields__)):
            if hasattr(part, "mark"):
                assert part.mark in {"V", "K"}
                assert part.citation


def test_a_later_rule_holds_from_its_day_and_the_earlier_one_stays(folder: Path) -> None:
    path = folder / "tolerance.yaml"
    later = path.read_text().split("rules:\n")[1].replace("2019-01-01", "2027-01-01").replace("value: 20", "value: 10")
    path.write_text(path.read_text() + later)
    before, after = (rules_in_force(day, folder).tolerance for day in (date(2026, 12, 31), date(2027, 1, 1)))
    assert before is not None
    assert after is not None
    assert (before.longest_days.value, after.longest_days.value) == (20, 10)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda text: text.replace("longest_days", "longest_weeks"), "longest_weeks"),
        (lambda text: re.sub("citation: 容缺受理（.+", 'citation: ""', text), "没有写依据"),
        (lambda text: text.replace("mark: K", "mark: X"), "mark"),
        (lambda text: text + text.split("rules:\n")[1], "先后"),
        (lambda text: text.replace("value: 20", "value: zwanzig"), "int"),
    ],
)
def test_a_file_that_is_no_rule_stops_with_the_place_of_the_fault(
    folder: Path, change: Callable[[str], str], reason: str
) -> None:
    path = folder / "tolerance.yaml"
    path.write_text(change(path.read_text()))
    with pytest.raises(FaultyLaw, match=reason) as refused:
        rules_in_force(date(2026, 6, 1), folder)
    assert "tolerance.yaml" in str(refused.value)
