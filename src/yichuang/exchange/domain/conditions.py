"""Conditions on columns, and what codes of items and organisations mean by themselves."""

import re
from collections.abc import Mapping
from functools import lru_cache

from yichuang.cases.values import CodeVariant, Result, decode_result
from yichuang.exchange.domain import mapping as m
from yichuang.kernel.refusal import Refusal

_ITEM_PLACES = {
    5: slice(0, 5),
    10: slice(2, 7),
    12: slice(4, 9),
    31: slice(23, 28),
    33: slice(23, 28),
}
_CREDIT_CODE = 18


def holds(condition: m.Condition, text: str, mapping: m.Mapping, empty: frozenset[str]) -> bool:
    """Return whether a column's text meets a condition."""
    if condition.codes:
        table = mapping.codes[condition.codes]
        text = table.map.get(text, text if table.otherwise is None else table.otherwise)
    if condition.result is not None and _result(text, mapping.results) != condition.result:
        return False
    if condition.equals is not None and text != condition.equals:
        return False
    if condition.among is not None and text not in condition.among:
        return False
    if condition.regex is not None and not _pattern(condition.regex).search(text):
        return False
    return condition.empty is None or (text in empty) is condition.empty


def main_item_of(code: str) -> str:
    """Return the main item (5 digits) of an item's code, the empty word where it has no such shape.

    GB/T 39554.1-2020: implementation code 31 (33 with its handling item), catalogue code 12; GB/T 39046-2020: basic
    code 10.
    """
    code = code.strip()
    place = _ITEM_PLACES.get(len(code))
    found = code[place] if place is not None else ""
    return found if len(found) == 5 and found.isascii() and found.isdigit() else ""


def organisation_of(text: str, organisations: Mapping[str, str]) -> str:
    """Return our organisation of a name or code, or of the credit code that begins an implementation code."""
    found = organisations.get(text, "")
    if not found and len(text) > _CREDIT_CODE and text.isascii():
        found = organisations.get(text[:_CREDIT_CODE], "")
    return found


def _result(text: str, variant: CodeVariant) -> str:
    if text in set(Result):
        return text
    try:
        return decode_result(text, variant=variant).value
    except Refusal:
        return ""


@lru_cache(maxsize=512)
def _pattern(regex: str) -> re.Pattern[str]:
    return re.compile(regex)
