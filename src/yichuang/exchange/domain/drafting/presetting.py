"""Presetting: tables of a set that is known all over, recognised; the draft then is that preset and what differs."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping
from typing import Any, NamedTuple

from yichuang.exchange.domain.drafting import codes as meanings_of
from yichuang.exchange.domain.drafting.addressing import place_entry, write_connection
from yichuang.exchange.domain.drafting.codes import Meaning
from yichuang.exchange.domain.drafting.knowing import Known
from yichuang.exchange.domain.drafting.matching import Proposal, match_table
from yichuang.exchange.domain.drafting.names import is_chinese, plain
from yichuang.exchange.domain.drafting.proposing import CodeList, Wish, division_by
from yichuang.exchange.domain.drafting.seen import SourceSeen, TableSeen
from yichuang.exchange.domain.drafting.shapes import TIME_FORMATS
from yichuang.exchange.domain.drafting.structure import kinds_of
from yichuang.exchange.domain.drafting.writing import OF_TABLES, head, write_codes
from yichuang.exchange.domain.drafting.yamltext import FILL_IN, Lines, inline, listed, percent, scalar
from yichuang.exchange.domain.drafting.zones import ZONE_NOTE, zone_of

_LEAST_COLUMNS, _LEAST_NAMED = 0.75, 0.5
_OWN_ITEMS = "@items"
# Where the main item stands in the codes of GB/T 39554.1 and in what was made of them.
_PLACES = {5: slice(0, 5), 10: slice(2, 7), 12: slice(4, 9), 31: slice(23, 28), 33: slice(23, 28)}
_UNTOLD = 0.5
Raw = Mapping[str, Any]
Listed = tuple[str, str, str, list[Meaning]]


class Recognised(NamedTuple):
    """A preset with the source's table for each of its aliases; `absent` are aliases that the source has none for."""

    name: str
    raw: Raw
    tables: dict[str, TableSeen]
    absent: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def main(self) -> TableSeen:
        """Return the table of the cases."""
        return self.tables[_main_alias(self.raw)]


def recognise(seen: SourceSeen, presets: Mapping[str, Raw]) -> Recognised | None:
    """Return the preset whose tables the source has; None where it has none of them."""
    if seen.format not in OF_TABLES:
        return None
    best: tuple[float, Recognised] | None = None
    for name, raw in sorted(presets.items()):
        tables: dict[str, TableSeen] = {}
        total = 0.0
        for alias in raw.get("tables", {}):
            scored = [(_score(raw, alias, table), table.name, table) for table in seen.tables]
            score, _name, table = max(scored, key=lambda one: one[:2], default=(0.0, "", None))
            if table is not None and score > 0 and table not in tables.values():
                tables[alias] = table
                total += score
        if _main_alias(raw) not in tables or len(tables) < min(2, len(raw.get("tables", {}))):
            continue
        absent = tuple(alias for alias in raw["tables"] if alias not in tables)
        used = {table.name for table in tables.values()}
        left_out = tuple(table.name for table in seen.tables if table.name not in used)
        if best is None or total > best[0]:
            best = (total, Recognised(name, raw, tables, absent, left_out))
    return best[1] if best else None


def proposals_of(found: Recognised) -> tuple[Proposal, ...]:
    """Return the columns of the recognised tables as fields: their names are the standard's own."""
    tables = list(found.tables.values())
    kinds = kinds_of(tables)
    return tuple(one for table in tables for one in match_table(table, kind=kinds[table.name][0]))


def write(
    found: Recognised, *, seen: SourceSeen, wish: Wish, known: Known
) -> tuple[str, list[Listed], tuple[str, ...]]:
    """Return the mapping's text, its code lists, and the keys that only a person can fill."""
    lines, to_fill = Lines(), []
    head(lines, wish)
    lines.add(f"preset: {found.name}", "识别为通用对接库表 / recognised; only what differs stands here")
    if seen.format != found.raw.get("format", "database"):
        lines.add(f"format: {seen.format}")
    to_fill += write_connection(lines, wish, seen)
    _tables(lines, found, seen)
    _times(lines, found)
    _results(lines, found)
    _zone(lines, found)
    lists, case = _case(found, wish, known)
    if lists:
        lines.add("codes:")
        for name, table, column, meanings in lists:
            if write_codes(lines, name, CodeList(table, column, tuple(meanings))):
                to_fill.append(f"codes.{name}")
    if case:
        lines.add("case:")
        for name, (value, note) in case.items():
            lines.add(f"{name}: {value}", note, depth=1)
            if FILL_IN in note:
                to_fill.append(f"case.{name}")
    for name in found.left_out:
        lines.add(note=f"未用的表 / not used: {name}")
    return lines.text(), lists, tuple(to_fill)


def _tables(lines: Lines, found: Recognised, seen: SourceSeen) -> None:
    differing: dict[str, dict[str, str]] = {}
    for alias, table in found.tables.items():
        if entry := _differs(found.raw["tables"][alias], table) | place_entry(seen, table.name):
            differing[alias] = entry
    for alias in found.absent:
        if found.raw["tables"][alias].get("optional") != "true":
            differing[alias] = {"optional": "true"}
    if differing:
        lines.add("tables:")
        for alias, entry in differing.items():
            note = "" if alias in found.tables else "来源没有这张表 / the source has no such table"
            lines.add(f"{alias}: {inline(entry)}", note, depth=1)


def _differs(told: Raw, table: TableSeen) -> dict[str, str]:
    """Return what a table must say for itself: its name, and its own columns where the preset's are not there."""
    columns = {one.name for one in table.columns}
    own = {one.field: one.column for one in match_table(table, kind=kinds_of([table])[table.name][0])}
    entry: dict[str, str] = {}
    if table.name != told.get("name"):
        entry["name"] = scalar(table.name)
    key = [one for one in told.get("key", ()) if one in columns] or list(table.key)
    if not key and own.get("row_key"):
        key = [own["row_key"]]
    if key != list(told.get("key", ())):
        entry["key"] = listed(key)
    changed = told["changed"] if told.get("changed") in columns else own.get("changed_at", "")
    cursor = [one for one in told.get("cursor", ()) if one in columns]
    if cursor != list(told.get("cursor", ())):
        cursor = [changed, *key] if changed else key
        entry["cursor"] = listed(cursor)
        if not changed:
            entry["overlap_seconds"] = '"0"'
    for name, field in (("operation", "operation"), ("batch", "batch"), ("changed", "changed_at")):
        if told.get(name) and told[name] not in columns:
            entry[name] = scalar(own[field]) if own.get(field) else '""'
    return entry


def _times(lines: Lines, found: Recognised) -> None:
    formats: set[str] = set()
    for alias, table in found.tables.items():
        changed = {one.column for one in match_table(table, kind="case") if one.field == "changed_at"}
        used = {*_instants(found.raw, alias), *changed}
        formats |= {shape for one in table.columns if one.name in used for shape in one.profile.times}
    told = list(found.raw.get("times", ["iso"]))
    more = [shape for shape in TIME_FORMATS if shape in formats and shape not in told]
    if more:
        lines.add(f"times: {listed([*(one for one in told if one in formats), *more])}", "来源的时间写法 / as seen")


def _results(lines: Lines, found: Recognised) -> None:
    code = reason = ""
    for table in found.tables.values():
        names = {one.field: one.column for one in match_table(table, kind="result")}
        if names.get("result") and names.get("result_explanation"):
            code, reason = names["result"], names["result_explanation"]
            reasons: dict[str, list[str]] = {}
            for row in table.rows:
                if row.get(code, "").strip() and row.get(reason, "").strip():
                    reasons.setdefault(row[code].strip(), []).append(row[reason].strip())
            variant, sure = meanings_of.variant_of(reasons)
            if sure <= _UNTOLD:
                told = found.raw.get("results", "newer")
                lines.add(note=f"results: {told} 按预设；数据中看不出，请核对 / as the preset has it, please confirm")
                return
            lines.add(
                f"results: {variant.value}",
                f"{percent(sure)} newer: 1=不予许可 5=退件 6=不予受理；older: 1=退回 5=补正逾期 6=其他，请核对",
            )
            return


def _zone(lines: Lines, found: Recognised) -> None:
    columns = [
        one
        for alias, table in found.tables.items()
        for used in [set(_instants(found.raw, alias))]
        for one in table.columns
        if one.name in used
    ]
    if zone := zone_of(columns):
        lines.add(f"zone: {zone}", ZONE_NOTE)


def _case(found: Recognised, wish: Wish, known: Known) -> tuple[list[Listed], dict[str, tuple[str, str]]]:
    raw = found.raw.get("case", {})
    case: dict[str, tuple[str, str]] = {}
    lists = list(_items(raw.get("item"), found, wish, known))
    divisions: Counter[str] = Counter()
    if wish.organisation:
        case["organisation"] = (scalar(wish.organisation), "")
    elif not any(_has(found.main, column) for column, _codes in _ways(raw.get("organisation"))):
        case["organisation"] = ('""', FILL_IN)
    else:
        lists += _organisations(raw.get("organisation"), found, wish, known, divisions)
    told = raw.get("division")
    column = next((one for one in found.main.columns if one.name == _column_of(told)), None)
    if wish.division:
        pairs = {"column": scalar(column.name), "default": scalar(wish.division)} if column else {}
        case["division"] = (inline(pairs) if pairs else scalar(wish.division), "")
    elif not _given(column) and not (isinstance(told, str) and told):
        case["division"] = division_by(divisions)
    return lists, case


def _column_of(told: Any) -> str:
    return str(told.get("column", "")) if isinstance(told, Mapping) else ""


def _given(column: Any) -> bool:
    return column is not None and any(value.strip().isdigit() for value in column.values)


def _ways(told: Any) -> list[tuple[str, str]]:
    """Return the columns by which a preset finds a value, each with its code list, in the preset's order."""
    if not isinstance(told, Mapping):
        return []
    parts = told.get("first_of") or [told]
    return [(str(one.get("column", "")), str(one.get("codes", ""))) for one in parts if isinstance(one, Mapping)]


def _items(told: Any, found: Recognised, wish: Wish, known: Known) -> Iterator[Listed]:
    """Yield the code list for items that the preset cannot find by itself; none where it finds all of them."""
    ways = [(column, codes) for column, codes in _ways(told) if _has(found.main, column)]
    listed_ = next(((column, codes) for column, codes in ways if codes and not codes.startswith("@")), None)
    if listed_ is None or not known.items:
        return
    main = {item.code for item in known.items}
    name = next((one.column for one in match_table(found.main, kind="case") if one.field == "item_name"), "")
    pairs: dict[str, tuple[str, int]] = {}
    chosen: Counter[str] = Counter()
    for row in found.main.rows:
        given = [(column, row.get(column, "").strip()) for column, _codes in ways if row.get(column, "").strip()]
        own = [row.get(column, "").strip() for column, codes in ways if codes == _OWN_ITEMS]
        if not given or any(_decodes(code, main) for code in own):
            continue
        column, code = given[0]
        chosen[column] += 1
        old, count = pairs.get(code, ("", 0))
        pairs[code] = (old or row.get(name, "").strip(), count + 1)
    if pairs:
        meanings = meanings_of.mean_items(pairs, known.items, division=wish.division, organisation=wish.organisation)
        yield listed_[1], found.main.name, chosen.most_common(1)[0][0], meanings


def _decodes(code: str, main: Container[str]) -> bool:
    return len(code) in _PLACES and code[_PLACES[len(code)]] in main


def _organisations(told: Any, found: Recognised, wish: Wish, known: Known, divisions: Counter[str]) -> list[Listed]:
    """Return the code list of organisations that the preset cannot find by itself; notes whose county they are."""
    ways = [(column, codes) for column, codes in _ways(told) if _has(found.main, column)]
    name = next((codes for _column, codes in ways if codes and not codes.startswith("@")), "organisations")
    exact = {text: one for one in known.organisations for text in (one.uscc, one.code, one.name)}
    strange: Counter[tuple[str, str]] = Counter()
    for row in found.main.rows:
        given = [(column, row.get(column, "").strip()) for column, _codes in ways if row.get(column, "").strip()]
        one = next((exact[text[:18]] for _column, text in given if text[:18] in exact), None)
        one = one or next((exact[text] for _column, text in given if text in exact), None)
        if one is not None:
            divisions[one.division[:6]] += 1
        elif given:
            # A name says more than a code.
            column, text = next((pair for pair in given if is_chinese(pair[1])), given[0])
            strange[column, text] += 1
    if not strange:
        return []
    values = {text: count for (_column, text), count in strange.items()}
    meanings = meanings_of.mean_organisations(values, known.organisations, division=wish.division)
    by_code = {one.code: one for one in known.organisations}
    for meaning in meanings:
        if meaning.target and meaning.confidence >= meanings_of.SURE:
            divisions[by_code[meaning.target].division[:6]] += meaning.rows
    return [(name, found.main.name, strange.most_common(1)[0][0][0], meanings)]


def _has(table: TableSeen, column: str) -> bool:
    return any(one.name == column for one in table.columns)


# --- what a preset says of its tables ---------------------------------------------------------------------------------


def _main_alias(raw: Raw) -> str:
    return next((alias for alias, table in raw.get("tables", {}).items() if table.get("main") == "true"), "")


def _score(raw: Raw, alias: str, table: TableSeen) -> float:
    told = raw["tables"][alias]
    columns = {one.name for one in table.columns}
    used = set(columns_of(raw, alias))
    share = len(used & columns) / len(used) if used else 0.0
    wanted, name = plain(str(told.get("name", ""))), plain(table.name)
    named = 1.0 if name == wanted else 0.9 if wanted and wanted in name else 0.0
    case = told.get("case") in columns
    if not case or share < (_LEAST_NAMED if named else _LEAST_COLUMNS):
        return 0.0
    return 0.5 * named + share


def columns_of(raw: Raw, alias: str) -> Iterator[str]:
    """Yield the columns that a preset reads of one of its tables."""
    told = raw["tables"][alias]
    for name in ("case", "operation", "batch", "changed"):
        if told.get(name):
            yield told[name]
    for name in ("key", "cursor"):
        yield from told.get(name, ())
    if alias == _main_alias(raw):
        for name in ("case", "applicant", "acts"):
            yield from _named(raw.get(name))
    for rule in raw.get("events", ()):
        if any(one.get("equals") == alias for one in rule.get("when", ()) if one.get("column") == "@table"):
            yield from (one for one in _named(rule) if one != "@table" and "." not in one)


def _named(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        if isinstance(part.get("column"), str):
            yield part["column"]
        for value in part.values():
            yield from _named(value)
    elif isinstance(part, list):
        for value in part:
            yield from _named(value)


def _instants(raw: Raw, alias: str) -> Iterator[str]:
    """Yield the columns that a preset reads instants from."""
    parts: list[Any] = []
    if alias == _main_alias(raw):
        parts += [raw.get("case", {}).get("received_at"), *(act.get("at") for act in raw.get("acts", ()))]
    for rule in raw.get("events", ()):
        if any(one.get("equals") == alias for one in rule.get("when", ()) if one.get("column") == "@table"):
            parts += [act.get("at") for act in rule.get("acts", ())]
    for part in parts:
        yield from _named(part)
