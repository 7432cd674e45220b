"""Dictionaries: tables of a source that say what its codes mean, found by the values of other tables' columns.

A column whose values all stand among the codes of such a table is read through it: from then on its values are what
they mean, and whatever judges them judges words instead of numbers.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from yichuang.exchange.domain.drafting.names import is_chinese, plain, words
from yichuang.exchange.domain.drafting.seen import ColumnSeen, SourceSeen, TableSeen, table_seen
from yichuang.exchange.domain.drafting.structure import DictionaryProposal, Layout
from yichuang.exchange.domain.drafting.yamltext import Lines, percent
from yichuang.kernel.words import N_

BY_NAME, BY_CODES, BY_FEW = N_("列名与字典表相符"), N_("代码都在字典表中"), N_("只有很短的代码相符")
USED = 0.6
_LEAST, _LEAST_FOUND = 0.35, 0.8
_MOST_COLUMNS, _MOST_KINDS, _MOST_CODES, _MOST_ROWS = 20, 60, 500, 100_000
# Longer ones are those of GB/T 39554.1, which hold their main item.
_LONGEST_CODE = 30
_LINKED, _TELLING, _SHORT = 0.93, 0.8, 0.45
_MEANINGS = frozenset({
    "name", "mc", "label", "text", "title", "meaning", "value", "description", "dict_name", "item_name", "dict_label",
    "item_text", "名称", "含义", "中文", "标签", "说明",
})  # fmt: skip
# What tables and columns of every kind are called; that two share such a word says nothing.
_COMMON = frozenset({
    "sys", "dict", "dictionary", "id", "code", "no", "t", "tb", "f", "dm", "bm", "base", "info", "data", "table", "zd",
    "key", "value", "name", "mc", "config", "cfg", "lx", "kind", "type",
})  # fmt: skip
# Numbers of their own, and codes that the ledger itself knows.
_NOT_CODES = frozenset({
    "source_key", "row_key", "changed_at", "operation", "batch", "applicant_name", "division", "applicant_id_type",
    "contact_id_type", "post_code", "project_code", "document_number", "certificate_number", "promised_days", "fee",
})  # fmt: skip


class _Entries(NamedTuple):
    """The codes of a table, or of one kind of its rows, with their meanings."""

    table: TableSeen
    code: str
    meaning: str
    when: tuple[str, str] | None
    entries: dict[str, str]


def find_dictionaries(seen: SourceSeen, layout: Layout) -> tuple[DictionaryProposal, ...]:
    """Return the columns of a layout that some table which it leaves out explains, each with its likeliest one."""
    if seen.format != "database" or layout.log:
        return ()
    left = [table for table in seen.tables if table.name in layout.left_out]
    known = [one for table in left for one in _entries_of(table)]
    found = []
    for part in layout.parts:
        named = {one.column for one in part.proposals if one.field in _NOT_CODES}
        for column in part.table.columns:
            if column.name not in named and column.name not in part.table.key and _may_be_codes(column):
                proposals = [one for entries in known if (one := _explained(part.table, column, entries)) is not None]
                if proposals:
                    found.append(_surest(proposals))
    return tuple(found)


def read_through(seen: SourceSeen, found: Iterable[DictionaryProposal]) -> SourceSeen:
    """Return the source with the columns of dictionaries as what they mean; a code without a meaning stays itself."""
    by_table: dict[str, list[DictionaryProposal]] = {}
    for one in found:
        by_table.setdefault(one.table, []).append(one)
    return seen._replace(tables=tuple(_decoded(table, by_table.get(table.name, ())) for table in seen.tables))


def explained_by(layout: Layout, found: Sequence[DictionaryProposal]) -> Layout:
    """Return a layout whose parts know their dictionaries; the tables of these are no longer left out."""
    parts = tuple(
        part._replace(lookups={one.column: one for one in found if one.table == part.table.name})
        for part in layout.parts
    )
    tables = {one.dictionary for one in found}
    return layout._replace(parts=parts, left_out=tuple(name for name in layout.left_out if name not in tables))


def perhaps(found: Sequence[DictionaryProposal]) -> str:
    """Return, as comments of a draft, what may be a dictionary and is not sure enough to be used."""
    lines = Lines()
    for one in found:
        if one.confidence < USED:
            place = f"{one.table}.{one.column}"
            lines.add(note=f"或是字典 / perhaps a dictionary: {place} lookup: {one.yaml} {percent(one.confidence)}")
    return lines.text() if any(one.confidence < USED for one in found) else ""


def _decoded(table: TableSeen, found: Sequence[DictionaryProposal]) -> TableSeen:
    if not found:
        return table
    rows = [
        {
            **row,
            **{
                one.column: one.entries.get(row[one.column].strip(), row[one.column])
                for one in found
                if one.column in row
            },
        }
        for row in table.rows
    ]
    return table_seen(
        table.name,
        rows,
        columns=tuple(one.name for one in table.columns),
        comment=table.comment,
        comments={one.name: one.comment for one in table.columns if one.comment},
        key=table.key,
        total=table.total,
    )


def _may_be_codes(column: ColumnSeen) -> bool:
    """Return whether a column's values may be codes that need explaining: few, short, and no words or known kinds."""
    profile = column.profile
    if not profile.values or profile.distinct > _MOST_CODES or profile.times:
        return False
    if any(profile.shares.get(shape, 0.0) >= 0.8 for shape in ("uscc", "resident", "phone", "money", "operation")):
        return False
    values = {value.strip() for value in column.values} - {""}
    return not any(is_chinese(value) for value in values) and max(map(len, values)) <= _LONGEST_CODE


def _entries_of(table: TableSeen) -> Iterator[_Entries]:
    """Yield every way in which a table can be a dictionary: by each column of codes, as a whole or kind by kind."""
    if not 2 <= len(table.columns) <= _MOST_COLUMNS or not table.rows or (table.total or 0) > _MOST_ROWS:
        return
    meaning = max(table.columns, key=_meaning_score)
    if _meaning_score(meaning) < 1:
        return
    for code in table.columns:
        profile = code.profile
        if code is meaning or not profile.values or profile.times or any(map(is_chinese, code.values)):
            continue
        if profile.unique:
            yield _Entries(table, code.name, meaning.name, None, _pairs(table.rows, code.name, meaning.name))
            continue
        for kind in table.columns:
            if kind not in (code, meaning) and 1 < kind.profile.distinct <= _MOST_KINDS:
                for value in sorted({one.strip() for one in kind.values} - {""}):
                    rows = [row for row in table.rows if row.get(kind.name, "").strip() == value]
                    pairs = _pairs(rows, code.name, meaning.name)
                    if len(pairs) == sum(bool(row.get(code.name, "").strip()) for row in rows):
                        yield _Entries(table, code.name, meaning.name, (kind.name, value), pairs)


def _pairs(rows: Iterable[Mapping[str, str]], code: str, meaning: str) -> dict[str, str]:
    return {
        row[code].strip(): row[meaning].strip()
        for row in rows
        if row.get(code, "").strip() and row.get(meaning, "").strip()
    }


def _meaning_score(column: ColumnSeen) -> float:
    """Return how likely a column is to hold the meanings: by its name, by its letters; 1 is enough."""
    values = [value for value in column.values if value.strip()]
    if not values:
        return 0.0
    chinese = sum(map(is_chinese, values)) / len(values)
    named = plain(column.name) in _MEANINGS or bool(set(words(column.name)) & _MEANINGS)
    different = column.profile.distinct / len(values)
    return (
        (1.0 if chinese >= 0.5 else 0.0) + (1.0 if named else 0.0) + 0.5 * different - (0.6 if different < 0.3 else 0)
    )


def _explained(table: TableSeen, column: ColumnSeen, entries: _Entries) -> DictionaryProposal | None:
    values = {value.strip() for value in column.values} - {""}
    share = len(values & entries.entries.keys()) / len(values)
    if share < _LEAST_FOUND:
        return None
    if _is_linked(table, column, entries):
        sure, why = _LINKED, BY_NAME
    elif len(values) >= 3 and min(map(len, values)) >= 4:
        sure, why = _TELLING, BY_CODES
    else:
        sure, why = _SHORT, BY_FEW
    confidence = round(sure * share, 2)
    if confidence < _LEAST:
        return None
    return DictionaryProposal(
        table.name, column.name, entries.table.name, entries.code, entries.meaning, entries.when, confidence, (why,),
        entries.entries,
    )  # fmt: skip


def _is_linked(table: TableSeen, column: ColumnSeen, entries: _Entries) -> bool:
    """Return whether a column is called like a dictionary, or like the kind of entries that it would be read by."""
    own, comment = plain(column.name), plain(column.comment)
    kind = plain(entries.when[1]) if entries.when is not None else ""
    if kind and (own == kind or (len(kind) > 2 and (kind in own or own in kind)) or (comment and kind == comment)):
        return True
    if entries.when is not None:
        # The table holds many kinds: its own name says nothing of one of them.
        return False
    if own == plain(entries.code) and own not in _COMMON:
        return True
    return bool((set(words(column.name)) & set(words(entries.table.name))) - _COMMON - set(words(table.name)))


def _surest(found: Sequence[DictionaryProposal]) -> DictionaryProposal:
    """Return the surest; where another explains the codes as well, and differently, it is as good as any."""
    best = max(found, key=lambda one: (one.confidence, -len(one.entries), one.dictionary, one.code))
    rivals = [
        one for one in found if one is not best and one.confidence == best.confidence and _said(one) != _said(best)
    ]
    return best._replace(confidence=round(best.confidence / 2, 2)) if rivals else best


def _said(one: DictionaryProposal) -> tuple[str, str, tuple[str, str] | None]:
    return one.dictionary, one.code, one.when
