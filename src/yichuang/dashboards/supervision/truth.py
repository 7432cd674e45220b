"""Which part of a condition holds for one row: so that a page says only the alternative that caught the case.

Only for reading. What is a finding and what is none is decided by the engines; a test holds this reading against
every worked example of every rule.
"""

from collections.abc import Callable, Mapping
from operator import add, eq, ge, gt, le, lt, mul, ne, sub
from typing import Any

from sqlglot import exp

Values = Mapping[str, Any]
# What is not known is not false: SQL's third value.
Answer = Any


class NotKnown(Exception):
    """A column or a parameter has no value here, so that nothing can be said."""


def holds(node: exp.Expr, values: Values) -> bool | None:
    """Return whether a node holds for a row, None where its values do not say; raises NotKnown."""
    answer = value_of(node, values)
    return None if answer is None else bool(answer)


def value_of(node: exp.Expr, values: Values) -> Answer:
    """Return what a node gives for a row, None for no value; raises NotKnown."""
    return _answer(node, values)


def _answer(node: exp.Expr, values: Values) -> Answer:
    found = _ANSWERS.get(type(node))
    if found is None:
        raise NotKnown(type(node).__name__)
    return found(node, values)


def _named(node: exp.Expr, values: Values) -> Answer:
    if node.name not in values:
        raise NotKnown(node.name)
    return values[node.name]


def _literal(node: exp.Expr, _values: Values) -> Answer:
    return str(node.this) if node.is_string else int(node.this)


def _all(node: exp.Expr, values: Values) -> Answer:
    answers = [_answer(member, values) for member in node.flatten()]
    return False if any(one is False for one in answers) else None if None in answers else True


def _any(node: exp.Expr, values: Values) -> Answer:
    answers = [_answer(member, values) for member in node.flatten()]
    return True if any(one is True for one in answers) else None if None in answers else False


def _not(node: exp.Expr, values: Values) -> Answer:
    answer = _answer(node.this, values)
    return None if answer is None else not answer


def _two(work: Callable[[Any, Any], Any]) -> Callable[[exp.Expr, Values], Answer]:
    def answer(node: exp.Expr, values: Values) -> Answer:
        left, right = _answer(node.this, values), _answer(node.expression, values)
        return None if left is None or right is None else work(left, right)

    return answer


def _is(node: exp.Expr, values: Values) -> Answer:
    answer = _answer(node.this, values)
    asked = node.expression
    return answer is None if isinstance(asked, exp.Null) else answer is bool(asked.this)


def _in(node: exp.Expr, values: Values) -> Answer:
    answer = _answer(node.this, values)
    return None if answer is None else answer in [_answer(member, values) for member in node.expressions]


def _between(node: exp.Expr, values: Values) -> Answer:
    parts = [_answer(node.args[name], values) for name in ("low", "this", "high")]
    return None if None in parts else parts[0] <= parts[1] <= parts[2]


def _one(work: Callable[[Any], Any]) -> Callable[[exp.Expr, Values], Answer]:
    def answer(node: exp.Expr, values: Values) -> Answer:
        found = _answer(node.this, values)
        return None if found is None else work(found)

    return answer


def _members(node: exp.Expr, values: Values) -> list[Answer]:
    found = [_answer(one, values) for one in [node.this, *node.expressions]]
    return [one for one in found if one is not None]


def _case(node: exp.Expr, values: Values) -> Answer:
    for branch in node.args["ifs"]:
        if node.this is not None:
            asked = _answer(node.this, values)
            met = asked is not None and asked == _answer(branch.this, values)
        else:
            met = _answer(branch.this, values) is True
        if met:
            return _answer(branch.args["true"], values)
    default = node.args.get("default")
    return _answer(default, values) if default is not None else None


_ANSWERS: dict[type[exp.Expr], Callable[[exp.Expr, Values], Answer]] = {
    exp.Column: _named,
    exp.Placeholder: _named,
    exp.Literal: _literal,
    exp.Boolean: lambda node, _values: bool(node.this),
    exp.Paren: lambda node, values: _answer(node.this, values),
    exp.And: _all,
    exp.Or: _any,
    exp.Not: _not,
    exp.EQ: _two(eq),
    exp.NEQ: _two(ne),
    exp.LT: _two(lt),
    exp.LTE: _two(le),
    exp.GT: _two(gt),
    exp.GTE: _two(ge),
    exp.Is: _is,
    exp.In: _in,
    exp.Between: _between,
    exp.Add: _two(add),
    exp.Sub: _two(sub),
    exp.Mul: _two(mul),
    exp.IntDiv: _two(lambda left, right: left // right),
    exp.Mod: _two(lambda left, right: left - right * int(left / right)),
    exp.Neg: _one(lambda value: -value),
    exp.Abs: _one(abs),
    exp.Coalesce: lambda node, values: next(iter(_members(node, values)), None),
    exp.Least: lambda node, values: min(_members(node, values), default=None),
    exp.Greatest: lambda node, values: max(_members(node, values), default=None),
    exp.Case: _case,
}
