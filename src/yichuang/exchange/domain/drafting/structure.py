"""Structure: which table is the case itself, which hold its steps, its end and the rest, and how they hang together."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from yichuang.exchange.domain.drafting import names
from yichuang.exchange.domain.drafting.matching import FLAT, Knowledge, Proposal, match_table
from yichuang.exchange.domain.drafting.seen import SourceSeen, TableSeen
from yichuang.exchange.domain.drafting.vocabulary import CASE, load_vocabulary, table_spellings
from yichuang.exchange.domain.drafting.yamltext import inline, scalar
from yichuang.kernel.words import N_

XES = "xes"
BY_EXTENSION = N_("XES标准扩展属性")
_EXTENSION = 0.95
# IEEE 1849-2023, the standard extensions Concept, Time and Organizational: one meaning in every log.
_OF_TRACES = {"concept:name": "source_key"}
_OF_EVENTS = {
    "concept:name": "step", "time:timestamp": "step_finished_at", "org:resource": "step_officer",
    "org:group": "step_organisation", "lifecycle:transition": "step_state",
}  # fmt: skip
_LEAST_KIND = 0.3
_LEAST_LINKED = 0.5
_TELLING_FIELD = 0.6


class DictionaryProposal(NamedTuple):
    """One column that is read through a dictionary: `when` is the column and value that pick its entries, if any."""

    table: str
    column: str
    dictionary: str
    code: str
    meaning: str
    when: tuple[str, str] | None
    confidence: float
    why: tuple[str, ...]
    entries: Mapping[str, str]

    @property
    def yaml(self) -> str:
        """Return it as a mapping's `lookup`."""
        pairs = {"table": scalar(self.dictionary), "code": scalar(self.code), "meaning": scalar(self.meaning)}
        if self.when is not None:
            column, value = self.when
            pairs["when"] = f"[{{column: {scalar(column)}, equals: {scalar(value)}}}]"
        return inline(pairs)


class Part(NamedTuple):
    """One table of the source with its part in it; `lookups` are its columns that are read through a dictionary."""

    table: TableSeen
    kind: str
    proposals: tuple[Proposal, ...]
    lookups: Mapping[str, DictionaryProposal] = {}

    def pairs(self, column: str) -> dict[str, str]:
        """Return a column as a mapping's value, with its dictionary where it has one."""
        found = {"column": scalar(column)}
        return found | {"lookup": self.lookups[column].yaml} if column in self.lookups else found

    def codes(self, column: str, meanings: Sequence[str]) -> tuple[str, ...]:
        """Return what the source itself writes for some of a column's values: conditions ask for that."""
        if column not in self.lookups:
            return tuple(meanings)
        wanted = set(meanings)
        return tuple(code for code, meaning in self.lookups[column].entries.items() if meaning in wanted)

    def column(self, field: str) -> str:
        """Return the column of a field; none: the empty text."""
        return next((one.column for one in self.proposals if one.field == field), "")


class Layout(NamedTuple):
    """The source in parts, the case's own first; `log` says that one table holds a row for every event: the case's own
    too, or the second of an event log, whose cases have attributes of their own.
    """

    parts: tuple[Part, ...]
    left_out: tuple[str, ...] = ()
    log: bool = False

    @property
    def main(self) -> Part:
        """Return the part that holds the cases."""
        return self.parts[0]

    @property
    def events(self) -> Part:
        """Return the part of a log that holds its events."""
        return self.parts[1] if len(self.parts) > 1 else self.main

    def of(self, kind: str) -> Part | None:
        """Return the part of a kind."""
        return next((part for part in self.parts[1:] if part.kind == kind), None)

    @property
    def proposals(self) -> tuple[Proposal, ...]:
        """Return all proposals, table by table."""
        return tuple(one for part in self.parts for one in part.proposals)


def lay_out(seen: SourceSeen, *, knowledge: Knowledge | None = None) -> Layout:
    """Return the parts of a source. A source without any table gives a layout of one empty part."""
    if seen.format == XES:
        return _of_log(*seen.tables, knowledge=knowledge)
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


def _of_log(traces: TableSeen, events: TableSeen, *, knowledge: Knowledge | None) -> Layout:
    cases = _by_extension(traces, _OF_TRACES, kind=FLAT, knowledge=knowledge)
    return Layout((Part(traces, CASE, cases), Part(events, "step", _by_extension(events, _OF_EVENTS))), log=True)


def _by_extension(
    table: TableSeen, told: Mapping[str, str], *, kind: str = "step", knowledge: Knowledge | None = None
) -> tuple[Proposal, ...]:
    """Return what the standard itself says of a log's attributes, and for all others what their names and values do."""
    fields = load_vocabulary().fields
    given = [one for one in table.columns if one.name in told]
    sure = [
        Proposal(told[one.name], fields[told[one.name]].title, table.name, one.name, _EXTENSION, (BY_EXTENSION,))
        for one in given
    ]
    taken = {one.field for one in sure}
    rest = table._replace(columns=tuple(one for one in table.columns if one not in given))
    matched = match_table(rest, kind=kind, knowledge=knowledge)
    return (*sure, *(one for one in matched if one.field not in taken))
