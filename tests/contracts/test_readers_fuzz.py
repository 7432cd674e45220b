"""CSV files of any bytes: read, or refused in words, or a fault of one row; never an error of the program."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yichuang.exchange.domain import mapping as m
from yichuang.exchange.domain.records import record_from_json
from yichuang.exchange.reading.table import open_csv
from yichuang.kernel.refusal import Refusal

pytestmark = pytest.mark.once

MAPPINGS = (m.Mapping(shape="row-per-case"), m.Mapping(shape="row-per-event", case={"source_key": m.Value(column="a")}))
CELLS = st.sampled_from(["a", "b", "", '"', '""', ",", "\n", "\r\n", "\r", "\0", "张", "\ufeff", "1", " ", "\x1a", "'"])


def read(place: Path, raw: bytes) -> None:
    place.write_bytes(raw)
    for mapping in MAPPINGS:
        try:
            source = open_csv(place, mapping)
            count = source.survey()
            records = list(source.records())
        except Refusal as refused:
            assert refused.explain()
            continue
        assert len(records) == count
        for record in records:
            assert record_from_json(record.to_json()).digest() == record.digest()


@settings(max_examples=150, deadline=None)
@given(raw=st.binary(max_size=200))
def test_any_bytes(raw: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    read(tmp_path_factory.getbasetemp() / "bytes.csv", raw)


@settings(max_examples=150, deadline=None)
@given(cells=st.lists(CELLS, max_size=40), codec=st.sampled_from(["utf-8", "gb18030", "utf-16", "utf-8-sig"]))
def test_any_order_of_cells_quotes_and_line_ends(
    cells: list[str], codec: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    read(tmp_path_factory.getbasetemp() / "cells.csv", ("a,b\n" + "".join(cells)).encode(codec))
