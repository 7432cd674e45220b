"""Limits of intake: dated, marked, and refused where a file of a city is wrong."""

from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

import yichuang.cases
from yichuang.calendar.values import FaultyLaw
from yichuang.cases.domain.intake_law import (
    TRACKING_UNITS,
    UPLOAD_UNITS,
    TrackingLaw,
    UploadLaw,
    tracking_law,
    upload_law,
)

SHIPPED = Path(yichuang.cases.__file__).parent / "law"
ON = date(2026, 1, 1)


def test_every_figure_stands_in_its_file() -> None:
    assert {field.name for field in fields(UploadLaw)} == set(UPLOAD_UNITS)
    assert {field.name for field in fields(TrackingLaw)} == set(TRACKING_UNITS)
    assert upload_law(on=ON).file_bytes == 20 << 20
    assert tracking_law(on=ON).tries_per_number == 5
    assert upload_law(on=date(1999, 1, 1)) == upload_law(on=date(2004, 7, 1))


def changed(folder: Path, old: str, new: str, name: str = "uploads.yaml") -> Path:
    text = (SHIPPED / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1))
    return folder


def test_a_city_changes_a_figure_from_a_day_on(tmp_path: Path) -> None:
    old = "{from: 2004-07-01, amount: 60, mark: K, citation: 默认值}"
    new = (
        "{from: 2004-07-01, until: 2026-07-01, amount: 60, mark: K, citation: 默认值}\n"
        "      - {from: 2026-07-01, amount: 90, mark: K, citation: 安康市通知}"
    )
    folder = changed(tmp_path, old, new)
    assert [upload_law(on=day, folder=folder).draft_files for day in (date(2026, 6, 30), date(2026, 7, 1))] == [60, 90]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("key: draft_files", "key: draft_fils"),
        ("unit: pixels", "unit: bytes"),
        ("amount: 60,", "amount: 0,"),
        ("amount: 60, mark: K, citation: 默认值", "amount: 60, mark: K, citation: ''"),
        ("{from: 2004-07-01, amount: 60", "{from: 2005-07-01, amount: 60"),
        ("{from: 2004-07-01, amount: 60", "{from: 2004-07-01, until: 2005-01-01, amount: 60"),
        ("amount: 60, mark: K", "amount: 60, mark: X"),
        ("amount: 60, mark: K", "amont: 60, mark: K"),
    ],
)
def test_a_fault_in_the_file_is_refused_where_it_stands(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(FaultyLaw) as refused:
        upload_law(on=ON, folder=changed(tmp_path, old, new))
    assert "uploads.yaml" in str(refused.value)
