"""Mappings as anybody might write them: whatever the text, the answer is a mapping or MappingFaulty, nothing else."""

import copy
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT
from tests.unit.exchange.test_lookups import TEXT as LOOKUPS
from yichuang.exchange.domain.mapping import ACTS, CASE_FIELDS, Mapping
from yichuang.exchange.domain.mapping_file import MappingFaulty, MappingFile
from yichuang.exchange.presets import load_presets

FOLDER = ROOT / "src" / "yichuang" / "exchange" / "mappings"
TEXTS = {path.stem: path.read_text() for path in sorted(FOLDER.glob("*.yaml"))} | load_presets() | {"lookup": LOOKUPS}
COUNTY = "source: county-x\nconnection: {url: 'sqlite:///x.db'}\ncase: {division: '610924'}\n"
KEYS = st.sampled_from([*Mapping.__struct_fields__, *CASE_FIELDS, *ACTS, "column", "codes", "when", "in", "at", "act",
                        "lookup", "table", "code", "meaning"])  # fmt: skip
WORDS = st.one_of(
    KEYS, st.sampled_from(["", "iso", "%Q", "[", "up-pro", "true", "1", "@table", "${X}"]), st.text(max_size=8)
)
ANY = st.recursive(
    WORDS, lambda part: st.one_of(st.lists(part, max_size=3), st.dictionaries(WORDS, part, max_size=3)), max_leaves=8
)


def read(text: str) -> None:
    """Read; every fault of a faulty one can be said, in its own words and at its line."""
    try:
        MappingFile(name="fuzz.yaml", text=text, presets=load_presets())
    except MappingFaulty as faulty:
        assert faulty.faults
        assert faulty.explain()
        assert all(fault.row >= 0 for fault in faulty.faults)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_a_mapping_or_faulty(text: str) -> None:
    read(text)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(KEYS, ANY, max_size=6))
def test_any_yaml_with_keys_of_mappings_is_a_mapping_or_faulty(data: dict[str, Any]) -> None:
    read(yaml.safe_dump(data, allow_unicode=True))


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_a_mapping_of_the_house_with_one_place_changed_is_a_mapping_or_faulty(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(TEXTS)))
    whole = yaml.load(TEXTS[name], Loader=yaml.BaseLoader)
    for _ in range(data.draw(st.integers(1, 3))):
        _change(whole, data)
    read(yaml.safe_dump(whole, allow_unicode=True))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(TEXTS)), st.integers(0, 20_000), st.integers(0, 40), st.text(max_size=5))
def test_a_mapping_cut_off_or_overwritten_anywhere_is_a_mapping_or_faulty(
    name: str, place: int, length: int, instead: str
) -> None:
    text = TEXTS[name]
    at = place % len(text)
    read(text[:at] + instead + text[at + length :])
    read(text[:at])


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(load_presets())), st.dictionaries(KEYS, ANY, max_size=4))
def test_anything_laid_over_a_preset_is_a_mapping_or_faulty(preset: str, above: dict[str, Any]) -> None:
    county = yaml.safe_load(COUNTY)
    read(yaml.safe_dump({**county, "preset": preset, **above}, allow_unicode=True))


@pytest.mark.parametrize("preset", sorted(load_presets()))
def test_a_preset_with_only_what_a_county_must_say_is_a_mapping(preset: str) -> None:
    MappingFile(name="county.yaml", text=f"preset: {preset}\n{COUNTY}", presets=load_presets())


def _change(whole: Any, data: st.DataObject) -> None:
    """Replace, drop or double one part somewhere inside."""
    node, parent, key = whole, None, None
    while isinstance(node, dict | list) and node and (parent is None or data.draw(st.booleans())):
        parent = node
        key = data.draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        node = node[key]
    if parent is None:
        return
    act = data.draw(st.sampled_from(("replace", "drop", "copy")))
    if act == "replace":
        parent[key] = data.draw(ANY)
    elif act == "drop":
        del parent[key]
    elif isinstance(parent, dict):
        parent[data.draw(WORDS)] = copy.deepcopy(node)
    else:
        parent.append(copy.deepcopy(node))
