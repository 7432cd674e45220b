"""A catalogue made by hand: the terms of a few items, so that a test of cases needs no tables of another context."""

from datetime import date

import pytest

from tests.factories.authorities import HandmadeAuthorities, lay_down_authorities
from yichuang.catalogue.values import ItemTerms
from yichuang.kernel.identifiers import uscc

LICENCE, ON_THE_SPOT, PERMIT, JOINT = "01001", "01002", "02001", "03001"
TITLES = {LICENCE: "公司设立登记", ON_THE_SPOT: "机动车号牌补领", PERMIT: "采伐许可", JOINT: "建设工程联合审批"}
DEPARTMENTS = {LICENCE: "gongshang", ON_THE_SPOT: "cheguansuo", PERMIT: "linye", JOINT: "zhujian"}
FEES = ("证照工本费",)
COUNTIES = ("610902", "610922", "610924", "610929")


def organisation_of(item: str, *, county: str = "610924") -> str:
    """Return the code of the department that handles an item in a county."""
    return f"{county}-{DEPARTMENTS[item]}"


def implementation_code_of(item: str, *, county: str = "610924") -> str:
    """Return a valid implementation code of 31, type 01, of a synthetic agency of the county."""
    body = f"YC{item[:2]}{county[2:]}"
    agency = uscc.generate(department="1", category="1", division=county, organisation_body=body)
    return f"{agency}46101{item}000"


def terms_of(item: str, *, county: str = "610924") -> ItemTerms:
    """Return what the catalogue of these tests promises for an item."""
    quick = item == ON_THE_SPOT
    by_calendar = item == PERMIT
    return ItemTerms(
        implementation_code=implementation_code_of(item, county=county),
        catalogue_code=f"6101{item}000",
        name=TITLES[item],
        type="01",
        kind="on-the-spot" if quick else "promised",
        promised_unit="opening-hours" if quick else "calendar-days" if by_calendar else "working-days",
        promised_amount=8 if quick else 15 if by_calendar else 10,
        statutory_unit="calendar-days" if by_calendar else "working-days",
        statutory_amount=30 if by_calendar else 20,
        steps=(("受理", 1), ("决定", 4)),
        special_procedures=("hearing", "inspection"),
        result_type="certificate",
        result_name="许可证",
        charged=False,
        joint=item == JOINT,
        version=1,
        key_materials=("申请书",),
        required_materials=("申请书", "住所证明", "无犯罪记录证明", "照片"),
        promisable=("无犯罪记录证明",),
    )


TERMS = {(organisation_of(item, county=county), item): terms_of(item, county=county)
         for item in TITLES for county in COUNTIES}  # fmt: skip


class HandmadeRegister:
    """Answers as the catalogue's own register does, the same on every day."""

    def find(self, organisation: str, item: str, on: date) -> ItemTerms | None:
        """Return the terms of an item, or None."""
        return TERMS.get((organisation, item))


def _lay_down_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yichuang.cases.terms.get_terms_register", HandmadeRegister)
    monkeypatch.setattr("yichuang.cases.terms.list_fees", lambda **_: FEES)


@pytest.fixture
def handmade_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let decisions rest on the terms of this module; who may decide stands in the database."""
    _lay_down_terms(monkeypatch)


@pytest.fixture
def handmade_catalogue(monkeypatch: pytest.MonkeyPatch) -> HandmadeAuthorities:
    """Let decisions rest on the terms of this module, and let the clerk of these tests have every power over them."""
    _lay_down_terms(monkeypatch)
    return lay_down_authorities(monkeypatch)
