"""Relations: what rules may ask about, with a blameless row of each."""

from datetime import date

import pytest

from yichuang.calendar.queries import get_calendar
from yichuang.supervision.domain.relations import RELATIONS, Type, Unit, read_reference

_PYTHON = {Type.INT: int, Type.TEXT: str, Type.BOOL: bool}


@pytest.mark.parametrize("relation", RELATIONS.values(), ids=lambda relation: relation.name)
def test_a_blameless_row_has_values_of_the_columns_types(relation: object) -> None:
    assert hasattr(relation, "columns")
    for start in ("", *relation.starts):
        row = relation.blameless(get_calendar(), start)  # type: ignore[attr-defined]
        assert list(row) == list(relation.columns)
        for name, value in row.items():
            column = relation.columns[name]
            assert column.nullable if value is None else type(value) is _PYTHON[column.type], name


@pytest.mark.parametrize("relation", RELATIONS.values(), ids=lambda relation: relation.name)
def test_every_relation_says_where_and_has_a_key(relation: object) -> None:
    columns = relation.columns  # type: ignore[attr-defined]
    assert {"county", "organisation", relation.key} <= set(columns)  # type: ignore[attr-defined]
    assert all(column.zh and column.en for column in columns.values())
    for labels in ([column.zh for column in columns.values()], [column.en for column in columns.values()]):
        assert len(set(labels)) == len(labels), "two columns of one name could not be told apart on a page"
    for name, column in columns.items():
        assert name.endswith("_wd") == (column.unit is Unit.DAY)
        assert name.endswith("_s") == (column.unit is Unit.INSTANT)


def test_a_day_becomes_an_ordinal_or_an_instant() -> None:
    calendar = get_calendar()
    noon, morning = read_reference("@2015-03-18"), read_reference("@2015-03-18T09:30")
    assert noon is not None
    assert morning is not None
    assert noon.resolve(Unit.DAY, calendar) == calendar.ordinal(date(2015, 3, 18))
    assert noon.resolve(Unit.INSTANT, calendar) - morning.resolve(Unit.INSTANT, calendar) == 2.5 * 3600
    assert read_reference("2015-03-18") is None
