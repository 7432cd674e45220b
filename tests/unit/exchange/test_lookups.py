"""Dictionary tables of a source: how a mapping names them, and what becomes of codes that stand in none."""

from datetime import UTC, datetime

import pytest

from yichuang.exchange.domain import mapping as m
from yichuang.exchange.domain.lookups import Dictionary, dictionary_of, lookups_of
from yichuang.exchange.domain.mapping_file import MappingFaulty, MappingFile
from yichuang.exchange.domain.records import Record, Row
from yichuang.exchange.domain.translate import Translated, Translator

TEXT = """\
source: county-a
format: database
connection: {url: "sqlite:///x.db"}
tables:
  case: {name: biz, main: true, key: [id], case: no, cursor: [id]}
  step: {name: steps, key: [id], case: no, cursor: [id]}
codes:
  items:
    lookup: {table: dict_item, code: code, meaning: name, when: [{column: type, equals: SXLX}]}
    map: {施工许可: "10001"}
  results:
    lookup: {table: dict_item, code: code, meaning: name, when: [{column: type, equals: BJJG}]}
case:
  source_key: {column: no}
  item: {column: item, codes: items}
  organisation: {column: org, lookup: {table: sys_org, code: id, meaning: name}, codes: "@organisations"}
  division: "610924"
  received_at: {column: at}
events:
  - when: [{column: "@table", equals: step}, {column: result, codes: results, equals: 准予}]
    acts: [{act: grant, at: {column: at}}]
  - when: [{column: "@table", equals: step}]
    acts: [{act: finish-step, at: {column: at}, fields: {step: {column: name}}}]
"""
ITEMS, RESULTS, OFFICES = (
    Dictionary({"7": "施工许可", "8": "预售许可"}, {"9": ("甲", "乙")}),
    Dictionary({"01": "准予"}),
    Dictionary({"12": "住建局"}),
)


def translated(item: str = "7", org: str = "12", result: str = "01") -> Translated:
    mapping = MappingFile(name="a.yaml", text=TEXT).mapping
    offices = next(lookups_of(mapping.case))
    dictionaries = dict(zip(lookups_of(mapping.codes), (ITEMS, RESULTS), strict=True)) | {offices: OFFICES}
    translator = Translator(mapping, organisations={"住建局": "610924-zhujian"}, dictionaries=dictionaries)
    case = {"no": "A1", "item": item, "org": org, "at": "2015-03-02 09:00:00", "@table": "case"}
    step = Row(2, {"@table": "step", "result": result, "name": "决定", "at": "2015-03-03 09:00:00"})
    return translator.translate(Record(1, case, (step,)), received_at=datetime(2015, 4, 1, tzinfo=UTC))


def test_a_code_is_read_by_the_sources_dictionary_and_its_meaning_by_our_own_list() -> None:
    done = translated()
    assert done.faults == ()
    receipt, granted = (one.act for one in done.history)
    assert (receipt.item, receipt.organisation) == ("10001", "610924-zhujian")  # type: ignore[attr-defined]
    assert type(granted).__name__ == "Grant"


@pytest.mark.parametrize(
    ("given", "code", "value", "words"),
    [
        ({"item": "6"}, "CodeNotListed", "6", ("dict_item", "code", "6")),
        ({"item": "9"}, "CodeListedTwice", "9", ("dict_item", "甲、乙")),
        ({"item": "8"}, "CodeUnknown", "8", ("预售许可", "items")),
        ({"org": "13"}, "CodeNotListed", "13", ("sys_org", "id", "13")),
        ({"result": "02"}, "CodeNotListed", "02", ("dict_item", "02")),
    ],
)
def test_a_code_that_the_dictionary_does_not_tell_is_a_fault_of_its_record_in_words(
    given: dict[str, str], code: str, value: str, words: tuple[str, ...]
) -> None:
    (fault,) = translated(**given).faults
    assert (fault.code, fault.value, fault.field) == (code, value, next(iter(given)))
    assert all(word in fault.explain() for word in words)


def test_rows_that_a_condition_leaves_out_and_rows_without_a_meaning_are_no_entries() -> None:
    lookup = m.Lookup(table="d", code="k", meaning="n", when=(m.Condition(column="t", equals="A"),))
    rows = [
        {"k": "1", "n": "甲", "t": "A"}, {"k": "1", "n": "乙", "t": "B"}, {"k": "2", "t": "A"}, {"n": "丙", "t": "A"},
        {"k": " 3 ", "n": " 丁 ", "t": "A "}, {"k": "3", "n": "丁", "t": "A"},
    ]  # fmt: skip
    assert dictionary_of(lookup, rows, mapping=m.Mapping()) == Dictionary({"1": "甲", "3": "丁"})


@pytest.mark.parametrize(
    ("change", "code", "line", "field"),
    [
        (("code: id, ", ""), "KeyMissing", 16, "case.organisation.lookup.code"),
        (("{table: sys_org", "{tabel: sys_org"), "UnknownKey", 16, "case.organisation.lookup.tabel"),
        (("equals: BJJG", "result: granted"), "Contradiction", 12, "codes.results.lookup.when[1]"),
        (("{column: org, lookup", "{constant: x, lookup"), "Contradiction", 16, "case.organisation.lookup"),
        (("format: database", "format: http"), "Contradiction", 9, "codes.items.lookup"),
        (("column: type, equals: SXLX", "equals: SXLX"), "KeyMissing", 9, "codes.items.lookup.when[1].column"),
    ],
)
def test_a_lookup_that_cannot_work_is_refused_with_its_line(
    change: tuple[str, str], code: str, line: int, field: str
) -> None:
    with pytest.raises(MappingFaulty) as found:
        MappingFile(name="a.yaml", text=TEXT.replace(*change))
    assert (code, line, field) in [(one.code, one.row, one.field) for one in found.value.faults]
