"""Evidence: the register's row beside the case, field by field, and what each agreement weighs, in words."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from yichuang.cases import queries as cases
from yichuang.cases.queries import LinkableCase
from yichuang.kernel.masking import mask_identifier, mask_name
from yichuang.kernel.words import N_
from yichuang.supervision.domain.linkage.comparisons import COMPARED
from yichuang.supervision.domain.linkage.normalise import person_number_key
from yichuang.supervision.domain.linkage.records import RESIDENT_CARD
from yichuang.supervision.domain.linkage.rows import PERSON
from yichuang.supervision.domain.linkage.values import LeadRow, Side, ThresholdRow
from yichuang.supervision.models import Lead, RegisterEntry

_UNKNOWN = N_("至少一方没有填写，不能比较")
_EXACT = {
    "case-number": N_("登记簿写明的办件编号与办件一致"),
    "document": N_("文号与办件的证照编号一致，且名称或证件号相符"),
    "holder": N_("证件号、事项一致，日期相近，且互为唯一"),
}
_SUMMARIES = {
    "exact": N_("按确定的编号对应，不需要权重。"),
    "link": N_("合计{weight}比特，不低于认定线{link}比特：按同一件处理。"),
    "doubt": N_("合计{weight}比特，在待核线{doubt}与认定线{link}比特之间：请核查。"),
    "none": N_("最相近的办件合计{weight}比特，低于待核线{doubt}比特：不是同一件。"),
    "nothing": N_("没有任何可以比对的办件。"),
}
_STAR = "*"


def sides_of(row: Lead, parts: Sequence[Sequence[Any]]) -> tuple[Side, ...]:
    """Return what register and case say, line by line; weights are in bits, None where nothing was weighed."""
    case = cases.find_linkable(row.case_number) if row.case_number else None
    weighed = {str(key): (str(level), weight / 100) for key, level, weight in parts if level != "exact"}
    exact = next((str(key) for key, level, _ in parts if level == "exact"), "")
    sides = [_side(row.entry, case, one.key, weighed) for one in COMPARED]
    sides += [
        Side("received_on", N_("收件日期"), "", _date(case.received_on if case else None), "", None),
        Side("closed_on", N_("办结日期"), "", _date(case.closed_on if case else None), "", None),
    ]
    if exact:
        sides.insert(0, Side("exact", N_("确定编号"), row.entry.document_number, row.case_number, _EXACT[exact], None))
    return tuple(sides)


def _side(entry: RegisterEntry, case: LinkableCase | None, key: str, weighed: dict[str, tuple[str, float]]) -> Side:
    compared = next(one for one in COMPARED if one.key == key)
    left, right = _LEFT[key](entry), _RIGHT[key](case) if case else ""
    if key not in weighed:
        return Side(key, compared.label, left, right, "", None)
    level, weight = weighed[key]
    words = next((one.words for one in compared.levels if one.key == level), _UNKNOWN)
    return Side(key, compared.label, left, right, words, weight if level else None)


def _holder(entry: RegisterEntry) -> str:
    if entry.holder_kind == PERSON:
        return f"{_STAR * 14}{entry.holder_tail}" if entry.holder_tail else ""
    return entry.holder_code


def _number_of(case: LinkableCase) -> str:
    personal = case.id_type == RESIDENT_CARD or bool(person_number_key(case.id_number))
    return mask_identifier("resident-number", case.id_number) if personal else case.id_number


def _date(day: date | None) -> str:
    return day.isoformat() if day else ""


_LEFT = {
    "name": lambda entry: mask_name(entry.holder_name, is_company=entry.holder_kind != PERSON),
    "holder": _holder,
    "document": lambda entry: entry.document_number,
    "item": lambda entry: " ".join(filter(None, (entry.item or entry.item_options, entry.item_name))),
    "day": lambda entry: _date(entry.decided_on),
    "area": lambda entry: entry.area,
}
_RIGHT = {
    "name": lambda case: mask_name(case.name, is_company=case.id_type != RESIDENT_CARD),
    "holder": _number_of,
    "document": lambda case: case.certificate_number,
    "item": lambda case: case.item,
    "day": lambda case: _date(case.decided_on),
    "area": lambda case: case.town,
}


def content_of(entry: RegisterEntry) -> tuple[tuple[str, str], ...]:
    """Return the row as it was sent, by column; a person's name is masked, his number never was kept."""
    hidden = entry.holder_name if entry.holder_kind == PERSON else ""
    told: dict[str, str] = json.loads(entry.content)
    return tuple(
        (name, mask_name(value) if hidden and value.strip() == hidden else value) for name, value in told.items()
    )


def sum_up(row: LeadRow, thresholds: ThresholdRow | None) -> tuple[str, dict[str, str]]:
    """Return what all weights together say, as a message id with its details."""
    if row.weight is None:
        return (_SUMMARIES["exact"] if row.case_number else _SUMMARIES["nothing"]), {}
    if thresholds is None:
        return "", {}
    key = "none"
    if row.weight >= thresholds.link_from:
        key = "link"
    elif row.weight >= thresholds.doubt_from:
        key = "doubt"
    details = {
        "weight": f"{row.weight:.1f}",
        "link": f"{thresholds.link_from:.1f}",
        "doubt": f"{thresholds.doubt_from:.1f}",
    }
    return _SUMMARIES[key], details
