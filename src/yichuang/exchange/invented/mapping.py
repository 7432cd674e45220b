"""Mapping: the file by which an invented county is connected, as its keeper would write it on top of a preset."""

from collections.abc import Sequence

from yichuang.exchange.invented.cases import OFFERS, Offer
from yichuang.exchange.invented.vendors import local_code

_TITLES = {"a": "甲县行政审批系统（演示）", "b": "乙县政务服务系统（演示）", "c": "丙县网上审批系统（演示）"}


def mapping_of(
    vendor: str,
    *,
    url: str,
    charset: str = "",
    source: str = "",
    division: str = "610924",
    offers: Sequence[Offer] = OFFERS,
) -> str:
    """Return the YAML of a vendor's mapping; `url` may hold ${NAME} for its password."""
    lines = [
        f"preset: {'pinyin' if vendor == 'c' else 'up-pro'}",
        f"source: {source or f'county-{vendor}'}",
        f"title: {_TITLES[vendor]}",
        "connection:",
        f'  url: "{url}"',
    ]
    if charset:
        lines.append(f"  charset: {charset}")
    lines += _HABITS[vendor]
    if vendor == "a":
        lines += ["codes:", "  items:", "    map:"]
        for offer in dict.fromkeys(offers):
            code = local_code(offer)
            lines += [f'      {code}: "{offer.item}"', f'      {code}-01: "{offer.item}"']
    lines += ["case:", f'  division: "{division}"']
    return "\n".join(lines) + "\n"


_HABITS = {
    "a": ['times: ["%Y-%m-%d %p %I:%M:%S", iso]'],
    "b": ["results: older"],
    # The county's server runs on UTC and writes no zone.
    "c": ["zone: UTC"],
}
