"""Structure: which table is the case itself, which hold its steps, its end and the rest, and how they hang together."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from yichuang.exchange.domain.drafting import names
from yichuang.exchange.domain.drafting.matching import FLAT, Knowledge, Proposal, match_table
from yichuang.exchange.domain.drafting.seen import SourceSeen, TableSeen
from yichuang.exchange.domain.drafting.vocabulary import CASE, load_vocabulary, table_spellings

_LEAST_KIND = 0.3
_LEAST_LINKED = 0.5
_TELLING_FIELD = 0.6


class Part(NamedTuple):
    """One table of the source with its part in it; `case_column` says whose row a row is."""

    table: TableSeen
    kind: str
    proposals: tuple[Proposal, ...]

    def column(self, field: str) -> str:
        """Return the column of a field; none: the empty text."""
        return next((one.column for one in self.proposals if one.field == field), "")


class Layout(NamedTuple):
    """The source in parts, the case's own first; `log` says that one table holds a row for every event."""

    parts: tuple[Part, ...]
    left_out: tuple[str, ...] = ()
    log: bool = False

    @property
    def main(self) -> Part:
        """Return the part that holds the cases."""
        return self.parts[0]

    def of(self, kind: str) -> Part | None:
        """Return the part of a kind."""
        return next((part for part in self.parts[1:] if part.kind == kind), None)

    @property
    def proposals(self) -> tuple[Proposal, ...]:
        """Return all proposals, table by table."""
        return tuple(one for part in self.parts for one in part.proposals)


def lay_out(seen: SourceSeen, *, knowledge: Knowledge | None = None) -> Layout:
    """Return the parts of a source. A source without any table gives a layout of one empty part."""
    tables = [table for table in seen.tables if table.columns]
    if len(tables) <= 1:
        table = tables[0] if tables else TableSeen("", "", (), ())
        return _flat(table, knowledge)
    kinds = kinds_of(tables)
    main = _main(tables, kinds)
    if main is None:
        biggest = max(tables, key=lambda table: (_richness(table), table.name))
        flat = _flat(biggest, knowledge)
        return flat._replace(left_out=tuple(table.name for table in tables if table is not biggest))
    alone = _is_alone(main, tables, kinds)
    parts = [Part(main, CASE, tuple(match_table(main, kind=FLAT if alone else CASE, knowledge=knowledge)))]
    used = {CASE}
    for table in sorted(tables, key=lambda one: (-kinds[one.name][1], one.name)):
        kind, score = kinds[table.name]
        if table is main or score < _LEAST_KIND or kind in used:
            continue
        part = Part(table, kind, tuple(match_table(table, kind=kind)))
        linked = _linked(parts[0], part)
        if linked is not None:
            used.add(kind)
            parts.append(linked)
    kept = {part.table.name for part in parts}
    return Layout(tuple(parts), tuple(table.name for table in tables if table.name not in kept))


def kinds_of(tables: Sequence[TableSeen]) -> dict[str, tuple[str, float]]:
    """Return the likeliest kind of each table with how likely it is."""
    found = {}
    for table in tables:
        scores = {kind: _kind_score(table, kind) for kind in table_spellings()}
        best = max(scores, key=lambda kind: (scores[kind], kind))
        found[table.name] = (best, scores[best])
    return found


def _kind_score(table: TableSeen, kind: str) -> float:
    spelled = table_spellings()[kind]
    named = max(_name_score(table.name, spelled), _name_score(table.comment, spelled))
    telling = [
        key for key, told in load_vocabulary().fields.items() if told.tables[0] == kind and len(told.tables) <= 2
    ]
    matched = {one.field: one.confidence for one in match_table(table, kind=kind)}
    alike = sorted((matched.get(field, 0.0) for field in telling), reverse=True)
    wanted = {CASE: 5, "step": 3, "result": 2, "special": 2, "supplement": 2, "delivery": 1, "material": 1}[kind]
    content = sum(score for score in alike[:wanted] if score >= _TELLING_FIELD) / wanted
    return 0.45 * named + 0.55 * content


def _name_score(name: str, spelled: names.Spelled) -> float:
    if not name:
        return 0.0
    best = names.likeness(name, spelled).score
    # t_bj_process, ziyang_up_pro_accept: the kind stands somewhere in the name.
    said = set(names.words(name))
    for wanted in spelled.english:
        if wanted and wanted <= said:
            best = max(best, 0.75)
    if any(one in names.plain(name) for one in spelled.names if len(one) > 5):
        best = max(best, 0.95)
    if names.is_chinese(name) and any(len(word) > 1 and word in names.plain(name) for word in spelled.chinese):
        best = max(best, 0.8)
    return best


def _main(tables: Sequence[TableSeen], kinds: Mapping[str, tuple[str, float]]) -> TableSeen | None:
    cases = [table for table in tables if kinds[table.name][0] == CASE and kinds[table.name][1] >= _LEAST_KIND]
    if not cases:
        cases = [table for table in tables if _kind_score(table, CASE) >= _LEAST_KIND]
    return max(cases, key=lambda table: (_kind_score(table, CASE), table.name), default=None)


def _richness(table: TableSeen) -> float:
    return sum(one.confidence for one in match_table(table, kind=FLAT))


def _is_alone(main: TableSeen, tables: Sequence[TableSeen], kinds: Mapping[str, tuple[str, float]]) -> bool:
    others = [table for table in tables if table is not main and kinds[table.name][1] >= _LEAST_KIND]
    return not any(kinds[table.name][0] == "result" for table in others)


def _linked(main: Part, part: Part) -> Part | None:
    """Return a part whose rows say whose they are; None where no column holds the numbers of cases."""
    key = main.column("source_key")
    if not key:
        return None
    numbers = {row.get(key, "").strip() for row in main.table.rows} - {""}
    own = part.column("source_key")
    best, share = "", 0.0
    for column in part.table.columns:
        values = {value.strip() for value in column.values if value.strip()}
        held = len(values & numbers) / len(values) if values else 0.0
        if held > share or (held == share and column.name == own):
            best, share = column.name, held
    if not numbers or not part.table.rows:
        best, share = own, 1.0 if own else 0.0
    if not best or share < _LEAST_LINKED * (0.2 if best == own else 1.0):
        return None
    if best == own:
        return part
    title = load_vocabulary().fields["source_key"].title
    linked = Proposal("source_key", title, part.table.name, best, round(min(0.6 + 0.35 * share, 0.95), 2), ())
    kept = [one for one in part.proposals if one.column != best and one.field != "source_key"]
    return part._replace(proposals=(linked, *kept))


def _flat(table: TableSeen, knowledge: Knowledge | None) -> Layout:
    part = Part(table, FLAT, tuple(match_table(table, kind=FLAT, knowledge=knowledge)))
    key = part.column("source_key")
    log = False
    if key:
        values = [row.get(key, "").strip() for row in table.rows]
        given = [value for value in values if value]
        # Most cases of a log have more than one row; a table of cases has a few repeated ones at most.
        log = bool(given) and len(set(given)) < 0.8 * len(given) and bool(part.column("step"))
    return Layout((part,), log=log)
