"""Mappings: those that come with the house read without a fault, and their example files translate whole."""

import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import ROOT, leave_out
from yichuang.cases.values import acts
from yichuang.exchange.domain.mapping import ACT_FIELDS, APPLICANT_FIELDS, CASE_FIELDS, Mapping
from yichuang.exchange.domain.mapping_file import MappingFile
from yichuang.exchange.domain.translate import Translated, Translator
from yichuang.exchange.reading.opening import open_source, require_columns

HERE = Path(__file__).parent
MAPPINGS = ROOT / "src" / "yichuang" / "exchange" / "mappings"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def told_by(name: str) -> MappingFile:
    """Return a mapping that comes with the house."""
    return MappingFile(name=name, text=(MAPPINGS / f"{name}.yaml").read_text())


def translated(name: str, file: Path) -> list[Translated]:
    """Translate every record of a file, as an import would."""
    told = told_by(name)
    source = open_source(file, told.mapping)
    assert source.survey() > 0
    require_columns(source, told, name=file.name)
    translator = Translator(told.mapping, encoding=source.encoding)
    return [translator.translate(record, received_at=NOW) for record in source.records()]


@pytest.mark.parametrize("name", sorted(path.stem for path in MAPPINGS.glob("*.yaml")))
def test_every_mapping_that_comes_with_the_house_is_without_fault(name: str) -> None:
    assert told_by(name).mapping.source


@pytest.mark.parametrize(
    ("name", "file", "cases", "kinds"),
    [
        ("county-cases", "county/cases.csv", 4, {acts.Receive: 4, acts.Accept: 4, acts.Grant: 2, acts.Refuse: 1}),
        ("county-events", "county/events.csv", 2, {acts.Receive: 2, acts.Accept: 2, acts.FinishStep: 2}),
        ("receipt", "receipt-shaped.xes", 6, {acts.Receive: 6, acts.Accept: 6, acts.FinishStep: 10, acts.Close: 5}),
    ],
)
def test_example_files_translate_without_a_fault(
    name: str, file: str, cases: int, kinds: dict[type[acts.Act], int]
) -> None:
    found = translated(name, HERE / file)
    assert [one.faults for one in found if one.faults] == []
    counted = Counter(type(dated.act) for one in found for dated in one.history)
    assert len(found) == cases
    assert {kind: counted[kind] for kind in kinds} == kinds


def receipt_log() -> Path:
    """Return the real log; it lies beside the project, not in it."""
    path = Path(os.environ.get("YICHUANG_RECEIPT_LOG", ROOT.parent / "shared" / "data" / "receipt.xes.gz"))
    if not path.exists():
        leave_out(f"the receipt log is not at {path}; name it with YICHUANG_RECEIPT_LOG")
    return path


def test_every_event_of_the_real_log_becomes_one_step() -> None:
    found = translated("receipt", receipt_log())
    counted = Counter(type(dated.act) for one in found for dated in one.history)
    assert [one.faults for one in found if one.faults] == []
    assert counted == {acts.Receive: 1_434, acts.Accept: 1_434, acts.FinishStep: 8_577, acts.Close: 1_329}
    moved = [d for one in found for d in one.history if isinstance(d.act, acts.FinishStep) and "晚于" in d.act.opinion]
    assert len(moved) == 180


def test_the_reference_names_every_key_act_and_field() -> None:
    page = (ROOT / "docs" / "mapping.md").read_text()
    words = {*Mapping.__struct_fields__, *CASE_FIELDS, *APPLICANT_FIELDS}
    for act, fields in ACT_FIELDS.items():
        words |= {act, *fields} if act != "receive" else set()
    assert {word for word in words if f"`{word}`" not in page} == set()
    for act, fields in ACT_FIELDS.items():
        needed = {name for name, field in fields.items() if field.required}
        assert act == "receive" or all(f"**`{name}`**" in page for name in needed)
