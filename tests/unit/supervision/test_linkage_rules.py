"""Exact keys, assignment, outcomes, thresholds, mappings and samples: the pure parts of linkage, one by one."""

from datetime import date
from random import Random

import pytest

from yichuang.supervision.domain.linkage.assignment import Pair, assign
from yichuang.supervision.domain.linkage.comparisons import COMPARED, level_of, weigh
from yichuang.supervision.domain.linkage.keys import link_exactly
from yichuang.supervision.domain.linkage.mapping import RegisterMapping, choose_head, read_mapping
from yichuang.supervision.domain.linkage.outcomes import Thresholds, Times, capped, judge_linked, judge_unlinked
from yichuang.supervision.domain.linkage.records import Record, case_record, entry_record
from yichuang.supervision.domain.linkage.refusals import HeadingsUnknown, RegisterMappingFaulty
from yichuang.supervision.domain.linkage.sampling import draw
from yichuang.supervision.domain.linkage.terms import load_terms
from yichuang.supervision.domain.linkage.thresholds import Label, learn
from yichuang.supervision.domain.linkage.words import Ground, LeadOutcome

SALT = b"0" * 16
DAY = date(2015, 3, 16)
START = Thresholds(500, -200)
TIMES = Times(received=date(2015, 3, 10), decided=DAY, closed=DAY, granted=True)


def entry(identity: str = "1", **changes: object) -> Record:
    given = {
        "register": "r",
        "identity": identity,
        "county": "610924",
        "organisation": "610924-shiyaojian",
        "item": "15002",
        "item_options": (),
        "holder_kind": "firm",
        "holder_name": "紫阳鑫源餐饮店",
        "holder_code": "",
        "holder_digest": "",
        "holder_tail": "",
        "document_number": "",
        "area": "",
        "case_number": "",
        "decided_on": DAY,
        "places": ("紫阳",),
    }
    return entry_record(**(given | changes))  # type: ignore[arg-type]


def case(number: str = "61092420150310000001", **changes: object) -> Record:
    given = {
        "number": number,
        "county": "610924",
        "town": "",
        "organisation": "610924-shiyaojian",
        "item": "15002",
        "name": "紫阳鑫源餐饮店",
        "id_type": "099",
        "id_number": "610924600012345",
        "certificate_number": "610924150022015000123",
        "received_on": date(2015, 3, 10),
        "decided_on": DAY,
        "closed_on": DAY,
        "granted": True,
        "places": ("紫阳",),
        "salt": SALT,
    }
    return case_record(**(given | changes))  # type: ignore[arg-type]


# --- exact keys -------------------------------------------------------------------------------------------------------


def test_a_certificate_number_links_when_the_name_agrees() -> None:
    (link,) = link_exactly([entry(document_number="第 610924150022015000123 号")], [case()], days=3)
    assert link.key == "document"


def test_a_certificate_number_of_somebody_else_does_not_link() -> None:
    told = entry(document_number="610924150022015000123", holder_name="汉阴宏达药店")
    assert link_exactly([told], [case()], days=3) == []


def test_two_rows_with_one_number_are_left_to_be_weighed() -> None:
    rows = [entry(str(place), document_number="610924150022015000123") for place in range(2)]
    assert link_exactly(rows, [case()], days=3) == []


def test_holder_item_and_days_link_only_where_they_lead_to_one_case() -> None:
    told = entry(holder_code="610924600012345", holder_name="")
    assert [link.key for link in link_exactly([told], [case()], days=3)] == ["holder"]
    again = case("61092420150312000002", certificate_number="")
    assert link_exactly([told], [case(), again], days=3) == []
    later = case(decided_on=date(2015, 3, 25))
    assert link_exactly([told], [later], days=3) == []


def test_two_registers_may_hold_one_case() -> None:
    rows = [entry(register=name, document_number="610924150022015000123") for name in ("licences", "seals")]
    assert len(link_exactly(rows, [case()], days=3)) == 2


def test_a_case_number_links_at_once() -> None:
    told = entry(case_number="61092420150310000001", holder_name="别人")
    assert [link.key for link in link_exactly([told], [case()], days=3)] == ["case-number"]


# --- assignment -------------------------------------------------------------------------------------------------------


def test_the_heaviest_pair_stands_and_the_other_entry_gets_what_is_left() -> None:
    pairs = [Pair("a", "1", 900), Pair("b", "1", 950), Pair("a", "2", 300)]
    got = assign(pairs, register_of={"a": "r", "b": "r"})
    assert got["b"].pair == Pair("b", "1", 950)
    assert got["a"].pair == Pair("a", "2", 300)
    assert got["a"].lost == Pair("a", "1", 900)


def test_what_is_settled_already_is_not_given_again() -> None:
    got = assign([Pair("a", "1", 900)], register_of={"a": "r"}, taken=[("r", "1")])
    assert got["a"].pair is None
    assert got["a"].lost is not None


def test_the_order_of_pairs_decides_nothing() -> None:
    random = Random(5)
    pairs = [Pair(str(random.randrange(8)), str(random.randrange(8)), random.randrange(4)) for _ in range(60)]
    register_of = {str(place): "r" for place in range(8)}
    expected = assign(pairs, register_of=register_of)
    for _ in range(20):
        random.shuffle(pairs)
        assert assign(pairs, register_of=register_of) == expected


# --- outcomes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "outcome", "ground"),
    [
        (DAY, LeadOutcome.INSIDE, Ground.LINKED),
        (date(2015, 3, 19), LeadOutcome.INSIDE, Ground.LINKED),
        (date(2015, 3, 1), LeadOutcome.DOUBLE, Ground.TIMES_CONFLICT),
        (date(2015, 4, 1), LeadOutcome.DOUBLE, Ground.TIMES_CONFLICT),
        (date(2015, 2, 16), LeadOutcome.UNDECIDED, Ground.SLIP_OF_DATE),
    ],
)
def test_times_that_contradict_each_other_are_double_track(on: date, outcome: LeadOutcome, ground: Ground) -> None:
    judged = judge_linked(on=on, times=TIMES, conflict_days=5, as_of=date(2015, 7, 1))
    assert (judged.outcome, judged.ground) == (outcome, ground)
    assert judged.matched


def test_a_licence_that_is_out_while_the_case_still_runs_is_double_track() -> None:
    running = Times(received=date(2015, 3, 10), decided=None, closed=None, granted=False)
    late = judge_linked(on=DAY, times=running, conflict_days=5, as_of=date(2015, 7, 1))
    fresh = judge_linked(on=DAY, times=running, conflict_days=5, as_of=date(2015, 3, 18))
    assert (late.outcome, fresh.outcome) == (LeadOutcome.DOUBLE, LeadOutcome.INSIDE)


@pytest.mark.parametrize(
    ("given", "outcome", "ground"),
    [
        ({}, LeadOutcome.OUTSIDE, Ground.NO_CASE_NO_VOLUME),
        ({"centre_volume": 3}, LeadOutcome.DOUBLE, Ground.NO_CASE),
        ({"weight": 100}, LeadOutcome.UNDECIDED, Ground.WEAK),
        ({"weight": -900}, LeadOutcome.OUTSIDE, Ground.NO_CASE_NO_VOLUME),
        ({"lost": 900, "centre_volume": 3}, LeadOutcome.UNDECIDED, Ground.TAKEN),
        ({"item_known": False, "organisation_volume": 9}, LeadOutcome.UNDECIDED, Ground.ITEM_UNKNOWN),
        ({"item_known": False}, LeadOutcome.OUTSIDE, Ground.NO_CASE_NO_VOLUME),
        ({"tellable": False}, LeadOutcome.UNDECIDED, Ground.TOO_LITTLE),
    ],
)
def test_what_is_said_of_an_entry_without_a_case(
    given: dict[str, object], outcome: LeadOutcome, ground: Ground
) -> None:
    usual = {
        "weight": None,
        "lost": None,
        "thresholds": START,
        "item_known": True,
        "tellable": True,
        "centre_volume": 0,
        "organisation_volume": 0,
    }
    judged = judge_unlinked(**(usual | given))  # type: ignore[arg-type]
    assert (judged.outcome, judged.ground, judged.matched) == (outcome, ground, False)


def test_the_same_person_with_another_matter_is_not_the_same_matter() -> None:
    assert capped(2500, item="organisation", document="else", thresholds=START) < START.link_from
    assert capped(2500, item="else", document="", thresholds=START) < START.doubt_from
    assert capped(2500, item="else", document="same", thresholds=START) == 2500
    assert capped(2500, item="same", document="else", thresholds=START) == 2500


# --- thresholds -------------------------------------------------------------------------------------------------------


def learnt(*labels: Label) -> Thresholds:
    return learn(labels, start=START, precision=0.99, furthest=800)


def test_without_verdicts_the_thresholds_are_those_of_the_terms() -> None:
    assert learnt() == START


def test_pairs_that_turn_out_the_same_lower_the_threshold_and_different_ones_raise_it() -> None:
    same = learnt(*[Label(200, True)] * 20)
    different = learnt(*[Label(450, False)] * 20)
    assert same.link_from < START.link_from < different.link_from


def test_one_verdict_does_not_overturn_anything() -> None:
    assert abs(learnt(Label(-100, True)).link_from - START.link_from) < 150


def test_verdicts_in_any_order_teach_the_same() -> None:
    labels = [Label(weight, weight > 130) for weight in range(-300, 700, 37)]
    assert learnt(*labels) == learnt(*reversed(labels))


def test_thresholds_never_cross_nor_run_away() -> None:
    wild = learnt(*[Label(-500, True)] * 50, *[Label(900, False)] * 50)
    assert wild.doubt_from <= wild.link_from <= START.link_from + 800


# --- mappings and heads -----------------------------------------------------------------------------------------------


def test_every_fault_of_a_mapping_is_told_with_its_line() -> None:
    text = "title: 登记簿\nkind: other\ncolumns:\n  holder: 持证人\nspeed: 3\ndelimiter: '||'\n"
    with pytest.raises(RegisterMappingFaulty) as caught:
        read_mapping(text, name="x.yaml")
    assert [(line, key) for line, key, _ in caught.value.faults] == [
        (2, "kind"), (4, "columns.holder"), (5, "speed"), (6, "delimiter"),
    ]  # fmt: skip


def test_a_head_row_under_a_title_is_recognised() -> None:
    rows = [
        (1, ["紫阳县食药监局许可证登记簿"]),
        (2, ["序号", "许可证编号", "持证人", "发证日期", "备注"]),
        (3, ["1", "x", "y", "z", ""]),
    ]
    number, found = choose_head(rows, RegisterMapping(organisation="610924-shiyaojian"), file="a.xlsx")
    assert number == 2
    assert found == {"document_number": "许可证编号", "holder_name": "持证人", "decided_on": "发证日期"}


def test_a_sheet_without_a_head_row_is_refused_with_what_it_lacks() -> None:
    with pytest.raises(HeadingsUnknown) as caught:
        choose_head([(1, ["甲", "乙"])], RegisterMapping(), file="a.csv")
    assert "decided_on" in str(caught.value)


def test_the_mapping_names_columns_that_nobody_knows() -> None:
    mapping = RegisterMapping(organisation="x", columns={"holder_name": "甲", "decided_on": "乙"})
    assert choose_head([(1, ["甲", "乙"])], mapping, file="a.csv")[1] == {"holder_name": "甲", "decided_on": "乙"}


# --- comparisons, samples, terms --------------------------------------------------------------------------------------


def test_every_comparison_ends_in_a_level_for_all_the_rest_and_its_chances_sum_to_one() -> None:
    for one in COMPARED:
        assert one.levels[-1].condition == "ELSE"
        assert sum(level.m for level in one.levels) == pytest.approx(1, abs=0.02)
        assert level_of(one.key, len(one.levels) - 1) is one.levels[0]
        assert level_of(one.key, -1) is None


def test_weights_follow_what_the_lists_themselves_show() -> None:
    few = weigh({}, {})["day"]["same"]
    many = weigh({"day": {"same": 500, "near": 500}}, {"day": {"same": 10, "else": 990}})["day"]["same"]
    assert few == (0.90, 0.008)
    assert many[0] == pytest.approx(0.515, abs=0.01)
    assert many[1] == pytest.approx(0.01)


def test_a_sample_is_the_same_for_everybody_and_another_number_moves_nobody_else() -> None:
    numbers = [f"610924201503{place:08d}" for place in range(50)]
    chosen = draw(numbers, count=5, seed=7)
    assert chosen == draw(reversed(numbers), count=5, seed=7)
    assert chosen != draw(numbers, count=5, seed=8)
    more = draw([*numbers, "61092420150399999999"], count=6, seed=7)
    assert [one for one in more if one != "61092420150399999999"][:5] == chosen


def test_every_term_has_its_citation() -> None:
    for terms in load_terms():
        assert all(getattr(terms, name).citation for name in terms.__struct_fields__ if name != "from_on")
