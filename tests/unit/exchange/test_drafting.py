"""Drafting: names and values lead to the right fields, and a confidence says how far it can be trusted."""

from datetime import date

import pytest

from tests.factories.schemas import SCHEMAS, Schema
from yichuang.cases.values import CodeVariant
from yichuang.exchange.domain.drafting import codes, names
from yichuang.exchange.domain.drafting.draft import Draft, draft_mapping
from yichuang.exchange.domain.drafting.knowing import Known
from yichuang.exchange.domain.drafting.proposing import Wish
from yichuang.exchange.domain.drafting.seen import KnownItem, KnownOrganisation, SourceSeen, table_seen
from yichuang.exchange.domain.drafting.shapes import profile_of
from yichuang.exchange.domain.drafting.vocabulary import field_spellings, load_vocabulary, read_vocabulary
from yichuang.exchange.domain.mapping_file import MappingFaulty, MappingFile
from yichuang.exchange.drafting.drafting import source_name, without_password

SURE = 0.8
WISH = Wish(source="county-x", address="mysql+pymysql://reader:${X_PASSWORD}@host/db", drafted_on="2015-07-01")
KNOWN = Known(
    (
        KnownItem("10001", "建筑工程施工许可证核发", "610924-zhujian", "紫阳县住房和城乡建设局", "610924", ""),
        KnownItem("10002", "商品房预售许可", "610924-zhujian", "紫阳县住房和城乡建设局", "610924", ""),
        KnownItem("27001", "医疗机构执业登记", "610924-weiji", "紫阳县卫生局", "610924", ""),
        KnownItem("15001", "林木采伐许可证核发", "610924-linye", "紫阳县林业局", "610924", ""),
    ),
    (
        KnownOrganisation("610924-zhujian", "紫阳县住房和城乡建设局", "11610924YC2499854A", "610924"),
        KnownOrganisation("610924-weiji", "紫阳县卫生局", "11610924YC2499854B", "610924"),
        KnownOrganisation("610924-linye", "紫阳县林业局", "11610924YC2499854C", "610924"),
    ),
)


def score(schema: Schema, draft: Draft) -> tuple[float, float, float]:
    """Return precision among the sure proposals, recall by them, and recall by all."""
    sure = [one for one in draft.fields if one.confidence >= SURE]
    right = [one for one in sure if schema.truth.get((one.table, one.column)) == one.field]
    anyhow = [one for one in draft.fields if schema.truth.get((one.table, one.column)) == one.field]
    return len(right) / len(sure), len(right) / len(schema.truth), len(anyhow) / len(schema.truth)


@pytest.mark.parametrize("name", SCHEMAS)
@pytest.mark.parametrize("known", [Known(), KNOWN], ids=["unknown-city", "known-city"])
def test_of_the_sure_proposals_nine_in_ten_are_right_in_every_manner_of_naming(name: str, known: Known) -> None:
    schema = SCHEMAS[name]()
    precision, recall, anyhow = score(schema, draft_mapping(schema.seen, wish=WISH, known=known))
    print(f"{schema.name}: precision {precision:.2f}, recall {recall:.2f} sure, {anyhow:.2f} at all")
    assert precision >= 0.9
    assert recall >= 0.9
    assert anyhow >= recall


def test_what_is_wrong_or_uncertain_is_not_said_with_confidence() -> None:
    rows = [{"id": str(n), "dz": f"第{n}号", "bz": "备注", "xm": "张某", "gz": str(3000 + n)} for n in range(40)]
    draft = draft_mapping(SourceSeen((table_seen("payroll", rows),), "csv"), wish=WISH)
    assert [one for one in draft.fields if one.confidence >= SURE] == []
    assert "办件编号" in draft.missing


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_draft_is_a_mapping_that_reads_once_its_marked_places_are_filled(name: str) -> None:
    draft = draft_mapping(SCHEMAS[name]().seen, wish=WISH, known=KNOWN)
    assert draft.to_fill == ()
    told = MappingFile(name="draft.yaml", text=draft.mapping_text)
    assert not [line for line in draft.mapping_text.splitlines()[3:] if "请填写 / fill in" in line]
    assert set(told.mapping.codes["items"].map.values()) == {"10001", "10002", "27001", "15001"}
    assert told.mapping.case["division"] == "610924" or name != "mess"


def test_what_only_a_person_can_know_is_marked_and_keeps_the_draft_from_being_run() -> None:
    draft = draft_mapping(SCHEMAS["mess"]().seen, wish=WISH)
    assert draft.to_fill == ("codes.items", "codes.organisations", "case.division")
    marked = [line for line in draft.mapping_text.splitlines()[3:] if "请填写 / fill in" in line]
    assert len(marked) == 4 + 3 + 1
    with pytest.raises(MappingFaulty):
        MappingFile(name="draft.yaml", text=draft.mapping_text)
    given = WISH._replace(division="610924", organisation="610924-zhujian")
    filled = draft_mapping(SCHEMAS["mess"]().seen, wish=given)
    assert filled.to_fill == ("codes.items",)
    assert MappingFile(name="draft.yaml", text=filled.mapping_text).mapping.case["organisation"] == "610924-zhujian"


@pytest.mark.parametrize("result", ["0", "准予"])
def test_a_log_with_a_row_for_every_event_becomes_rules_for_events(result: str) -> None:
    steps = ("收件", "受理", "审核", "批准", "办结")
    rows = [
        {
            "业务流水号": f"L{n}",
            "环节": step,
            "时间": f"2015-03-{2 + place:02d} 09:{n:02d}",
            "事项名称": "商品房预售许可",
            "受理部门": "紫阳县住房和城乡建设局",
            "经办人": "王试二",
            "结果": result if step == "办结" else "",
        }
        for n in range(30)
        for place, step in enumerate(steps)
    ]
    draft = draft_mapping(SourceSeen((table_seen("log", rows),), "csv"), wish=WISH, known=KNOWN)
    mapping = MappingFile(name="draft.yaml", text=draft.mapping_text).mapping
    assert draft.log
    assert mapping.shape == "row-per-event"
    made = [rule.acts[0].act if rule.acts else "ignore" for rule in mapping.events]
    assert made == ["ignore", "accept", "grant", "close", "finish-step"]


@pytest.mark.parametrize(
    ("column", "field", "why"),
    [
        ("PROJECT_NO", "source_key", names.EXACT),
        ("办件编号", "source_key", names.CHINESE),
        ("banjianbianhao", "source_key", names.PINYIN),
        ("f_bjbh", "source_key", names.EXACT),
        ("sbrq", "received_at", names.INITIALS),
        ("acceptedOn", "accepted_at", names.ENGLISH),
        ("date-of-acceptance", "accepted_at", names.ENGLISH),
        ("申请人姓名(必填)", "applicant_name", names.CHINESE),
        ("实际受理时间", "accepted_at", names.ALIKE),
    ],
)
def test_one_field_is_known_under_chinese_pinyin_initials_and_english(column: str, field: str, why: str) -> None:
    scores = {key: names.likeness(column, spelled) for key, spelled in field_spellings().items()}
    best = max(scores, key=lambda key: scores[key].score)
    assert (best, scores[best].why) == (field, why)


def test_two_letters_prove_less_than_five() -> None:
    spelled = field_spellings()
    assert names.likeness("sj", spelled["applicant_phone"]).score < 0.5
    assert names.likeness("cnbjrq", spelled["promised_at"]).score > 0.8


def test_a_persons_number_is_never_taken_for_a_certificates_whatever_its_values_look_like() -> None:
    for values in (["610924198503070010"] * 9, ["6109**********0012"] * 9, ["无", "军官证", "—"] * 3):
        rows = [
            {"办件编号": f"Z{n}", "证件号码": value, "办结时间": "2015-03-02 09:00"} for n, value in enumerate(values)
        ]
        draft = draft_mapping(SourceSeen((table_seen("t", rows),), "csv"), wish=WISH)
        assert {one.column: one.field for one in draft.fields}["证件号码"] == "applicant_id_number"
        assert "issue-certificate" not in draft.mapping_text


@pytest.mark.parametrize(
    ("values", "shape", "times"),
    [
        (["2015-03-02 09:05:07", "2015-03-03 10:00:00"], "instant", ("iso",)),
        (["2015-03-02 上午 09:05:07", "2015-03-02 下午 03:05:07"], "instant", ("%Y-%m-%d %p %I:%M:%S",)),
        (["20150302090507", "20150302150507"], "instant", ("%Y%m%d%H%M%S",)),
        (["20150302", "20150303"], "day", ("%Y%m%d",)),
        (["13912345678", "0915-4421234"], "phone", ()),
        (["610924", "610924101"], "division", ()),
        (["紫阳县林业局", "城关镇人民政府"], "organ", ()),
        (["I", "U", "D"], "operation", ()),
    ],
)
def test_values_show_their_shape_and_how_their_times_are_written(
    values: list[str], shape: str, times: tuple[str, ...]
) -> None:
    profile = profile_of(values)
    assert profile.shares[shape] == 1.0
    assert profile.times == times


def test_items_are_found_by_their_standard_code_or_by_a_name_that_is_nearly_right() -> None:
    items = [KNOWN.items[0]._replace(implementation_code="11610924YC5809168646110010001000"[:31]), *KNOWN.items[1:]]
    pairs = {"JZ-1": ("商品房预售许可证", 3), "LY": ("林木采伐许可", 2), "X": ("船舶登记", 1)}
    found = {one.value: one for one in codes.mean_items(pairs, items, division="610924")}
    assert (found["JZ-1"].target, found["LY"].target, found["X"].target) == ("10002", "15001", "")
    assert found["JZ-1"].confidence >= 0.8
    whole = codes.mean_items({items[0].implementation_code: ("", 1)}, items)
    assert (whole[0].target, whole[0].confidence) == ("10001", 0.99)


@pytest.mark.parametrize(
    ("reasons", "variant", "sure"),
    [
        ({"1": ["不予许可：材料不实"], "6": ["不属于本机关职权范围"]}, CodeVariant.NEWER, True),
        ({"1": ["退回，不予受理"], "5": ["补正逾期"]}, CodeVariant.OLDER, True),
        ({"1": ["不符合法定条件"]}, CodeVariant.NEWER, False),
    ],
)
def test_the_variant_of_result_codes_is_told_by_the_reasons_beside_them(
    reasons: dict[str, list[str]], variant: CodeVariant, sure: bool
) -> None:
    found, confidence = codes.variant_of(reasons)
    assert (found, confidence > 0.9) == (variant, sure)


def test_words_of_a_source_mean_channels_kinds_of_applicant_and_results() -> None:
    def meant(found: list[codes.Meaning]) -> dict[str, str]:
        return {one.value: one.target for one in found}

    assert meant(codes.mean_channels({"综合窗口": 1, "APP": 1, "3": 1, "?": 1})) == {
        "综合窗口": "window", "APP": "mobile", "3": "mobile", "?": "",
    }  # fmt: skip
    assert meant(codes.mean_applicants({"企业法人": 1, "1": 1})) == {"企业法人": "enterprise", "1": "natural"}
    assert meant(codes.mean_results({"不予批准": 1, "准予": 1, "0": 1})) == {
        "不予批准": "not-granted",
        "准予": "granted",
    }


def test_a_password_is_never_written_into_a_draft() -> None:
    shown, name = without_password("mysql+pymysql://reader:p@ss/w:rd@10.0.0.5/exchange", "county-ziyang")
    assert (shown, name) == (
        "mysql+pymysql://reader:${COUNTY_ZIYANG_PASSWORD}@10.0.0.5/exchange",
        "COUNTY_ZIYANG_PASSWORD",
    )
    assert without_password("${ZIYANG_URL}", "x") == ("${ZIYANG_URL}", "")
    assert without_password("mysql://u:${P}@h/d", "x") == ("mysql://u:${P}@h/d", "")
    assert source_name("postgresql://u@h/Exchange_DB?x=1") == "county-exchange-db"


def test_the_vocabulary_is_dated_cited_and_of_known_tables_and_shapes() -> None:
    told = load_vocabulary()
    assert told.compiled >= date(2020, 1, 1)
    assert all(source.citation and source.mark in {"V", "K"} for source in told.sources.values())
    assert {table for field in told.fields.values() for table in field.tables} <= set(told.tables)
    with pytest.raises(ValueError, match="compild"):
        read_vocabulary("compild: 2026-01-01")


def test_events_of_a_log_that_have_only_begun_are_left_out_and_each_event_is_counted() -> None:
    traces = table_seen("trace", [{"concept:name": f"A{n}", "事项名称": "施工许可"} for n in range(12)])
    told = [("受理", "start"), ("受理", "complete"), ("踏勘", "complete"), ("办结", "complete")]
    rows = [
        {"concept:name": name, "lifecycle:transition": state, "time:timestamp": f"2015-03-02T09:0{place}:00+08:00"}
        for place, (name, state) in enumerate(told)
    ]
    counts = {"受理": 24, "踏勘": 12, "办结": 12}
    seen = SourceSeen((traces, table_seen("event", rows)), "xes", events=counts)
    draft = draft_mapping(seen, wish=WISH._replace(division="610924", organisation="610924-zhujian"))
    (events,) = (one for one in draft.codes if one.name == "events")
    assert [(one.value, one.target, one.rows) for one in events.meanings] == [
        ("受理", "accept", 24), ("办结", "close", 12), ("踏勘", "finish-step", 12),
    ]  # fmt: skip
    assert "in: [start]" in draft.mapping_text and "# 踏勘（12）" in draft.mapping_text
    told_mapping = MappingFile(name="draft.yaml", text=draft.mapping_text).mapping
    assert (told_mapping.format, told_mapping.shape) == ("xes", "trace")
    assert told_mapping.events[0].ignore
