"""Dialects: gives a checked condition the words of one database, with the rule's parameters and its time in force.

It stands between the one text of a rule and four engines. Everything is built from the checked tree and bracketed
throughout, so that no engine's own order of operations matters. Where engines differ, the tree is changed: sums are
made in 64 bits, DIV is each engine's own division of whole numbers, and LEAST and GREATEST ignore what is empty.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlglot import exp

from yichuang.calendar.values import WorkingCalendar
from yichuang.supervision.domain.conditions import BITS
from yichuang.supervision.domain.moment import NOW_S, TODAY_WD, Moment
from yichuang.supervision.domain.parameters import Parameter, first_ordinal
from yichuang.supervision.domain.rule import Rule

_NARROW_BITS = 31
_ATOMS = (exp.Column, exp.Literal, exp.Placeholder, exp.Boolean, exp.Null, exp.Paren, exp.Func, exp.Cast)


class Dialect(StrEnum):
    """The engines' languages, by the names that sqlglot has for them."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgres"
    DUCKDB = "duckdb"
    SPARK = "spark"


@dataclass(frozen=True)
class Writer:
    """Writes rules in one dialect; the columns stand in the relation of alias `alias`.

    With a moment its three numbers are written out; without one they stand as `marker`, for the driver to fill in. The
    usual marker has a character that no text of a rule can have.
    """

    dialect: Dialect
    calendar: WorkingCalendar
    moment: Moment | None = None
    alias: str = "f"
    marker: Callable[[str], str] = "\x01{}\x01".format

    def condition(self, rule: Rule) -> str:
        """Return when the rule finds a row: its condition, and that it was in force on the row's day."""
        members = [self._node(rule.condition.tree, rule), *self._in_force(rule)]
        return self._text(exp.and_(*members, copy=False, wrap=True) if len(members) > 1 else members[0])

    def parts(self, rule: Rule) -> list[str]:
        """Return the members of the condition's outermost AND, and the time in force, each on its own."""
        members = [self._node(part, rule) for part in rule.condition.parts()]
        return [self._text(member) for member in (*members, *self._in_force(rule))]

    def occurred(self, rule: Rule) -> str:
        """Return the ordinal of the working day on which the breach happened; the day of judging where it is empty."""
        node = self._node(rule.occurred.tree, rule)
        if rule.occurred.kind.nullable:
            node = exp.Coalesce(this=node, expressions=[self._moment(TODAY_WD)])
        return self._text(node)

    def column(self, name: str) -> str:
        """Return a column by its full name: without the alias SQLite would take a name it does not know for a text."""
        return self._text(self._column(name))

    def _text(self, node: exp.Expr) -> str:
        return node.sql(dialect=self.dialect.value)

    def _column(self, name: str) -> exp.Expr:
        return exp.column(name, table=self.alias, quoted=True)

    # --- tree -------------------------------------------------------------------------------------------------------

    def _node(self, node: exp.Expr, rule: Rule) -> exp.Expr:
        if isinstance(node, exp.Column):
            return self._column(node.name)
        if isinstance(node, exp.Placeholder):
            return self._parameter(node.name, rule)
        if isinstance(node, exp.And | exp.Or):
            return self._chain(node, rule)
        parts = {name: self._part(value, rule) for name, value in node.args.items()}
        built = type(node)(**parts)
        if isinstance(node, exp.IntDiv):
            return self._division(built)
        if isinstance(node, exp.Add | exp.Sub | exp.Mul):
            self._widen(node, built)
        return built

    def _part(self, value: object, rule: Rule) -> object:
        if isinstance(value, list):
            return [self._part(one, rule) for one in value]
        if not isinstance(value, exp.Expr):
            return value
        if isinstance(value, exp.If):
            # A branch of CASE is no function here.
            return exp.If(this=self._node(value.this, rule), true=self._node(value.args["true"], rule))
        built = self._node(value, rule)
        return built if isinstance(built, _ATOMS) else exp.Paren(this=built)

    def _chain(self, node: exp.Expr, rule: Rule) -> exp.Expr:
        """Build a chain of one connector as flat as it was: brackets around each link would pile up."""
        sides = []
        for side in (node.this, node.expression):
            built = self._node(side, rule)
            flat = isinstance(built, (*_ATOMS, type(node)))
            sides.append(built if flat else exp.Paren(this=built))
        return type(node)(this=sides[0], expression=sides[1])

    def _division(self, built: exp.Expr) -> exp.Expr:
        if self.dialect in {Dialect.SQLITE, Dialect.POSTGRESQL}:
            return exp.Div(
                this=built.this, expression=built.expression, typed=True, safe=self.dialect is Dialect.SQLITE
            )
        return built

    def _widen(self, node: exp.Expr, built: exp.Expr) -> None:
        sides = (node.this.meta.get(BITS, 0), node.expression.meta.get(BITS, 0))
        if node.meta.get(BITS, 0) > _NARROW_BITS and max(sides) <= _NARROW_BITS:
            built.set("this", self._wide(built.this))

    def _wide(self, node: exp.Expr) -> exp.Expr:
        # SQLite has no other integers than those of 64 bits.
        return node if self.dialect is Dialect.SQLITE else exp.cast(node, "BIGINT")

    # --- numbers of the moment and of the law -----------------------------------------------------------------------

    def _moment(self, name: str) -> exp.Expr:
        if self.moment is None:
            node: exp.Expr = exp.Var(this=self.marker(name))
        else:
            node = exp.Literal.number(self.moment.numbers()[name])
        return self._wide(node) if name == NOW_S else node

    def _parameter(self, name: str, rule: Rule) -> exp.Expr:
        own = next((parameter for parameter in rule.parameters if parameter.name == name), None)
        return self._moment(name) if own is None else self._dated(own, rule)

    def _dated(self, parameter: Parameter, rule: Rule) -> exp.Expr:
        first, *later = parameter.values
        if not later:
            return _number(first.value)
        branches = [
            exp.If(this=exp.LT(this=self._anchor(rule), expression=self._ordinal(following)), true=_number(value.value))
            for value, following in zip(parameter.values, [one.from_on for one in later], strict=False)
        ]
        return exp.Case(ifs=branches, default=_number(later[-1].value))

    def _in_force(self, rule: Rule) -> list[exp.Expr]:
        bounds: list[exp.Expr] = [exp.GTE(this=self._anchor(rule), expression=self._ordinal(rule.from_on))]
        if rule.until is not None:
            bounds.append(exp.LT(this=self._anchor(rule), expression=self._ordinal(rule.until)))
        return bounds

    def _anchor(self, rule: Rule) -> exp.Expr:
        if not rule.anchor:
            return self._moment(TODAY_WD)
        column = self._column(rule.anchor)
        if rule.relation.columns[rule.anchor].nullable:
            return exp.Coalesce(this=column, expressions=[self._moment(TODAY_WD)])
        return column

    def _ordinal(self, day: date) -> exp.Expr:
        return exp.Literal.number(first_ordinal(day, self.calendar))


def _number(value: int) -> exp.Expr:
    return exp.Paren(this=exp.Neg(this=exp.Literal.number(-value))) if value < 0 else exp.Literal.number(value)
