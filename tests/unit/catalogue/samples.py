"""Samples for the tests of the catalogue: one faultless content, and a small city with its organisations."""

from pathlib import Path

from yichuang.catalogue.domain.content import Basis, HandlingItem, ItemContent, Material, Step
from yichuang.catalogue.domain.source import Exerciser
from yichuang.kernel.identifiers import uscc

CITY = Path(__file__).parent / "city"


def credit_code(serial: int, division: str = "610924") -> str:
    """Return a synthetic credit code of an agency."""
    return uscc.generate(department="1", category="1", division=division, organisation_body=f"YC{serial:06d}")


GONGSHANG = credit_code(1)


def content(**changes: object) -> ItemContent:
    """Return a content without fault, with some fields changed."""
    fields: dict[str, object] = {
        "implementation_code": f"{GONGSHANG}4610101001000",
        "organisation_code": "610924-gongshang",
        "organisation_name": "紫阳县工商行政管理局",
        "organisation_uscc": GONGSHANG,
        "division": "610924",
        "level": "4",
        "catalogue_code": "610101001000",
        "name": "公司设立登记",
        "type_code": "01",
        "promised_amount": 5,
        "promised_unit": "working-days",
        "kind": "promised",
        "review": "review",
        "statutory_amount": 20,
        "objects_served": ("2",),
        "channels": ("1", "2"),
        "result_type": "certificate",
        "result_name": "营业执照",
        "materials": (Material(name="申请书", originals=1, key=True), Material(name="住所证明", copies=1)),
        "steps": (Step(name="受理", post="window", amount=1), Step(name="决定", post="leader", amount=4)),
        "legal_basis": (Basis(law="中华人民共和国公司法", article="第六条", as_of="2013-12-28"),),
        "handling_items": (HandlingItem(code="01", name="有限公司设立"), HandlingItem(code="02", name="股份公司设立")),
    }
    return ItemContent(**{**fields, **changes})  # type: ignore[arg-type]


def exercisers() -> tuple[Exerciser, ...]:
    """Return the organisations of a city with two counties and one town."""
    places = (
        ("610900", "安康市", "city", "610900-centre"),
        ("610922", "石泉县", "county", "610922-centre"),
        ("610924", "紫阳县", "county", "610924-centre"),
    )
    found = []
    serial = 0
    for division, name, tier, centre in places:
        for key, title in (("gongshang", "工商行政管理局"), ("cheguansuo", "车辆管理所"), ("gongjiao", "公交公司")):
            serial += 1
            if key == "gongjiao" and tier != "city":
                continue
            found.append(
                Exerciser(
                    code=f"{division}-{key}",
                    name=name + title,
                    uscc=GONGSHANG
                    if (division, key) == ("610924", "gongshang")
                    else credit_code(100 + serial, division),
                    department=key,
                    division=division,
                    division_name=name,
                    tier=tier,
                    centre=centre,
                    place=f"{name}政务服务中心",
                )
            )
    found.append(
        Exerciser(
            code="610924100-zhen",
            name="城关镇人民政府",
            uscc=credit_code(900),
            department="zhen",
            division="610924100",
            division_name="城关镇",
            tier="town",
            centre="610924100-hall",
        )
    )
    return tuple(found)
