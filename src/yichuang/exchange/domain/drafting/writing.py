"""Writing: a layout as the YAML text of a mapping, each line with how sure it is and what a person must fill in."""

from yichuang.exchange.domain.drafting import acting
from yichuang.exchange.domain.drafting.acting import Acting
from yichuang.exchange.domain.drafting.addressing import place_entry, write_connection
from yichuang.exchange.domain.drafting.codes import SURE, count_values
from yichuang.exchange.domain.drafting.logs import LogRules, instant_column, log_rules
from yichuang.exchange.domain.drafting.proposing import (
    CodeList,
    Codes,
    Wish,
    division_by,
    ending_part,
    organisation_column,
)
from yichuang.exchange.domain.drafting.seen import ColumnSeen, SourceSeen
from yichuang.exchange.domain.drafting.shapes import TIME_FORMATS
from yichuang.exchange.domain.drafting.structure import XES, Layout, Part
from yichuang.exchange.domain.drafting.yamltext import FILL_IN, Lines, inline, listed, percent, scalar
from yichuang.exchange.domain.drafting.zones import ZONE_NOTE, zone_of
from yichuang.exchange.domain.times import ISO

OF_TABLES = ("database", "http", "xml")
_OVERLAP, _LONG_OVERLAP = 600, 86_400
_NEXT_BEST = (
    "step_finished_at", "closed_at", "supplement_asked_at", "special_started_at", "delivered_at", "received_at",
    "accepted_at",
)  # fmt: skip
_APPLICANT = (
    ("name", "applicant_name"),
    ("id_type", "applicant_id_type"),
    ("id_number", "applicant_id_number"),
    ("phone", "applicant_phone"),
)


def write(layout: Layout, *, seen: SourceSeen, wish: Wish, codes: Codes) -> tuple[str, tuple[str, ...]]:
    """Return the mapping's text and the keys in it that only a person can fill."""
    return _Writer(layout, seen, wish, codes).write()


def head(lines: Lines, wish: Wish, *, title: str = "") -> None:
    """Write how the draft came about, and the source's name."""
    lines.add(note=f"由 yichuang connect draft 起草 {wish.drafted_on}；来源 {wish.address}")
    lines.add(note="行末百分数是把握：低于80%的请核对。标“请填写 / fill in”的只有人才知道。说明见 docs/mapping.md。")
    lines.add(
        note="The per cent behind a line is how sure the draft is; check what is below 80%. Reference: docs/mapping.md"
    )
    lines.add(f"source: {scalar(wish.source)}")
    if title or wish.title:
        lines.add(f"title: {scalar(title or wish.title)}")
    if wish.division:
        lines.add(f"county: {scalar(wish.division[:6])}")


def write_codes(lines: Lines, name: str, told: CodeList, *, depth: int = 1, keep: bool = False) -> bool:
    """Write one code list; return whether a value is left for a person to fill."""
    lines.add(f"{name}:", f"列 {told.table}.{told.column}", depth=depth)
    known = [one for one in told.meanings if one.target]
    if known:
        lines.add("map:", depth=depth + 1)
        for one in known:
            note = " ".join(filter(None, (one.note, percent(one.confidence) if one.confidence < SURE else "")))
            lines.add(f"{scalar(one.value)}: {scalar(one.target)}", note, depth=depth + 2)
    else:
        lines.add("map: {}", depth=depth + 1)
    unknown = [one for one in told.meanings if not one.target]
    for one in unknown:
        lines.add(note=f"{scalar(one.value)}: {FILL_IN} {one.note}（{one.rows}）", depth=depth + 2)
    if keep:
        lines.add("default: keep", depth=depth + 1)
    return bool(unknown)


class _Writer:
    def __init__(self, layout: Layout, seen: SourceSeen, wish: Wish, codes: Codes) -> None:
        self.layout, self.seen, self.wish, self.codes = layout, seen, wish, codes
        self.main = layout.main
        self.of_tables = seen.format in OF_TABLES
        self.lines = Lines()
        self.to_fill: list[str] = []
        self.sure = {(one.table, one.field): one.confidence for part in layout.parts for one in part.proposals}

    def write(self) -> tuple[str, tuple[str, ...]]:
        add = self.lines.add
        head(self.lines, self.wish)
        add(f"format: {self.seen.format}")
        if self.of_tables:
            self.to_fill += write_connection(self.lines, self.wish, self.seen)
            self._tables()
        else:
            shape = "trace" if self.seen.format == XES else "row-per-event" if self.layout.log else "row-per-case"
            add(f"shape: {shape}")
        add(f"times: {listed(self._times())}")
        if zone := zone_of(self._instants()):
            add(f"zone: {zone}", ZONE_NOTE)
        add(f"results: {self.codes.variant.value}", self._variant_note())
        add("after_closing: at-closing")
        self._codes()
        self._case()
        self._applicant()
        self._acts()
        for name in self.layout.left_out:
            add(note=f"未用的表 / not used: {name}")
        for part in self.layout.parts if self.seen.service is not None else ():
            for one in part.table.columns:
                if any(value.startswith("[{") for value in one.values):
                    place = f"{part.table.name}.{one.name}"
                    add(note=f"记录里的列表没有展开 / a list inside a record, not unfolded: {place}")
        return self.lines.text(), tuple(self.to_fill)

    def _instants(self) -> list[ColumnSeen]:
        return [
            part.table.column(one.column)
            for part in self.layout.parts
            for one in part.proposals
            if one.field.endswith("_at") and one.field not in {"changed_at", "promised_at"}
        ]

    def _variant_note(self) -> str:
        ending = ending_part(self.layout)
        if ending is None or not ending.column("result"):
            return ""
        return f"{percent(self.codes.variant_sure)} newer 1=不予许可，older 1=退回办结，5、6亦不同，请核对"

    def _fill(self, key: str) -> str:
        self.to_fill.append(key)
        return FILL_IN

    # --- tables -----------------------------------------------------------------------------------------------------

    def _tables(self) -> None:
        self.lines.add("tables:")
        for part in self.layout.parts:
            entry = {"name": scalar(part.table.name)}
            if part is self.main:
                entry["main"] = "true"
            key = self._key(part)
            entry["key"] = listed(key)
            entry["case"] = scalar(part.column("source_key"))
            changed = part.column("changed_at")
            cursor, overlap, note = self._cursor(part, key)
            entry["cursor"] = listed(cursor)
            if overlap:
                entry["overlap_seconds"] = str(overlap)
            if changed:
                entry["changed"] = scalar(changed)
            if operation := part.column("operation"):
                entry["operation"] = scalar(operation)
            if batch := part.column("batch"):
                entry["batch"] = scalar(batch)
            entry |= place_entry(self.seen, part.table.name)
            self.lines.add(f"{self.alias(part)}: {inline(entry)}", note, depth=1)
            if self.layout.log:
                # The same rows once as cases, of which the newest counts, and once as what happened.
                entry.pop("main")
                self.lines.add(f"event: {inline(entry)}", depth=1)

    def _cursor(self, part: Part, key: list[str]) -> tuple[list[str], int, str]:
        """Return the columns in whose order rows come, how many seconds to look back, and what is to be said of it."""
        if changed := part.column("changed_at"):
            return [changed, *key], _OVERLAP, ""
        numbered = all(part.table.column(one).profile.shares.get("number", 0.0) >= 0.9 for one in key)
        # New rows of a random key come anywhere; an instant of the row itself is the next best order.
        at = next((part.column(field) for field in _NEXT_BEST if part.column(field)), "")
        if numbered or not at:
            return (
                key,
                0,
                "没有更新时间列，改动读不到 / no column of change: only new rows are seen",
            )
        return (
            [at, *key],
            _LONG_OVERLAP,
            "没有更新时间列，改动和晚报一天以上的行读不到 / no column of change",
        )

    def alias(self, part: Part) -> str:
        """Return the name under which the mapping knows a table; `case.x` must not be a column of the main one."""
        if part is not self.main:
            return part.kind
        return "matter" if any(one.name.startswith("case.") for one in part.table.columns) else "case"

    def _key(self, part: Part) -> list[str]:
        if part.table.key:
            return list(part.table.key)
        if key := part.column("row_key"):
            return [key]
        own = [one.name for one in part.table.columns if one.profile.unique]
        number = part.column("source_key")
        if number in own or not own:
            step = part.column("step")
            return [number, *([step] if step and number not in own else [])]
        return own[:1]

    # --- head -------------------------------------------------------------------------------------------------------

    def _times(self) -> list[str]:
        found = {
            shape
            for part in self.layout.parts
            for one in part.proposals
            if one.field.endswith("_at") or one.field.endswith("_until")
            for shape in part.table.column(one.column).profile.times
        }
        return [shape for shape in TIME_FORMATS if shape in found] or [ISO]

    def _codes(self) -> None:
        if not self.codes.lists:
            return
        self.lines.add("codes:")
        for name, told in self.codes.lists.items():
            keep = name in {"results", "actions"}
            if write_codes(self.lines, name, told, keep=keep) and name in {"items", "organisations"}:
                self.to_fill.append(f"codes.{name}")
            if name in {"channels", "applicants"}:
                self.lines.add("otherwise: other", depth=2)

    # --- the case ---------------------------------------------------------------------------------------------------

    def _case(self) -> None:
        add = self.lines.add
        add("case:")
        key = self.main.column("source_key")
        add(f"source_key: {inline({'column': scalar(key)})}", self._sure("source_key"), depth=1)
        item = self.codes.lists.get("items")
        if item is None:
            add('item: ""', self._fill("case.item"), depth=1)
        else:
            field = next(one.field for one in self.main.proposals if one.column == item.column)
            add(f"item: {inline({**self.main.pairs(item.column), 'codes': 'items'})}", self._sure(field), depth=1)
        self._organisation()
        self._division()
        for name, field, codes in (
            ("channel", "channel", "channels"),
            ("applicant_type", "applicant_type", "applicants"),
        ):
            if self.main.column(field):
                pairs = {**self.main.pairs(self.main.column(field)), "codes": codes}
                pairs["default"] = "window" if name == "channel" else "natural"
                if name == "channel":
                    pairs.pop("default")
                add(f"{name}: {inline(pairs)}", self._sure(field), depth=1)
        for name, field in (("summary", "summary"), ("project_code", "project_code")):
            if self.main.column(field):
                add(f"{name}: {inline(self.main.pairs(self.main.column(field)))}", self._sure(field), depth=1)
        self._received()

    def _organisation(self) -> None:
        column = organisation_column(self.main)
        if self.wish.organisation:
            self.lines.add(f"organisation: {scalar(self.wish.organisation)}", depth=1)
        elif column:
            field = next(one.field for one in self.main.proposals if one.column == column)
            pairs = {**self.main.pairs(column), "codes": "organisations"}
            self.lines.add(f"organisation: {inline(pairs)}", self._sure(field), depth=1)
        else:
            self.lines.add('organisation: ""', self._fill("case.organisation"), depth=1)

    def _division(self) -> None:
        column = self.main.column("division")
        values = count_values(self.main.table.column(column).values) if column else {}
        if values and all(value.isdigit() for value in values):
            pairs = {"column": scalar(column)}
            if self.wish.division:
                pairs["default"] = scalar(self.wish.division)
            self.lines.add(f"division: {inline(pairs)}", self._sure("division"), depth=1)
        elif self.wish.division:
            self.lines.add(f"division: {scalar(self.wish.division)}", depth=1)
        else:
            value, note = division_by(self.codes.divisions)
            if FILL_IN in note:
                self.to_fill.append("case.division")
            self.lines.add(f"division: {value}", note, depth=1)

    def _received(self) -> None:
        acting_ = self._acting(self.main)
        if self.layout.log:
            note = "" if instant_column(self.layout.events) else self._fill("case.received_at")
            self.lines.add(f"received_at: {self._log().received}", note, depth=1)
            return
        received, accepted = self.main.column("received_at"), self.main.column("accepted_at")
        if received and accepted:
            # A day without a time must not stand behind an acceptance of that morning.
            way = "earliest" if acting_.only_days(received) else "first_of"
            parts = f"[{acting_.at('received_at', late=False)}, {acting_.at('accepted_at', late=False)}]"
            self.lines.add(f"received_at: {inline({way: parts})}", self._sure("received_at"), depth=1)
        elif received or accepted:
            field = "received_at" if received else "accepted_at"
            note = self._sure(field) if received else f"来源没有申请时间，暂用受理时间 {self._sure(field)}"
            self.lines.add(f"received_at: {acting_.at(field, late=False)}", note, depth=1)
        else:
            self.lines.add('received_at: {column: ""}', self._fill("case.received_at"), depth=1)

    def _applicant(self) -> None:
        given = [(name, field) for name, field in _APPLICANT if self.main.column(field)]
        if given:
            self.lines.add("applicant:")
        for name, field in given:
            pairs = self.main.pairs(self.main.column(field))
            if name == "id_type" and not self._is_id_type(self.main.column(field)):
                continue
            self.lines.add(f"{name}: {inline(pairs)}", self._sure(field), depth=1)

    def _is_id_type(self, column: str) -> bool:
        """The ledger keeps the three digits of GB/T 39046; other words are left out rather than mistaken."""
        return all(len(value.strip()) <= 3 for value in self.main.table.column(column).values)

    # --- what happened ----------------------------------------------------------------------------------------------

    def _acts(self) -> None:
        if self.layout.log:
            self.lines.add("events:")
            for line, note in self._log().lines:
                self.lines.add(line, note, depth=1)
            return
        acts = self._acting(self.main).acts()
        if acts:
            self.lines.add("acts:")
            for act in acts:
                for line in act.lines(of_event=False):
                    self.lines.add(line, depth=1)
        if not self.layout.parts[1:]:
            return
        self.lines.add("events:")
        for part in self.layout.parts[1:]:
            made = self._acting(part).acts()
            condition = f'[{{column: "@table", equals: {self.alias(part)}}}]'
            self.lines.add(f"- when: {condition}", depth=1)
            if not made:
                self.lines.add("  ignore: true", depth=1)
                continue
            self.lines.add("  acts:", depth=1)
            for act in made:
                for line in act.lines(of_event=True):
                    self.lines.add(line, depth=3)

    def _log(self) -> LogRules:
        coded = "results" in self.codes.lists
        result = self.main.column("result")
        return log_rules(self.layout.events, coded=coded, counts=self.seen.events, result=result)

    def _acting(self, part: Part) -> Acting:
        column = part.column("result")
        values = count_values(part.table.column(column).values) if column else {}
        told = self.codes.lists.get("results")
        meanings = told.meanings if told is not None and told.column == column else ()
        words = acting.result_words(tuple(values), meanings, self.codes.variant)
        return Acting(part, results=acting.as_written(words, part))

    def _sure(self, field: str) -> str:
        return percent(self.sure.get((self.main.table.name, field), 0.0))
