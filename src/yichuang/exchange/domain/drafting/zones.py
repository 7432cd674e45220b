"""Zones: whether the times of a source stand in office hours as they are, or only when they are taken for UTC."""

from collections import Counter
from collections.abc import Iterable
from datetime import time

from yichuang.exchange.domain.conformance.clock import shift_of
from yichuang.exchange.domain.conformance.standard import load_standard
from yichuang.exchange.domain.drafting.seen import ColumnSeen
from yichuang.exchange.domain.drafting.shapes import time_format_of
from yichuang.exchange.domain.times import parse_time

ZONE_NOTE = "时刻整体早8小时，像是按UTC写的，请核对 / times look like UTC, please confirm"
_FEWEST = 40
_BEIJING = "Asia/Shanghai"


def zone_of(columns: Iterable[ColumnSeen]) -> str:
    """Return UTC where the times of these columns are office hours only as UTC; else the empty text."""
    hours: Counter[int] = Counter()
    for column in columns:
        for value in column.values:
            shape = time_format_of(value)
            if shape and len(value.strip()) > 10:
                at = parse_time(value.strip(), formats=(shape,), zone=_BEIJING, date_only_at=time())
                # An offset that is written out needs no zone.
                if str(at.tzinfo) == _BEIJING:
                    hours[at.hour] += 1
    if sum(hours.values()) < _FEWEST:
        return ""
    return "UTC" if shift_of(hours, load_standard()) > 0 else ""
