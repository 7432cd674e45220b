"""Dictionaries in a draft: proposed where codes and names agree, said to be unsure where only small numbers do."""

import random

from yichuang.exchange.domain.drafting.draft import Draft, draft_mapping
from yichuang.exchange.domain.drafting.proposing import Wish
from yichuang.exchange.domain.drafting.seen import SourceSeen, TableSeen, table_seen
from yichuang.exchange.domain.mapping_file import MappingFile

WISH = Wish(source="county-x", address="sqlite:///x.db", division="610924")
OFFICES = {"A-01": "紫阳县住房和城乡建设局", "A-02": "紫阳县林业局", "A-03": "紫阳县卫生局"}


def applications(**more: list[str]) -> TableSeen:
    chance = random.Random(5)
    rows = [
        {
            "id": str(place), "case_no": f"ZY2015{place:04d}", "service_name": chance.choice(("施工许可", "采伐许可")),
            "org_code": chance.choice(sorted(OFFICES)), "applicant_name": "王某",
            "received_at": f"2015-03-{place % 28 + 1:02d} 09:00:00",
            "closed_at": f"2015-04-{place % 28 + 1:02d} 09:00:00",
        } | {name: chance.choice(values) for name, values in more.items()}
        for place in range(40)
    ]  # fmt: skip
    return table_seen("applications", rows, key=("id",))


def dictionary(name: str, entries: dict[str, str], **kinds: dict[str, str]) -> TableSeen:
    rows = [{"code": code, "name": text} for code, text in entries.items()]
    rows += [{"type": kind, "code": code, "name": text} for kind, one in kinds.items() for code, text in one.items()]
    return table_seen(name, rows)


def drafted(*tables: TableSeen) -> Draft:
    return draft_mapping(SourceSeen(tables, "database"), wish=WISH)


def test_a_dictionary_is_written_with_the_value_that_it_explains_and_is_no_longer_unused() -> None:
    draft = drafted(applications(), dictionary("sys_org", OFFICES), dictionary("weather", {"1": "晴", "2": "雨"}))
    (found,) = draft.dictionaries
    assert (found.column, found.dictionary, found.code, found.meaning) == ("org_code", "sys_org", "code", "name")
    assert found.confidence > 0.9
    assert draft.left_out == ("weather",)
    lookup = "lookup: {table: sys_org, code: code, meaning: name}"
    assert f"organisation: {{column: org_code, {lookup}, codes: organisations}}" in draft.mapping_text
    assert "# 紫阳县林业局: 请填写 / fill in" in draft.mapping_text.replace('"', "")
    told = MappingFile(name="draft.yaml", text=draft.mapping_text).mapping.case["organisation"]
    assert (told.column, told.codes) == ("org_code", "organisations")  # type: ignore[union-attr] - no constant


def test_small_numbers_that_stand_in_any_list_are_only_said_and_never_used() -> None:
    table = applications(priority=["1", "2", "3"])
    draft = drafted(table, dictionary("colours", {"1": "红", "2": "绿", "3": "蓝"}), dictionary("sys_org", OFFICES))
    unsure = next(one for one in draft.dictionaries if one.column == "priority")
    assert unsure.confidence < 0.6
    assert "perhaps a dictionary: applications.priority" in draft.mapping_text
    assert "colours" in draft.left_out


def test_of_many_kinds_in_one_table_the_one_with_the_columns_name_is_taken() -> None:
    kinds = {name: {"1": "窗口", "2": "网上"} for name in ("a", "b")} | {"channel": {"1": "现场窗口", "2": "网上申请"}}
    draft = drafted(applications(channel=["1", "2"]), dictionary("dict_item", {}, **kinds))
    (found,) = draft.dictionaries
    assert (found.when, found.confidence > 0.9) == (("type", "channel"), True)
    assert "when: [{column: type, equals: channel}]}, codes: channels" in draft.mapping_text
    assert "网上申请: web" in draft.mapping_text


def test_numbers_of_cases_and_codes_that_the_dictionary_lacks_make_no_dictionary() -> None:
    archive = table_seen("archive_names", [{"no": f"ZY2015{place:04d}", "name": f"案卷{place}"} for place in range(40)])
    half = dictionary("offices", {"A-01": "住建局", "B-01": "别的局"})
    assert drafted(applications(), archive, half).dictionaries == ()
