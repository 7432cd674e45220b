"""What a mapping may say of a connection: presets below it, tables, the lists that every mapping has."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.factories.exchange_tables import MAPPING
from yichuang.cases.values import acts
from yichuang.exchange.domain.conditions import main_item_of, organisation_of
from yichuang.exchange.domain.mapping_file import MappingFaulty, MappingFile
from yichuang.exchange.domain.records import Record, Row, record_from_json
from yichuang.exchange.domain.translate import Translated, Translator
from yichuang.exchange.presets import load_presets, mapping_of
from yichuang.kernel.identifiers import uscc

NOW = datetime(2015, 4, 1, tzinfo=UTC)
CODE = uscc.generate(department="1", category="1", division="610924", organisation_body="YC123456")


def told(more: str = "", *, text: str = MAPPING) -> MappingFile:
    return mapping_of(name="a.yaml", text=text.format(source="county-a", file="/nowhere.sqlite3") + more)


def codes_of(text: str) -> list[tuple[str, str]]:
    with pytest.raises(MappingFaulty) as found:
        mapping_of(name="a.yaml", text=text)
    return [(fault.code, fault.field) for fault in found.value.faults]


def accepted(**more: Any) -> dict[str, str]:
    row = {"project_no": "ZY-1", "apply_date": "2015-03-02 09:00:00", "org_name": "住建局", "@table": "accept"}
    return row | {"local_catalog_code": "JZ-01"} | more


def translate(case: dict[str, str], *events: dict[str, str], more: str = "") -> Translated:
    rows = tuple(Row(number, values) for number, values in enumerate(events, start=2))
    translator = Translator(told(more).mapping, organisations={CODE: "610924-zhujian"})
    return translator.translate(Record(1, case, rows), received_at=NOW)


def test_both_presets_lack_only_what_a_county_must_say() -> None:
    for name in load_presets():
        assert {field for _code, field in codes_of(f"preset: {name}\n")} == {
            "source",
            "connection.url",
            "case.division",
        }


def test_a_mapping_lies_over_its_preset_key_by_key_and_a_field_is_replaced_as_a_whole() -> None:
    found = told("tables: {accept: {name: my_accept}, material: }\nresults: older\n").mapping
    assert found.tables["accept"].name == "my_accept" and found.tables["accept"].key == ("row_guid",)
    assert "material" not in found.tables and "process" in found.tables
    assert (found.results, found.shape, found.accepts_corrections) == ("older", "tables", True)
    other = told("case: {division: '610924', item: {column: only_this}}\n", text=MAPPING.replace("case:", "#")).mapping
    assert other.case["item"].column == "only_this" and not other.case["item"].first_of  # type: ignore[union-attr]


def test_an_unknown_preset_and_faulty_tables_are_told_at_their_place() -> None:
    assert ("NotAChoice", "preset") in codes_of("preset: up-po\nsource: county-a\n")
    faults = codes_of(
        "source: county-a\nformat: database\nconnection: {url: 'sqlite://'}\ntables: {a: {name: t}, b: {nam: t}}\n"
        "case: {}\nevents: [{when: [{column: '@table', equals: c}], ignore: true}]\n"
    )
    assert {("UnknownKey", "tables.b.nam"), ("KeyMissing", "tables.a.key"), ("Contradiction", "tables")} <= set(faults)
    assert ("NotAChoice", "events[1].when[1]") in faults


def test_items_are_read_out_of_the_codes_of_both_families() -> None:
    basic, catalogue = "0110001001", "610110001001"
    implementation = f"{CODE}3{catalogue}"
    assert {main_item_of(code) for code in (basic, catalogue, implementation, f"{implementation}01")} == {"10001"}
    assert [main_item_of(code) for code in ("", "JZ-01", "1234567", "中" * 31)] == [""] * 4
    assert organisation_of(implementation, {CODE: "610924-zhujian"}) == "610924-zhujian"


def test_the_first_code_that_is_known_counts_and_only_all_unknown_is_a_fault() -> None:
    code = f"{CODE}3610110002001"
    found = translate(accepted(local_catalog_code="XX", task_code=code, org_name="无名"))
    assert found.filing is not None
    receipt = found.filing.history[0].act
    assert isinstance(receipt, acts.Receive)
    assert (receipt.item, receipt.organisation) == ("10002", "610924-zhujian")
    broken = translate(accepted(local_catalog_code="XX"))
    assert [fault.code for fault in broken.faults] == ["CodeUnknown"]


@pytest.mark.parametrize(
    ("results", "code", "last"),
    [("newer", "1", acts.Close), ("older", "1", acts.Withdraw), ("newer", "3", acts.Void), ("older", "6", acts.Close)],
)
def test_a_result_code_means_what_the_list_of_its_source_says(results: str, code: str, last: type) -> None:
    result = {"@table": "result", "project_no": "ZY-1", "result_type": code, "result_date": "2015-03-09 10:00:00"}
    case = accepted(accept_date="2015-03-03 09:00:00")
    found = translate(case, result, more=f"results: {results}\n")
    assert found.filing is not None
    assert type(found.filing.history[-1].act) is last
    assert any(isinstance(one.act, acts.Refuse) for one in found.filing.history) == ((results, code) == ("newer", "1"))


def test_a_row_sees_no_column_of_the_main_row_unless_it_is_named() -> None:
    step = {"@table": "process", "process_name": "审查", "event_end_time": "2015-03-04 10:00:00"}
    found = translate(accepted(accept_date="2015-03-03 09:00:00", handle_user_name="窗口甲"), step)
    assert found.filing is not None
    finished = found.filing.history[-1].act
    assert isinstance(finished, acts.FinishStep) and finished.officer == ""


def test_a_mapping_without_its_preset_is_not_silently_empty() -> None:
    with pytest.raises(MappingFaulty):
        MappingFile(name="a.yaml", text="preset: up-pro\nsource: county-a\n")


def test_when_a_row_first_came_survives_being_kept() -> None:
    record = Record(1, {"a": "b"}, (Row(2, {"c": "d"}, NOW),), received_at=NOW)
    assert record_from_json(record.to_json()) == record
