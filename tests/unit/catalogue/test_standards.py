"""Standards of fees: which amounts a text names, and whether everybody owes the same."""

import pytest

from yichuang.catalogue.domain.standards import read_standard


@pytest.mark.parametrize(
    ("text", "most", "fixed"),
    [
        ("9元/对", 900, True),
        ("工本费10.50元", 1050, True),
        ("通行证100元/张；一次有效签注20元/件", 10_000, False),
        ("首次申领20元", 2_000, False),
        ("住房80元/件，非住房550元/件", 55_000, False),
        ("每平方米2.5元", 250, False),
        ("1.2万元", 1_200_000, True),
        ("按器具种类收取", None, False),
        ("法律援助对象减免，其余30元", 3_000, False),
        ("", None, False),
        ("0元", 0, False),
    ],
)
def test_a_standard_names_its_highest_amount_and_is_fixed_when_it_names_but_one(
    text: str, most: int | None, fixed: bool
) -> None:
    fee = read_standard("工本费", text)
    assert (fee.name, fee.most_fen, fee.fixed) == ("工本费", most, fixed)
