"""A rule's condition in plain words, with the numbers of one case filled in.

Stands between the checked tree of a condition and people who do not read SQL: every part that must hold becomes one
sentence, each column is called by its name, a working-day ordinal is shown as its day, an amount in yuan. The exact
text stands beside it; this is a reading of the same tree, never a second definition.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from sqlglot import exp

from yichuang.dashboards.supervision.shown import measured, said, shown
from yichuang.dashboards.supervision.truth import NotKnown, holds, value_of
from yichuang.kernel.words import N_
from yichuang.supervision.values import (
    NOW_S,
    TODAY,
    TODAY_WD,
    Column,
    Condition,
    DatedValue,
    Parameter,
    Relation,
    Unit,
)
from yichuang.ui.formats import CHINESE

Values = Mapping[str, Any]


class Speaker:
    """Says conditions over one relation in the reader's language; `values` fills numbers in, None leaves them out."""

    def __init__(
        self,
        relation: Relation,
        parameters: Mapping[str, Parameter],
        values: Values | None = None,
        *,
        on: date | None = None,
        codes: Mapping[str, Callable[[str], str]] | None = None,
    ) -> None:
        self.relation, self.parameters, self.values, self.on = relation, parameters, values, on
        # How codes of places, organisations and items are said: column -> what names it.
        self.codes = codes or {}
        self._known = {**(values or {}), **{name: self._given(one).value for name, one in parameters.items()}}

    def _given(self, parameter: Parameter) -> DatedValue:
        return parameter.on(self.on) if self.on else parameter.values[-1]

    def parts(self, condition: Condition) -> list[str]:
        """Return what must all hold, one sentence each, in the order of the text."""
        return [self.truth(part) for whole in condition.parts() for part in self._flat(whole)]

    def _flat(self, node: exp.Expr) -> Iterator[exp.Expr]:
        """Yield what must hold below a node, each by itself: of alternatives that which was met."""
        bare = node.unnest() if isinstance(node, exp.Paren) else node
        if isinstance(bare, exp.And):
            for member in bare.flatten():
                yield from self._flat(member)
            return
        met = [one for one in bare.flatten() if self._met(one)] if isinstance(bare, exp.Or) else []
        if len(met) == 1:
            yield from self._flat(met[0])
        else:
            yield bare

    def name(self, column: Column) -> str:
        """Return what a column is called."""
        return column.zh if _is_chinese() else column.en

    def value(self, column: str) -> str:
        """Return the value that a column has in the row, in words."""
        found = (self.values or {}).get(column)
        name = self.codes.get(column)
        return name(found) if name and found else shown(found, self.relation.columns[column].unit)

    def say(self, node: exp.Expr) -> str:
        """Return a node in words."""
        spoken = _SPOKEN.get(type(node))
        return spoken(self, node) if spoken else node.sql()

    def side(self, node: exp.Expr, unit: Unit | None) -> str:
        """Return one side of a comparison; a bare number or text is said as what it is compared with."""
        bare = node.unnest() if isinstance(node, exp.Paren) else node
        if isinstance(bare, exp.Literal):
            if bare.is_string:
                return said(str(bare.this)) if bare.this else _("空")
            return shown(int(bare.this), unit) if unit else str(bare.this)
        return self.say(bare)

    def unit(self, node: exp.Expr) -> Unit | None:
        """Return what the numbers of a node count, None where that is not known."""
        found = {self.relation.columns[one.name].unit for one in node.find_all(exp.Column)}
        if any(one.name == TODAY_WD for one in node.find_all(exp.Placeholder)):
            found.add(Unit.DAY)
        if any(one.name == NOW_S for one in node.find_all(exp.Placeholder)):
            found.add(Unit.INSTANT)
        for unit in (Unit.DAY, Unit.INSTANT):
            if unit in found and not _is_difference(node):
                return unit
        return found.pop() if len(found) == 1 and not _is_difference(node) else None

    # -- nodes -----------------------------------------------------------------------------------------

    def column(self, node: exp.Expr) -> str:
        column = self.relation.columns[node.name]
        name = self.name(column)
        if self.values is None or node.name not in self.values:
            return name
        return _("%(name)s（%(value)s）") % {"name": name, "value": self.value(node.name)}

    def placeholder(self, node: exp.Expr) -> str:
        name = str(node.this)
        given = (self.values or {}).get(name)
        if name in (TODAY_WD, TODAY):
            return _("今天（%(day)s）") % {"day": shown(given, Unit.DAY)} if given and name == TODAY_WD else _("今天")
        if name == NOW_S:
            return _("现在（%(when)s）") % {"when": shown(given, Unit.INSTANT)} if given else _("现在")
        parameter = self.parameters.get(name)
        if parameter is None:
            return name
        return measured(self._given(parameter).value, parameter)

    def literal(self, node: exp.Expr) -> str:
        return said(str(node.this)) if node.is_string else str(node.this)

    def boolean(self, node: exp.Expr) -> str:
        return _("是") if node.this else _("否")

    def all_of(self, node: exp.Expr) -> str:
        return _("，并且").join(self._members(node.flatten()))

    def any_of(self, node: exp.Expr) -> str:
        members = list(node.flatten())
        met = [member for member in members if self._met(member)]
        # Of several ways in which a rule can be broken, the page of a case says the one that it was.
        return _("，或者").join(self._members(met or members))

    def _met(self, node: exp.Expr) -> bool:
        if self.values is None:
            return False
        try:
            return holds(node, self._known) is True
        except NotKnown:
            return False

    def _value(self, node: exp.Expr) -> Any:
        """Return the value of a node for the row that is filled in, None without one."""
        if self.values is None:
            return None
        try:
            return value_of(node, self._known)
        except NotKnown:
            return None

    def _members(self, members: Iterable[exp.Expr]) -> list[str]:
        found = [member.unnest() if isinstance(member, exp.Paren) else member for member in members]
        said = [self.truth(member) for member in found]
        if len(said) < 2:
            return said
        return [
            _("（%(words)s）") % {"words": words} if self._several(member) else words
            for member, words in zip(found, said, strict=True)
        ]

    def _several(self, node: exp.Expr) -> bool:
        """Tell whether a member is said in several parts, so that brackets must hold them together."""
        if isinstance(node, exp.Or):
            met = [one for one in node.flatten() if self._met(one)]
            return len(met) != 1 or self._several(met[0].unnest() if isinstance(met[0], exp.Paren) else met[0])
        return isinstance(node, exp.And)

    def truth(self, node: exp.Expr) -> str:
        """Return what must be true; a bare yes-or-no column says that it is so."""
        bare = node.unnest() if isinstance(node, exp.Paren) else node
        return self.flag(bare, _("是")) if isinstance(bare, exp.Column) else self.say(bare)

    def flag(self, node: exp.Expr, wanted: str) -> str:
        return _("“%(name)s”为%(wanted)s") % {"name": self.name(self.relation.columns[node.name]), "wanted": wanted}

    def negated(self, node: exp.Expr) -> str:
        inner = node.this.unnest() if isinstance(node.this, exp.Paren) else node.this
        if isinstance(inner, exp.Column):
            return self.flag(inner, _("否"))
        if isinstance(inner, exp.Is) and isinstance(inner.expression, exp.Null):
            return _("已有%(what)s") % {"what": self.say(inner.this)}
        if isinstance(inner, exp.In):
            return self.among(inner, outside=True)
        return _("并非：%(words)s") % {"words": self.truth(inner)}

    def comparison(self, node: exp.Expr) -> str:
        unit = self.unit(node.this) or self.unit(node.expression)
        words = (_TIMES if unit in (Unit.DAY, Unit.INSTANT) else _SIZES)[type(node)]
        return _(words) % {"left": self.side(node.this, unit), "right": self.side(node.expression, unit)}

    def is_(self, node: exp.Expr) -> str:
        asked = node.expression
        if isinstance(asked, exp.Null):
            return _("尚无%(what)s") % {"what": self._bare(node.this)}
        if isinstance(node.this, exp.Column):
            return self.flag(node.this, _("是") if asked.this else _("否"))
        return self.truth(node.this) if asked.this else _("并非：%(words)s") % {"words": self.truth(node.this)}

    def _bare(self, node: exp.Expr) -> str:
        return self.name(self.relation.columns[node.name]) if isinstance(node, exp.Column) else self.say(node)

    def among(self, node: exp.Expr, *, outside: bool = False) -> str:
        unit = self.unit(node.this)
        said = _("、").join(self.side(member, unit) for member in node.expressions)
        words = _("%(left)s不属于%(right)s") if outside else _("%(left)s属于%(right)s")
        return words % {"left": self.say(node.this), "right": said}

    def between(self, node: exp.Expr) -> str:
        unit = self.unit(node.this)
        return _("%(left)s在%(low)s和%(high)s之间") % {
            "left": self.say(node.this),
            "low": self.side(node.args["low"], unit),
            "high": self.side(node.args["high"], unit),
        }

    def arithmetic(self, node: exp.Expr) -> str:
        sign = {exp.Add: "+", exp.Sub: "−", exp.Mul: "×"}[type(node)]
        return f"{self._operand(node.this)} {sign} {self._operand(node.expression)}"

    def _operand(self, node: exp.Expr) -> str:
        said = self.say(node)
        return said if not isinstance(node, exp.Binary) else _("（%(words)s）") % {"words": said}

    def quotient(self, node: exp.Expr) -> str:
        return f"{self._operand(node.this)} ÷ {self._operand(node.expression)}"

    def modulo(self, node: exp.Expr) -> str:
        return _("%(left)s除以%(right)s的余数") % {"left": self.say(node.this), "right": self.say(node.expression)}

    def minus(self, node: exp.Expr) -> str:
        return f"−{self._operand(node.this)}"

    def size(self, node: exp.Expr) -> str:
        return _("%(what)s的绝对值") % {"what": self.say(node.this)}

    def first_of(self, node: exp.Expr) -> str:
        given = next((one for one in [node.this, *node.expressions] if self._value(one) is not None), None)
        if given is not None:
            return self.say(given)
        first, *others = [node.this, *node.expressions]
        said = _("，否则").join(self.say(other) for other in others)
        return _("%(first)s（没有时为%(others)s）") % {"first": self.say(first), "others": said}

    def least(self, node: exp.Expr) -> str:
        return _("%(members)s中最小的") % {
            "members": _("、").join(self.say(one) for one in [node.this, *node.expressions])
        }

    def greatest(self, node: exp.Expr) -> str:
        return _("%(members)s中最大的") % {
            "members": _("、").join(self.say(one) for one in [node.this, *node.expressions])
        }

    def case(self, node: exp.Expr) -> str:
        branches = [
            _("%(case)s时为%(value)s") % {"case": self.truth(one.this), "value": self.say(one.args["true"])}
            for one in node.args["ifs"]
        ]
        if node.args.get("default") is not None:
            branches.append(_("其他情形为%(value)s") % {"value": self.say(node.args["default"])})
        return _("（%(words)s）") % {"words": _("；").join(branches)}


def _is_chinese() -> bool:
    return (get_language() or CHINESE).startswith("zh")


def _is_difference(node: exp.Expr) -> bool:
    """Tell whether two days are taken from each other, which leaves a number of days."""
    return any(all(_holds_day(side) for side in (one.this, one.expression)) for one in node.find_all(exp.Sub))


def _holds_day(node: exp.Expr) -> bool:
    return node.find(exp.Column) is not None or _is_today(node)


def _is_today(node: exp.Expr) -> bool:
    return any(one.name in (TODAY_WD, NOW_S) for one in node.find_all(exp.Placeholder))


_TIMES: dict[type[exp.Expr], str] = {
    exp.LT: N_("%(left)s早于%(right)s"),
    exp.LTE: N_("%(left)s不晚于%(right)s"),
    exp.GT: N_("%(left)s晚于%(right)s"),
    exp.GTE: N_("%(left)s不早于%(right)s"),
    exp.EQ: N_("%(left)s就是%(right)s"),
    exp.NEQ: N_("%(left)s不是%(right)s"),
}
_SIZES: dict[type[exp.Expr], str] = {
    exp.LT: N_("%(left)s少于%(right)s"),
    exp.LTE: N_("%(left)s不超过%(right)s"),
    exp.GT: N_("%(left)s超过%(right)s"),
    exp.GTE: N_("%(left)s不少于%(right)s"),
    exp.EQ: N_("%(left)s是%(right)s"),
    exp.NEQ: N_("%(left)s不是%(right)s"),
}
_SPOKEN: dict[type[exp.Expr], Callable[[Speaker, exp.Expr], str]] = {
    exp.Column: Speaker.column,
    exp.Placeholder: Speaker.placeholder,
    exp.Literal: Speaker.literal,
    exp.Boolean: Speaker.boolean,
    exp.Paren: lambda speaker, node: speaker.say(node.this),
    exp.And: Speaker.all_of,
    exp.Or: Speaker.any_of,
    exp.Not: Speaker.negated,
    **dict.fromkeys(_TIMES, Speaker.comparison),
    exp.Is: Speaker.is_,
    exp.In: Speaker.among,
    exp.Between: Speaker.between,
    exp.Add: Speaker.arithmetic,
    exp.Sub: Speaker.arithmetic,
    exp.Mul: Speaker.arithmetic,
    exp.IntDiv: Speaker.quotient,
    exp.Mod: Speaker.modulo,
    exp.Neg: Speaker.minus,
    exp.Abs: Speaker.size,
    exp.Coalesce: Speaker.first_of,
    exp.Least: Speaker.least,
    exp.Greatest: Speaker.greatest,
    exp.Case: Speaker.case,
}
