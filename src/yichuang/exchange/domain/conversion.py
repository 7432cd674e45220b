"""Conversion: one text of the source into one field of an act, after the field's kind."""

import re
from collections.abc import Callable, Sequence
from datetime import time
from typing import Any

from yichuang.cases.values import CHANNEL_LABELS, CodeVariant, Limit, Result, Unit, decode_result
from yichuang.exchange.domain import mapping as m
from yichuang.exchange.domain.refusals import ControlCharacter, NotAChoice, NotAValue, Undecodable, ValueTooLong
from yichuang.exchange.domain.times import parse_day, parse_time
from yichuang.kernel.identifiers import division_code
from yichuang.kernel.words import N_

_DIVISIONS = frozenset({"division", "receiving_division"})
WITH_MEANING = frozenset({"channel", *_DIVISIONS})
_YES = frozenset({"1", "true", "yes", "y", "是", "有", "通过"})
_NO = frozenset({"0", "false", "no", "n", "否", "无", "不通过"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_HALF = re.compile(r"[\ud800-\udfff]")
_LIMIT = re.compile(r"(\d{1,5})\s*(.*)")
_UNITS = {
    "": Unit.WORKING_DAYS,
    "工作日": Unit.WORKING_DAYS,
    "个工作日": Unit.WORKING_DAYS,
    "working-days": Unit.WORKING_DAYS,
    "天": Unit.CALENDAR_DAYS,
    "日": Unit.CALENDAR_DAYS,
    "自然日": Unit.CALENDAR_DAYS,
    "个自然日": Unit.CALENDAR_DAYS,
    "calendar-days": Unit.CALENDAR_DAYS,
    "小时": Unit.OPENING_HOURS,
    "工作小时": Unit.OPENING_HOURS,
    "opening-hours": Unit.OPENING_HOURS,
}


def check_text(text: str, *, longest: int, encoding: str) -> None:
    """Refuse what is no clean text: ValueTooLong, ControlCharacter, Undecodable."""
    if len(text) > longest:
        raise ValueTooLong(length=len(text), limit=longest)
    if found := _CONTROL.search(text):
        raise ControlCharacter(character=f"U+{ord(found[0]):04X}")
    if _HALF.search(text):
        raise Undecodable(encoding=encoding)


def check_meaning(name: str, text: str) -> None:
    """Refuse a channel that is none (NotAChoice), and a division that is none; other fields mean what they say."""
    if name == "channel" and text not in CHANNEL_LABELS:
        raise NotAChoice(value=text, possible="、".join(CHANNEL_LABELS), nearest="other")
    if name in _DIVISIONS:
        division_code.check(text)


def convert(
    text: str, *, field: m.Field, value: m.Value, formats: Sequence[str], zone: str, at: time, variant: CodeVariant
) -> Any:
    """Return what a text means for a field of this kind; raises a refusal of the record."""
    if field.kind == m.INSTANT:
        return parse_time(text, formats=formats, zone=zone, date_only_at=at)
    if field.kind == m.DAY:
        return parse_day(text, formats=formats, zone=zone)
    if field.kind == m.TEXTS:
        return tuple(part.strip() for part in text.split(value.separator) if part.strip())
    if field.kind == m.RESULT:
        return text if text in set(Result) else decode_result(text, variant=variant).value
    return _PLAIN[field.kind](text)


def _yes_no(text: str) -> bool:
    word = text.casefold()
    if word not in _YES | _NO:
        raise NotAValue(value=text, expected=N_("是或否"))
    return word in _YES


def _number(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}(\.0+)?", text):
        raise NotAValue(value=text, expected=N_("非负整数"))
    return int(text.partition(".")[0])


def _limit(text: str) -> Limit:
    found = _LIMIT.fullmatch(text)
    if found is None or found[2] not in _UNITS:
        raise NotAValue(value=text, expected=N_("期限（如“20”或“20工作日”）"))
    return Limit(int(found[1]), _UNITS[found[2]])


_PLAIN: dict[str, Callable[[str], Any]] = {m.TEXT: str, m.YES_NO: _yes_no, m.NUMBER: _number, m.LIMIT: _limit}
