"""Wording: a rule's condition as a sentence with the numbers of one row filled in, in Chinese or English.

It stands between the tree of a condition and the people it concerns: the officer sees which comparison caught his
case, with dates in the place of ordinals, and needs to know no SQL. Column names come from the relations, in both
languages; the small words between them are message ids.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlglot import exp

from yichuang.calendar.values import CHINA, LAST_DAY, DayOutsideCalendar, WorkingCalendar
from yichuang.kernel.words import N_
from yichuang.supervision.domain.moment import NOW_S, TODAY, TODAY_WD, Moment
from yichuang.supervision.domain.relations import Type, Unit, Value
from yichuang.supervision.domain.rule import Rule

_EMPTY = N_("（空）")
_YES, _NO = N_("是"), N_("否")
_MOMENT = {TODAY_WD: N_("今天"), NOW_S: N_("现在"), TODAY: N_("今天")}
_SIGNS: dict[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "≠",
    exp.LT: "<",
    exp.LTE: "≤",
    exp.GT: ">",
    exp.GTE: "≥",
    exp.Add: "+",
    exp.Sub: "−",
    exp.Mul: "×",
    exp.IntDiv: "÷",
}
_AND, _OR, _NOT = N_("且"), N_("或"), N_("并非")
_IS_EMPTY, _IS_FILLED = N_("{what}为空"), N_("{what}不为空")
_IS_TRUE, _IS_FALSE = N_("{what}：是"), N_("{what}：否")
_AMONG, _NOT_AMONG = N_("{what}是 {members} 之一"), N_("{what}不是 {members} 之一")
_BETWEEN = N_("{what}在 {low} 与 {high} 之间")
_EARLIEST, _LATEST = N_("较小者（{members}）"), N_("较大者（{members}）")
_FIRST = N_("{members} 中第一个不为空者")
_REST = N_("{what} 除以 {by} 的余数")
_SIZE = N_("{what} 的绝对值")
_CASE = N_("（视情形：{branches}）")
_WHEN, _ELSE = N_("若{asked}则{result}"), N_("否则{result}")


def _same(text: str) -> str:
    return text


@dataclass(frozen=True)
class Wording:
    """Words a rule for one row; without values only the names stand, as on a page about the rule itself."""

    rule: Rule
    calendar: WorkingCalendar
    moment: Moment | None = None
    values: Mapping[str, Value] | None = None
    language: str = "zh"
    translate: Callable[[str], str] = _same

    def condition(self) -> str:
        """Return the whole condition as one sentence."""
        return self._say(self.rule.condition.tree)

    def parts(self) -> list[str]:
        """Return the members of the condition's outermost AND, each as a sentence."""
        return [
            self._say(part.unnest() if isinstance(part, exp.Paren) else part) for part in self.rule.condition.parts()
        ]

    def evidence(self) -> list[tuple[str, str]]:
        """Return name and value of each column of the rule's evidence."""
        return [(self.label(name), self.shown(name)) for name in self.rule.evidence]

    def label(self, name: str) -> str:
        """Return what a column is called."""
        column = self.rule.relation.columns[name]
        return column.en if self.language.startswith("en") else column.zh

    def shown(self, name: str) -> str:
        """Return a column's value as people write it: a date, a time, yuan, yes or no."""
        if self.values is None or name not in self.values:
            return ""
        value, column = self.values[name], self.rule.relation.columns[name]
        if value is None or value == "":
            return self.translate(_EMPTY)
        if column.type is Type.BOOL:
            return self.translate(_YES if value else _NO)
        return value if isinstance(value, str) else self._number(int(value), column.unit)

    def _number(self, value: int, unit: Unit) -> str:
        if unit is Unit.DAY:
            return self._day(value)
        if unit is Unit.INSTANT:
            return f"{datetime.fromtimestamp(value, UTC).astimezone(CHINA):%Y-%m-%d %H:%M}"
        if unit is Unit.FEN:
            return f"{value // 100}.{value % 100:02}"
        if unit is Unit.MINUTE:
            return f"{value // 60:02}:{value % 60:02}"
        if unit is Unit.PERMILLE:
            return f"{value / 10:g}%"
        return str(value)

    def _day(self, ordinal: int) -> str:
        try:
            return self.calendar.day_of(ordinal).isoformat()
        except DayOutsideCalendar:
            return str(ordinal)

    # --- sentence ---------------------------------------------------------------------------------------------------

    def _say(self, node: exp.Expr) -> str:
        said = _SAID.get(type(node))
        if said is not None:
            return said(self, node)
        return f" {_SIGNS[type(node)]} ".join((self._say(node.this), self._say(node.expression)))

    def _form(self, text: str, **parts: str) -> str:
        return self.translate(text).format_map(parts)

    def _members(self, node: exp.Expr) -> str:
        return ", ".join(self._say(member) for member in (node.this, *node.expressions))

    def column(self, node: exp.Expr) -> str:
        shown = self.shown(node.name)
        return f"{self.label(node.name)}［{shown}］" if shown else self.label(node.name)

    def placeholder(self, node: exp.Expr) -> str:
        own = next((parameter for parameter in self.rule.parameters if parameter.name == node.name), None)
        if own is not None:
            return str(own.on(self._law_day()).value)
        word = self.translate(_MOMENT[node.name])
        if self.moment is None:
            return word
        number = self.moment.numbers()[node.name]
        shown = self._number(number, Unit.INSTANT if node.name == NOW_S else Unit.PLAIN)
        return f"{word}［{self._day(number) if node.name == TODAY_WD else shown}］"

    def _law_day(self) -> date:
        """Return the day whose law counts for the row; without a row, the last day there is."""
        if self.moment is None:
            return LAST_DAY
        today = self.calendar.day_of(self.moment.today_wd)
        return self.rule.law_day(self.values or {}, self.calendar, today)

    def literal(self, node: exp.Expr) -> str:
        return f"“{node.this}”" if node.is_string else str(node.this)

    def boolean(self, node: exp.Expr) -> str:
        return self.translate(_YES if node.this else _NO)

    def paren(self, node: exp.Expr) -> str:
        return f"（{self._say(node.this)}）"

    def connector(self, node: exp.Expr) -> str:
        word = self.translate(_AND if isinstance(node, exp.And) else _OR)
        return f" {word} ".join((self._say(node.this), self._say(node.expression)))

    def negated(self, node: exp.Expr) -> str:
        inner = node.this
        if isinstance(inner, exp.Is) and isinstance(inner.expression, exp.Null):
            return self._form(_IS_FILLED, what=self._say(inner.this))
        if isinstance(inner, exp.In):
            return self._form(_NOT_AMONG, what=self._say(inner.this), members=self._among(inner))
        return f"{self.translate(_NOT)} {self._say(inner)}"

    def is_(self, node: exp.Expr) -> str:
        asked = node.expression
        if isinstance(asked, exp.Null):
            return self._form(_IS_EMPTY, what=self._say(node.this))
        return self._form(_IS_TRUE if asked.this else _IS_FALSE, what=self._say(node.this))

    def among(self, node: exp.Expr) -> str:
        return self._form(_AMONG, what=self._say(node.this), members=self._among(node))

    def _among(self, node: exp.Expr) -> str:
        return ", ".join(self._say(member) for member in node.expressions)

    def between(self, node: exp.Expr) -> str:
        low, high = self._say(node.args["low"]), self._say(node.args["high"])
        return self._form(_BETWEEN, what=self._say(node.this), low=low, high=high)

    def several(self, node: exp.Expr) -> str:
        forms: dict[type[exp.Expr], str] = {exp.Coalesce: _FIRST, exp.Least: _EARLIEST, exp.Greatest: _LATEST}
        return self._form(forms[type(node)], members=self._members(node))

    def rest(self, node: exp.Expr) -> str:
        return self._form(_REST, what=self._say(node.this), by=self._say(node.expression))

    def size(self, node: exp.Expr) -> str:
        return self._form(_SIZE, what=self._say(node.this))

    def sign(self, node: exp.Expr) -> str:
        return f"−{self._say(node.this)}"

    def case(self, node: exp.Expr) -> str:
        branches = []
        for branch in node.args["ifs"]:
            asked = self._say(branch.this)
            if node.this is not None:
                asked = f"{self._say(node.this)} = {asked}"
            branches.append(self._form(_WHEN, asked=asked, result=self._say(branch.args["true"])))
        if node.args.get("default") is not None:
            branches.append(self._form(_ELSE, result=self._say(node.args["default"])))
        return self._form(_CASE, branches="; ".join(branches))


_SAID: dict[type[exp.Expr], Callable[[Wording, exp.Expr], str]] = {
    exp.Column: Wording.column,
    exp.Placeholder: Wording.placeholder,
    exp.Literal: Wording.literal,
    exp.Boolean: Wording.boolean,
    exp.Paren: Wording.paren,
    exp.And: Wording.connector,
    exp.Or: Wording.connector,
    exp.Not: Wording.negated,
    exp.Is: Wording.is_,
    exp.In: Wording.among,
    exp.Between: Wording.between,
    exp.Coalesce: Wording.several,
    exp.Least: Wording.several,
    exp.Greatest: Wording.several,
    exp.Mod: Wording.rest,
    exp.Abs: Wording.size,
    exp.Neg: Wording.sign,
    exp.Case: Wording.case,
}
