"""Reads one file of a rule: YAML in, a checked Rule out, or every fault of the file with its line and column.

It stands between a text that a legal officer or a city writes and the engines that judge by it. The form of the file
is told in docs/rules.md; nothing in it is optional silently, and an unknown key is a fault.
"""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import PurePath
from types import MappingProxyType
from typing import TypeVar

import yaml

from yichuang.calendar.values import CHINA, FIRST_DAY, LAST_DAY
from yichuang.kernel.crypto import sm3
from yichuang.kernel.words import N_
from yichuang.supervision.domain.conditions import Condition, read_condition
from yichuang.supervision.domain.faults import RuleFaulty
from yichuang.supervision.domain.moment import NOW_S, TODAY, TODAY_WD
from yichuang.supervision.domain.nodes import Nodes
from yichuang.supervision.domain.parameters import DatedValue, Parameter, ParameterUnit
from yichuang.supervision.domain.relations import RELATIONS, Default, Relation, Type, Unit, read_reference
from yichuang.supervision.domain.rule import RULE_ID, Bilingual, Example, Mark, Rule, RuleClass
from yichuang.supervision.domain.words import Colour, Level, Scheme

_NEEDED = (
    *("id", "title", "explanation", "class", "relation", "cards", "level", "citation", "mark", "in_force"),
    *("condition", "occurred", "evidence", "examples"),
)
_ALLOWED = ("parameters", "anchor")
_NOON = "T12:00"
# Under this scheme the rule is not applied: another one takes its place there.
NOT_APPLIED = "none"

T = TypeVar("T")


def read_rule(text: str, *, file: str) -> Rule:
    """Return the rule that a file's text says; raises RulesFaulty with every fault, each with line and column."""
    nodes = Nodes(text, file=file)
    rule = _RuleReader(nodes, text).read()
    nodes.check()
    assert rule is not None, "what cannot be a rule has a fault"
    return rule


class _RuleReader:
    def __init__(self, nodes: Nodes, text: str) -> None:
        self.nodes, self.text = nodes, text

    def read(self) -> Rule | None:
        nodes = self.nodes
        top = nodes.mapping(nodes.root, needed=_NEEDED, allowed=_ALLOWED)
        relation = self._chosen(top, "relation", dict(RELATIONS))
        rule_class = self._chosen(top, "class", {one.value: one for one in RuleClass})
        level = self._chosen(top, "level", {one.value: one for one in Level})
        mark = self._chosen(top, "mark", {one.value: one for one in Mark})
        parameters = self._parameters(top["parameters"], relation) if "parameters" in top else ()
        title, explanation = self._bilingual(top.get("title")), self._bilingual(top.get("explanation"))
        from_on, until = self._in_force(top.get("in_force"))
        rule_id, citation = self._id(top.get("id")), self._text(top.get("citation"))
        cards = self._cards(top.get("cards"))
        if relation is None:
            return None
        condition = self._condition(top.get("condition"), relation, parameters, Type.BOOL)
        occurred = self._condition(top.get("occurred"), relation, parameters, Type.INT)
        anchor = self._anchor(top["anchor"], relation) if "anchor" in top else ""
        evidence = self._evidence(top.get("evidence"), relation)
        examples = self._examples(top.get("examples"), relation)
        if condition is None or occurred is None or rule_class is None or level is None or mark is None:
            return None
        self._look_for_unused(top.get("parameters"), condition, occurred)
        return Rule(
            id=rule_id,
            title=title,
            explanation=explanation,
            rule_class=rule_class,
            relation_name=relation.name,
            cards=cards,
            level=level,
            citation=citation,
            mark=mark,
            from_on=from_on,
            until=until,
            parameters=parameters,
            anchor=anchor,
            condition=condition,
            occurred=occurred,
            evidence=evidence,
            examples=examples,
            text=self.text,
            digest=sm3(self.text.encode()).hex(),
            file=nodes.file,
        )

    # --- what the rule is -------------------------------------------------------------------------------------------

    def _chosen(self, top: dict[str, yaml.Node], key: str, choices: dict[str, T]) -> T | None:
        return self.nodes.one_of(top[key], choices) if key in top else None

    def _text(self, node: yaml.Node | None) -> str:
        return self.nodes.text(node) if node is not None else ""

    def _bilingual(self, node: yaml.Node | None) -> Bilingual:
        if node is None:
            return Bilingual("", "")
        both = self.nodes.mapping(node, needed=("zh", "en"))
        return Bilingual(self._text(both.get("zh")), self._text(both.get("en")))

    def _id(self, node: yaml.Node | None) -> str:
        written = self._text(node)
        if node is not None and written:
            if not RULE_ID.fullmatch(written):
                self.nodes.refuse(node, N_("编号只用小写字母、数字和连字符，如 promised-overdue"))
            elif written != PurePath(self.nodes.file).stem:
                self.nodes.refuse(node, N_("编号 {id} 须与文件名相同"), id=written)
        return written

    def _cards(self, node: yaml.Node | None) -> Mapping[Scheme, Colour | None]:
        cards: dict[Scheme, Colour | None] = {}
        choices: dict[str, Colour | None] = {**{one.value: one for one in Colour}, NOT_APPLIED: None}
        if node is not None:
            for name, value in self.nodes.mapping(node, allowed=tuple(Scheme)).items():
                cards[Scheme(name)] = self.nodes.one_of(value, choices)
        return MappingProxyType(cards)

    def _in_force(self, node: yaml.Node | None) -> tuple[date, date | None]:
        if node is None:
            return FIRST_DAY, None
        both = self.nodes.mapping(node, needed=("from",), allowed=("until",))
        from_on = self._day(both["from"]) if "from" in both else FIRST_DAY
        if "until" not in both or self.nodes.is_null(both["until"]):
            return from_on, None
        until = self._day(both["until"])
        if until <= from_on:
            self.nodes.refuse(both["until"], N_("失效日须晚于施行日"))
        return from_on, until

    def _day(self, node: yaml.Node) -> date:
        day = self.nodes.day(node)
        if day != date.min and not FIRST_DAY <= day <= LAST_DAY:
            self.nodes.refuse(node, N_("日期须在{first}至{last}之间"), first=FIRST_DAY, last=LAST_DAY)
        return day

    def _parameters(self, node: yaml.Node, relation: Relation | None) -> tuple[Parameter, ...]:
        found = []
        taken = {TODAY_WD, NOW_S, TODAY, *(relation.columns if relation else ())}
        for name, below in self.nodes.mapping(node).items():
            if not (name.isascii() and name.isidentifier() and name.islower()) or name in taken:
                self.nodes.refuse(below, N_("参数不能叫 {name}：只用小写字母和下划线，且不与列名相同"), name=name)
            parts = self.nodes.mapping(below, needed=("unit", "values"))
            unit = self._chosen(parts, "unit", {one.value: one for one in ParameterUnit})
            values = self._dated_values(parts["values"]) if "values" in parts else ()
            if unit is not None and values:
                found.append(Parameter(name, unit, values))
        return tuple(found)

    def _dated_values(self, node: yaml.Node) -> tuple[DatedValue, ...]:
        values: list[DatedValue] = []
        for below in self.nodes.sequence(node):
            parts = self.nodes.mapping(below, needed=("from", "value", "citation", "mark"))
            if len(parts) < 4:
                continue
            mark = self.nodes.one_of(parts["mark"], {one.value: one for one in Mark})
            from_on = self._day(parts["from"])
            if values and from_on <= values[-1].from_on:
                self.nodes.refuse(parts["from"], N_("各段须按施行日期先后排列"))
            value = self.nodes.number(parts["value"])
            values.append(DatedValue(from_on, value, self._text(parts["citation"]), mark or Mark.DEFAULT))
        if not values:
            self.nodes.refuse(node, N_("至少要有一段值"))
        return tuple(values)

    # --- what it judges by ------------------------------------------------------------------------------------------

    def _condition(
        self, node: yaml.Node | None, relation: Relation, parameters: tuple[Parameter, ...], expects: Type
    ) -> Condition | None:
        if node is None or not self._text(node):
            return None
        largest = {one.name: max((value.value for value in one.values), key=abs) for one in parameters}
        try:
            return read_condition(
                str(node.value).strip(),
                relation=relation,
                parameters=largest,
                expects=expects,
                file=self.nodes.file,
                place=self.nodes.place_in(node),
            )
        except RuleFaulty as fault:
            self.nodes.faults.append(fault)
            return None

    def _look_for_unused(self, node: yaml.Node | None, condition: Condition, occurred: Condition) -> None:
        if node is not None:
            for name, below in self.nodes.mapping(node).items():
                if name not in condition.parameters | occurred.parameters:
                    self.nodes.refuse(below, N_("参数 {name} 没有用到"), name=name)

    def _anchor(self, node: yaml.Node, relation: Relation) -> str:
        days = {name: name for name, column in relation.columns.items() if column.unit is Unit.DAY}
        chosen = self.nodes.one_of(node, {TODAY_WD: "", **days})
        return chosen or ""

    def _evidence(self, node: yaml.Node | None, relation: Relation) -> tuple[str, ...]:
        found: list[str] = []
        for below in self.nodes.sequence(node) if node is not None else ():
            name = self.nodes.one_of(below, {name: name for name in relation.columns})
            if name in found:
                self.nodes.refuse(below, N_("{key} 写了两次"), key=name)
            elif name:
                found.append(name)
        if node is not None and not found and not self.nodes.faults:
            self.nodes.refuse(node, N_("至少要列出一列证据"))
        return tuple(found)

    # --- how it was tried -------------------------------------------------------------------------------------------

    def _examples(self, node: yaml.Node | None, relation: Relation) -> tuple[Example, ...]:
        if node is None:
            return ()
        found = [self._example(below, relation) for below in self.nodes.sequence(node)]
        if {example.found for example in found} != {True, False}:
            self.nodes.refuse(node, N_("至少要有一个命中的例子和一个不命中的例子"))
        return tuple(found)

    def _example(self, node: yaml.Node, relation: Relation) -> Example:
        parts = self.nodes.mapping(node, needed=("name", "on", "row", "found"), allowed=("start", "occurred"))
        starts = {"": "", **{name: name for name in relation.starts}}
        row = {}
        for name, value in (self.nodes.mapping(parts["row"]) if "row" in parts else {}).items():
            if name not in relation.columns:
                self.nodes.refuse(value, N_("{relation} 没有列 {name}"), relation=relation.name, name=name)
            else:
                row[name] = self._value(value, name, relation)
        return Example(
            name=self._bilingual(parts.get("name")),
            at=self._instant(parts["on"]) if "on" in parts else datetime.min.replace(tzinfo=CHINA),
            start=self._chosen(parts, "start", starts) or "",
            row=MappingProxyType(row),
            found=self.nodes.flag(parts["found"]) if "found" in parts else False,
            occurred=self._day(parts["occurred"]) if "occurred" in parts else None,
            line=node.start_mark.line + 1,
        )

    def _instant(self, node: yaml.Node) -> datetime:
        written = self._text(node)
        try:
            at = datetime.fromisoformat(written + (_NOON if "T" not in written else "")).replace(tzinfo=CHINA)
        except ValueError:
            self.nodes.refuse(node, N_("这里应是日期，如 2015-03-18"))
            return datetime.min.replace(tzinfo=CHINA)
        if not FIRST_DAY <= at.date() <= LAST_DAY:
            self.nodes.refuse(node, N_("日期须在{first}至{last}之间"), first=FIRST_DAY, last=LAST_DAY)
        return at

    def _value(self, node: yaml.Node, name: str, relation: Relation) -> Default:
        column = relation.columns[name]
        if self.nodes.is_null(node):
            if not column.nullable:
                self.nodes.refuse(node, N_("列 {name} 不会为空"), name=name)
            return None
        if column.type is Type.BOOL:
            return self.nodes.flag(node)
        if column.type is Type.TEXT:
            # A code such as 01001 would be a number to YAML; here it is what is written.
            if isinstance(node, yaml.ScalarNode):
                return str(node.value)
            return self.nodes.text(node)
        if isinstance(node, yaml.ScalarNode) and node.value.startswith("@"):
            return self._reference(node, name, column.unit)
        return self.nodes.number(node)

    def _reference(self, node: yaml.ScalarNode, name: str, unit: Unit) -> Default:
        try:
            reference = read_reference(node.value)
        except ValueError:
            reference = None
        if reference is None or not FIRST_DAY <= reference.day <= LAST_DAY:
            self.nodes.refuse(node, N_("这里应是“@2015-03-18”这样的日期"))
            return 0
        if unit not in {Unit.DAY, Unit.INSTANT}:
            self.nodes.refuse(node, N_("列 {name} 不是日期或时间，不能写“@”"), name=name)
            return 0
        return reference
