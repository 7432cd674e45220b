"""Faults of intake files: every one is found at its place, all at once, and the bundled files have none."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.catalogue.samples import CITY
from yichuang.catalogue.domain.intake_faults import read_intake
from yichuang.catalogue.domain.source import SourceItem, read_item
from yichuang.catalogue.domain.wording import (
    LifeEvent,
    LifeEvents,
    SearchWords,
    Synonym,
    find_life_event_faults,
    find_search_word_faults,
)

BUNDLED = Path(__file__).resolve().parents[3] / "src/yichuang/catalogue/data/ankang"


def item() -> SourceItem:
    raw = yaml.safe_load((CITY / "items" / "gongshang.yaml").read_text())["items"][0]
    found = read_item(raw)
    assert isinstance(found, SourceItem)
    return found


def file() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((CITY / "intake" / "01001.yaml").read_text())
    return loaded


def faults(raw: object) -> list[tuple[str, str]]:
    """Return (place, sentence) of every fault."""
    return [(".".join(map(str, path)), fault.explain()) for path, fault in read_intake(raw, item=item())[1]]


def test_the_small_citys_file_has_no_fault() -> None:
    content, found = read_intake(file(), item=item())
    assert found == ()
    assert content.town_hall
    assert [question.key for question in content.questions] == ["handling", "premises"]


def change(path: str, value: object) -> dict[str, Any]:
    """Return the file with one value changed; a path is keys and indexes between dots."""
    raw = file()
    node: Any = raw
    *steps, last = (int(step) if step.isdigit() else step for step in path.split("."))
    for step in steps:
        node = node[step]
    node[last] = value
    return raw


@pytest.mark.parametrize(
    ("path", "value", "place", "words"),
    [
        ("item", "01002", "item", "与文件名"),
        ("town_hall", "yes", "town_hall", "true或false"),
        ("colour", "red", "colour", "不认识的键"),
        ("questions", "none", "questions", "应是一个列表"),
        ("questions.1.key", "Premises!", "questions.1.key", "小写字母"),
        ("questions.1.key", "handling", "questions.1.key", "写了两次"),
        ("questions.1.key", "applicant", "questions.1.key", "另有用处"),
        ("questions.1.text_en", "", "questions.1.text", "应同时填写"),
        ("questions.1.text", "长" * 301, "questions.1.text", "超过300字"),
        ("questions.1.when", {"later": ["x"]}, "questions.1.when.later", "不是前面的问题"),
        ("questions.1.when", {"handling": ["03"]}, "questions.1.when.handling.0", "不是“handling”的答案"),
        ("questions.1.options", [{"key": "a", "text": "甲", "text_en": "A"}], "questions.1.options", "两个答案"),
        ("questions.1.options.1.drops", ["没有的材料"], "questions.1.options.1.drops.0", "事项没有材料"),
        ("questions.1.options.1.needs", ["住所使用证明"], "questions.1.options.1.drops", "既要又不要"),
        ("questions.0.options.1.key", "03", "questions.0.options", "正好是本事项的办理项"),
        ("fields.0.kind", "colour", "fields.0.kind", "数据结构不符"),
        ("fields.0.key", "remark", "fields.0.key", "另有用处"),
        ("fields.0.kind", "choice", "fields.0.choices", "choices"),
        ("fields.0.max_length", 100000, "fields.0.max_length", "以内"),
        ("fields.0.least", 3, "fields.0.kind", "上下限"),
        ("fields.1.most", 0, "fields.1.least", "下限大于上限"),
        ("materials.0.name", "别的", "materials.0.name", "事项没有材料"),
        ("materials.0.ways", ["bring", "bring"], "materials.0.ways", "写了两次"),
        ("materials.0.ways", ["fly"], "materials.0.ways.0", "数据结构不符"),
        ("materials.0.ways", ["reuse"], "materials.0.licences", "证照名称"),
        ("materials.0.licences", ["营业执照"], "materials.0.licences", "证照名称"),
    ],
)
def test_each_fault_is_told_at_its_place(path: str, value: object, place: str, words: str) -> None:
    found = faults(change(path, value))
    assert [sentence for where, sentence in found if where == place and words in sentence], found


@pytest.mark.parametrize(
    ("key", "value", "words"), [("ways", ["promise"], "不能以承诺代替"), ("tolerable", True, "不能容缺")]
)
def test_a_key_material_can_be_neither_promised_nor_tolerated(key: str, value: object, words: str) -> None:
    raw = file()
    raw["materials"].append({"name": "公司登记（备案）申请书", key: value})
    assert [sentence for _, sentence in faults(raw) if words in sentence]


def test_all_faults_of_a_file_are_told_at_once() -> None:
    raw = change("questions.1.options.1.drops", ["没有的材料"])
    raw["fields"][0]["kind"] = "colour"
    raw["materials"][0]["name"] = "别的"
    raw["colour"] = "red"
    assert len(faults(raw)) == 4


@pytest.mark.parametrize("raw", [None, [], "text", 3])
def test_a_file_that_is_no_mapping_is_one_fault(raw: object) -> None:
    assert len(faults(raw)) == 1


def test_wordings_name_only_items_and_departments_that_exist() -> None:
    events = LifeEvents(
        events=(
            LifeEvent(key="a", name="甲", name_en="A", audience="natural", items=("01001", "99999")),
            LifeEvent(key="a", name="乙", name_en="B", audience="robot", items=()),
        )
    )
    places = [path for path, _ in find_life_event_faults(events, items={"01001"})]
    assert places == [
        ("events", 0, "items", 1),
        ("events", 1, "key"),
        ("events", 1, "audience"),
        ("events", 1, "items"),
    ]
    words = SearchWords(
        synonyms=(Synonym(words=("甲",), items=("99999",)), Synonym(words=("甲",), items=("01001",))),
        departments={"nobody": ("某局",)},
    )
    found = [path for path, _ in find_search_word_faults(words, items={"01001"}, departments={"gongshang"})]
    assert found == [("synonyms", 0, "items", 0), ("synonyms", 1, "words", 0), ("departments", "nobody")]


def bundled_items() -> dict[str, SourceItem]:
    found = {}
    for path in sorted((BUNDLED / "items").glob("*.yaml")):
        for raw in yaml.safe_load(path.read_text())["items"]:
            read = read_item(raw)
            assert isinstance(read, SourceItem)
            found[read.code] = read
    return found


def test_the_bundled_intakes_are_many_and_never_loosen_a_key_material() -> None:
    items = bundled_items()
    files = sorted((BUNDLED / "intake").glob("*.yaml"))
    assert len(files) >= 12
    assert len({path.stem[:2] for path in files}) >= 8, "departments"
    for path in files:
        content, found = read_intake(yaml.safe_load(path.read_text()), item=items[path.stem])
        assert found == (), path.name
        assert 2 <= len(content.questions) <= 4, path.name
        assert content.fields, path.name
