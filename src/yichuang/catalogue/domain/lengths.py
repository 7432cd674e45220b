"""Lengths: how long each text may be, so that a text that is too long is a fault at its place and no broken load.

The numbers are those of the standard's formats where it gives one, else of our columns; a test holds
them against the tables.
"""

from collections.abc import Iterator
from typing import Any

from yichuang.catalogue.domain.content import ItemContent
from yichuang.catalogue.domain.faults import Fault, Part
from yichuang.kernel.words import N_

LENGTHS: dict[Part, dict[str, int]] = {
    Part.ITEM: {
        "implementation_code": 31,
        "local_code": 24,
        "catalogue_code": 12,
        "name": 200,
        "type_code": 2,
        "level": 1,
        "authority_split": 1000,
        "organisation_code": 48,
        "organisation_name": 100,
        "organisation_uscc": 18,
        "organisation_nature": 1,
        "division": 12,
        "division_name": 40,
        "statutory_unit": 16,
        "promised_unit": 16,
        "kind": 16,
        "review": 16,
        "undertaking_name": 100,
        "undertaking_code": 48,
        "intermediary": 2000,
        "quota": 200,
        "result_type": 16,
        "result_name": 100,
        "result_sample": 200,
        "cross_region": 1,
        "online_address": 200,
        "system_level": 20,
        "place": 100,
        "hours": 150,
        "consult_means": 100,
        "consult_phone": 18,
        "supervision_phone": 18,
    },
    Part.MATERIAL: {
        "name": 200,
        "issuer": 100,
        "issued_within": 150,
        "handling_note": 500,
        "handling_place": 400,
        "use_note": 500,
        "form": 16,
        "legal_basis": 500,
    },
    Part.STEP: {"name": 50, "post": 16},
    Part.BASIS: {"law": 300, "article": 200, "as_of": 10, "verified": 1},
    Part.HANDLING: {"code": 2, "name": 200},
    Part.FEE: {"name": 200, "standard": 500, "basis": 500},
}
_SHOWN = 20


def _too_long(part: Part, index: int, row: Any) -> Iterator[Fault]:
    for attribute, most in LENGTHS[part].items():
        text = getattr(row, attribute)
        if len(text) > most:
            yield Fault(
                part=part,
                index=index,
                attribute=attribute,
                value=text[:_SHOWN] + "…",
                reason=N_("有{length}个字，最多{most}个字"),
                remedy=N_("请缩短，细节写入说明栏"),
                details={"length": len(text), "most": most},
                citation=N_("GB/T 39046—2020"),
            )


def find_too_long(content: ItemContent) -> Iterator[Fault]:
    """Yield a fault for every text that no column can hold."""
    yield from _too_long(Part.ITEM, 0, content)
    for part, rows in (
        (Part.MATERIAL, content.materials),
        (Part.STEP, content.steps),
        (Part.BASIS, content.legal_basis),
        (Part.HANDLING, content.handling_items),
        (Part.FEE, content.fees),
    ):
        for index, row in enumerate(rows):
            yield from _too_long(part, index, row)
