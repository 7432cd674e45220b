"""Intake: a small catalogue with a form of its own, people who apply, and applications that are whole."""

import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.factories import files
from tests.factories.stories import china
from tests.unit.catalogue.samples import CITY, exercisers
from yichuang.cases import commands
from yichuang.cases.values import Application, AttachmentRow, MaterialChoice, Party, Place
from yichuang.catalogue.commands import load_catalogue
from yichuang.catalogue.queries import find_item
from yichuang.kernel.actor import Actor, ActorKind
from yichuang.kernel.identifiers import resident_number

ORGANISATION = "610924-gongshang"
ITEM = "01001"
FORM, PREMISES = "公司登记（备案）申请书", "住所使用证明"
AT = china("2026-03-02T10:00")
PLACE = Place(organisation=ORGANISATION, division="610924", channel="web")
WINDOW = Place(organisation=ORGANISATION, division="610924", centre="610924-centre", channel="window")

CHEN = Actor(id="account-chen", name="陈测试", kind=ActorKind.APPLICANT)
WANG = Actor(id="account-wang", name="王测试", kind=ActorKind.APPLICANT)
CLERK = Actor(id="clerk-07", name="窗口七号", organisation=ORGANISATION, division="610924")
PARTY = Party(
    name="陈𠮷",
    id_number=resident_number.generate(division="610924", born_on=date(2000, 2, 29), sequence=11),
    phone="13900000001",
)

INTAKE = """
item: "01001"
effective_on: 2015-01-01
questions:
  - key: premises
    text: 住所是自有的吗？
    text_en: Are the premises your own?
    options:
      - {key: own, text: 自有, text_en: Our own, drops: [住所使用证明]}
      - {key: rented, text: 租赁, text_en: Rented}
fields:
  - {key: company-name, label: 公司名称, label_en: Name of the company, max_length: 60}
materials:
  - {name: 公司登记（备案）申请书, ways: [bring, upload]}
  - {name: 住所使用证明, ways: [bring, upload, promise]}
"""


@pytest.fixture
def small_catalogue(tmp_path: Path) -> Iterator[str]:
    """Load the catalogue of a small city, the company's form with it, and return the item's implementation code."""
    folder = tmp_path / "city"
    shutil.copytree(CITY, folder)
    (folder / "intake").mkdir(exist_ok=True)
    (folder / "intake" / "01001.yaml").write_text(INTAKE)
    load_catalogue(folder=folder, exercisers=exercisers(), by=CLERK, at=china("2015-01-01"))
    item = find_item(code=ITEM, organisation=ORGANISATION)
    assert item is not None
    yield item.implementation_code


@pytest.fixture
def folder_of_files(settings: Any, tmp_path: Path) -> Path:
    """Keep uploaded files in a folder of the test's own."""
    folder = tmp_path / "media"
    local = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(folder)}}
    settings.STORAGES = {**settings.STORAGES, "default": local}
    return folder


def stored_files(folder: Path) -> list[str]:
    """Return the areas of all files that lie in the storage."""
    return sorted(path.relative_to(folder).parts[0] for path in folder.rglob("*") if path.is_file())


def application(**changes: Any) -> Application:
    """Return a whole application for the company's form, rented premises, both materials brought."""
    whole = Application(
        applicant=PARTY,
        answers={"premises": "rented"},
        fields={"company-name": "紫阳县测试茶业有限公司"},
        materials=(MaterialChoice(FORM, "bring"), MaterialChoice(PREMISES, "promise", note="住所真实合法")),
    )
    return replace(whole, **changes)


def start(item: str, *, by: Actor = CHEN, at: datetime = AT) -> str:
    """Start a draft and return its key."""
    return commands.start_draft(owner=by.id, item=item, by=by, at=at)


def save(key: str, told: Application, *, by: Actor = CHEN, at: datetime = AT, seen: int | None = None) -> int:
    """Save a draft and return its version."""
    return commands.save_draft(key=key, owner=by.id, application=told, by=by, at=at, expected_version=seen)


def submit(key: str, *, by: Actor = CHEN, place: Place = PLACE, at: datetime = AT) -> str:
    """Submit a draft and return the number."""
    return commands.submit_draft(key=key, owner=by.id, place=place, by=by, at=at, now=at)


def filed(item: str, *, by: Actor = CHEN, place: Place = PLACE, at: datetime = AT, **changes: Any) -> str:
    """Start, save and submit an application and return its number."""
    key = start(item, by=by, at=at)
    save(key, application(**changes), by=by, at=at)
    return submit(key, by=by, place=place, at=at)


def upload(
    draft: str = "",
    *,
    number: str = "",
    material: str = FORM,
    data: bytes | None = None,
    name: str = "申请书.pdf",
    by: Actor = CHEN,
    at: datetime = AT,
) -> AttachmentRow:
    """Upload a file in one piece."""
    return commands.store_upload(
        draft=draft, number=number, material=material, file=[data or files.paper()], file_name=name, by=by, at=at
    )
