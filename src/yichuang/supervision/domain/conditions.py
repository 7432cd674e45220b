"""Conditions: reads the one SQL condition of a rule into a tree of what is allowed, or says where and why not.

It stands between a text that a city writes and four databases that run it. What it lets through is a total, pure,
scalar expression over one row: the same value in every engine, nothing that reads or writes anything else. The text
is parsed and built anew from the allowed nodes, never pasted. Integer division is not in the language, because the
engines differ; sizes are bounded, so that no engine overflows where another does not.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NoReturn

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from yichuang.kernel.words import N_
from yichuang.supervision.domain.faults import RuleFaulty
from yichuang.supervision.domain.moment import NOW_S, TODAY, TODAY_WD
from yichuang.supervision.domain.relations import Relation, Type, Unit
from yichuang.supervision.domain.spelling import DEEPEST, TOO_DEEP, Language, Token, nearest, read_words

Place = Callable[[int], tuple[int, int]]

MOST_BITS = 62
BITS = "bits"
# How many bits the numbers of a unit need; what is larger than that is refused by the engine, never wrapped round.
_BITS = {
    Unit.DAY: 15,
    Unit.DAYS: 20,
    Unit.MINUTE: 11,
    Unit.MONTH: 18,
    Unit.COUNT: 27,
    Unit.INSTANT: 35,
    Unit.FEN: 50,
    Unit.PLAIN: 50,
}
_OTHER_BITS = 31
_MOMENT_BITS = {TODAY_WD: 15, NOW_S: 35, TODAY: 25}
TYPE_NAMES = {Type.INT: N_("数字"), Type.TEXT: N_("文字"), Type.BOOL: N_("是否")}

_COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
_ORDERED = (exp.LT, exp.LTE, exp.GT, exp.GTE)


@dataclass(frozen=True, slots=True)
class Kind:
    """What an expression gives: its type, the bits its numbers may need, and whether it may be empty."""

    type: Type
    bits: int = 0
    nullable: bool = False


@dataclass(frozen=True)
class Condition:
    """One checked expression: its text as written, its tree, and what it asks about."""

    text: str
    tree: exp.Expr
    kind: Kind
    columns: frozenset[str]
    parameters: frozenset[str]

    def parts(self) -> tuple[exp.Expr, ...]:
        """Return what must all hold: the members of the outermost AND, or the whole."""
        return tuple(flattened(self.tree, exp.And))


def flattened(tree: exp.Expr, kind: type[exp.Expr]) -> Iterator[exp.Expr]:
    """Yield the members of a chain of AND or of OR, in their order, brackets within the chain left out."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        bare = node.unnest() if isinstance(node, exp.Paren) else node
        if isinstance(bare, kind):
            waiting += [bare.expression, bare.this]
        else:
            yield node


def read_condition(
    text: str,
    *,
    relation: Relation,
    parameters: Mapping[str, int],
    expects: Type,
    file: str = "",
    place: Place = lambda offset: (1, offset + 1),
) -> Condition:
    """Return the condition that a text says over a relation; `parameters` are its own with the largest value of each.

    `place` tells the line and column of an offset in the text. Raises RuleFaulty.
    """
    return _Reader(text, relation, parameters, file, place).read(expects)


class _Reader:
    def __init__(self, text: str, relation: Relation, parameters: Mapping[str, int], file: str, place: Place) -> None:
        self.text, self.relation, self.file, self.place = text, relation, file, place
        self.bits = {**{name: abs(value).bit_length() for name, value in parameters.items()}, **_MOMENT_BITS}
        self.columns: set[str] = set()
        self.parameters: set[str] = set()

    def read(self, expects: Type) -> Condition:
        tokens, self.asked_at = read_words(self.text, self.relation.columns, self._refuse)
        try:
            trees = sqlglot.parse(self.text, dialect=Language)
            if len(trees) != 1 or trees[0] is None:
                self._refuse(N_("只能写一个条件"), 0)
            tree = trees[0]
            self._spare(tree)
            kind = self._kind(tree)
        except RecursionError:
            self._refuse(TOO_DEEP, 0)
        except SqlglotError as fault:
            self._refuse(N_("不是完整的表达式"), self._offset_of(fault, tokens))
        if kind.type is not expects:
            self._refuse(
                N_("这里应得出{expected}，实际得出{found}"),
                tokens[0].start,
                expected=TYPE_NAMES[expects],
                found=TYPE_NAMES[kind.type],
            )
        return Condition(self.text, tree, kind, frozenset(self.columns), frozenset(self.parameters))

    # --- tree -------------------------------------------------------------------------------------------------------

    def _spare(self, tree: exp.Expr) -> None:
        """Refuse a tree so deep that the engines' own parsers would give up; AND and OR in a row count once."""
        waiting = [(tree, 1)]
        while waiting:
            node, depth = waiting.pop()
            if depth > DEEPEST:
                self._refuse(TOO_DEEP, self._offset(node))
            same = isinstance(node, exp.And | exp.Or)
            for child in node.iter_expressions():
                waiting.append((child, depth if same and type(child) is type(node) else depth + 1))

    def _kind(self, node: exp.Expr) -> Kind:
        """Return what a node gives; refuse every node, and every part of a node, that is not in the language."""
        found = _ALLOWED.get(type(node))
        if found is None:
            self._refuse(N_("不能写“{word}”"), self._offset(node), word=node.sql()[:40])
        parts, read = found
        for name, value in node.args.items():
            # What the parser notes for itself, such as Div.safe or Least.ignore_nulls, comes with no text of its own.
            if name not in parts and value not in (None, False, [], ()) and not _noted(node, name, value):
                self._refuse(N_("不能写“{word}”"), self._offset(node), word=node.sql()[:40])
        kind = read(self, node)
        # Where a sum may need more than 32 bits is asked again when the tree is written for an engine.
        node.meta[BITS] = kind.bits
        return kind

    def column(self, node: exp.Expr) -> Kind:
        identifier = node.this
        if not isinstance(identifier, exp.Identifier) or identifier.quoted:
            self._refuse(N_("列名不加引号"), self._offset(node))
        column = self.relation.columns.get(identifier.name)
        if column is None:
            near = nearest(identifier.name, self.relation.columns)
            self._refuse(
                N_("{relation} 没有列 {name}；相近的有 {near}") if near else N_("{relation} 没有列 {name}"),
                self._offset(node),
                relation=self.relation.name,
                name=identifier.name,
                near=near,
            )
        self.columns.add(column.name)
        return Kind(column.type, _BITS.get(column.unit, _OTHER_BITS), column.nullable)

    def placeholder(self, node: exp.Expr) -> Kind:
        name = node.this
        if not isinstance(name, str) or name not in self.bits:
            near = nearest(str(name), self.bits)
            self._refuse(
                N_("没有参数 :{name}；相近的有 :{near}") if near else N_("没有参数 :{name}；请写在 parameters 下"),
                self._offset(node),
                name=name,
                near=near,
            )
        self.parameters.add(name)
        return Kind(Type.INT, self.bits[name])

    def literal(self, node: exp.Expr) -> Kind:
        if node.is_string:
            return Kind(Type.TEXT)
        bits = int(node.this).bit_length()
        return self._bounded(node, Kind(Type.INT, bits))

    def boolean(self, _: exp.Expr) -> Kind:
        return Kind(Type.BOOL)

    def paren(self, node: exp.Expr) -> Kind:
        return self._kind(node.this)

    def connector(self, node: exp.Expr) -> Kind:
        members = [self._want(member, Type.BOOL) for member in flattened(node, type(node))]
        return Kind(Type.BOOL, nullable=any(member.nullable for member in members))

    def negated(self, node: exp.Expr) -> Kind:
        return self._want(node.this, Type.BOOL)

    def comparison(self, node: exp.Expr) -> Kind:
        left, right = self._kind(node.this), self._kind(node.expression)
        if left.type is not right.type:
            self._refuse(
                N_("{left}不能与{right}比较：{text}"),
                self._offset(node),
                left=TYPE_NAMES[left.type],
                right=TYPE_NAMES[right.type],
                text=node.sql()[:60],
            )
        if isinstance(node, _ORDERED) and left.type is not Type.INT:
            self._refuse(N_("{left}不能比大小，只能用 =、<>、IN"), self._offset(node), left=TYPE_NAMES[left.type])
        if any(isinstance(side, _COMPARISONS) for side in (node.this, node.expression)):
            self._refuse(N_("连续比较须用 AND 或括号写明"), self._offset(node))
        return Kind(Type.BOOL, nullable=left.nullable or right.nullable)

    def is_(self, node: exp.Expr) -> Kind:
        asked = node.expression
        if isinstance(node.this, exp.Is):
            self._refuse(N_("连续比较须用 AND 或括号写明"), self._offset(node))
        if isinstance(asked, exp.Null):
            self._kind(node.this)
        elif isinstance(asked, exp.Boolean):
            self._want(node.this, Type.BOOL)
        else:
            self._refuse(N_("IS 后只能写 NULL、TRUE、FALSE"), self._offset(node))
        return Kind(Type.BOOL)

    def among(self, node: exp.Expr) -> Kind:
        asked = self._kind(node.this)
        for member in node.expressions:
            value = member.this if isinstance(member, exp.Neg) else member
            if not isinstance(value, exp.Literal | exp.Placeholder):
                self._refuse(N_("IN 的括号内只能写数字、文字或参数"), self._offset(member))
            self._want(member, asked.type)
        if not node.expressions:
            self._refuse(N_("IN 的括号内只能写数字、文字或参数"), self._offset(node))
        return Kind(Type.BOOL, nullable=asked.nullable)

    def between(self, node: exp.Expr) -> Kind:
        sides = [self._want(node.args[name], Type.INT) for name in ("this", "low", "high")]
        return Kind(Type.BOOL, nullable=any(side.nullable for side in sides))

    def arithmetic(self, node: exp.Expr) -> Kind:
        left, right = self._want(node.this, Type.INT), self._want(node.expression, Type.INT)
        bits = left.bits + right.bits if isinstance(node, exp.Mul) else max(left.bits, right.bits) + 1
        return self._bounded(node, Kind(Type.INT, bits, left.nullable or right.nullable))

    def modulo(self, node: exp.Expr) -> Kind:
        left, by = self._want(node.this, Type.INT), node.expression
        if not isinstance(by, exp.Literal) or by.is_string or int(by.this) == 0:
            self._refuse(N_("MOD 的除数须是大于零的整数"), self._offset(node))
        return Kind(Type.INT, left.bits, left.nullable)

    def division(self, node: exp.Expr) -> Kind:
        """DIV leaves the rest out, of numbers from zero up; the engines agree on it, as they do not on `/`."""
        left, by = self._want(node.this, Type.INT), node.expression
        if not isinstance(by, exp.Literal) or by.is_string or int(by.this) == 0:
            self._refuse(N_("DIV 的除数须是大于零的整数"), self._offset(node))
        return Kind(Type.INT, left.bits, left.nullable)

    def sign(self, node: exp.Expr) -> Kind:
        return self._want(node.this, Type.INT)

    def several(self, node: exp.Expr) -> Kind:
        """COALESCE, LEAST and GREATEST: two or more of one type; empty only when all are."""
        members = [node.this, *node.expressions]
        if len(members) < 2:
            self._refuse(N_("{name} 至少要两个值"), self._offset(node), name=node.key.upper())
        first = self._kind(members[0])
        wanted = first.type if isinstance(node, exp.Coalesce) else Type.INT
        kinds = [self._want(member, wanted) for member in members]
        return Kind(wanted, max(kind.bits for kind in kinds), all(kind.nullable for kind in kinds))

    def case(self, node: exp.Expr) -> Kind:
        asked = self._kind(node.this) if node.this is not None else Kind(Type.BOOL)
        results = []
        for branch in node.args["ifs"]:
            self._want(branch.this, asked.type)
            results.append(branch.args["true"])
        default = node.args.get("default")
        first = self._kind(results[0])
        kinds = [self._want(result, first.type) for result in ([*results, default] if default else results)]
        nullable = default is None or any(kind.nullable for kind in kinds)
        return Kind(first.type, max(kind.bits for kind in kinds), nullable)

    # --- faults -----------------------------------------------------------------------------------------------------

    def _want(self, node: exp.Expr, wanted: Type) -> Kind:
        kind = self._kind(node)
        if kind.type is not wanted:
            self._refuse(
                N_("“{text}”得出{found}，这里要{expected}"),
                self._offset(node),
                text=node.sql()[:60],
                found=TYPE_NAMES[kind.type],
                expected=TYPE_NAMES[wanted],
            )
        return kind

    def _bounded(self, node: exp.Expr, kind: Kind) -> Kind:
        if kind.bits > MOST_BITS:
            self._refuse(N_("结果可能超出整数范围：{text}"), self._offset(node), text=node.sql()[:60])
        return kind

    def _offset(self, node: exp.Expr) -> int:
        """Return where a node begins in the text: the least place that it or a part of it was read at."""
        found = [part.meta["start"] for part in node.walk() if "start" in part.meta]
        found += [self.asked_at[part.name] for part in node.find_all(exp.Placeholder) if part.name in self.asked_at]
        return min(found, default=0)

    def _offset_of(self, fault: SqlglotError, tokens: list[Token]) -> int:
        errors = getattr(fault, "errors", None) or [{}]
        line, column = errors[0].get("line"), errors[0].get("col")
        return next((token.start for token in tokens if (token.line, token.col) == (line, column)), tokens[-1].start)

    def _refuse(self, reason: str, offset: int, **parts: object) -> NoReturn:
        line, column = self.place(offset)
        raise RuleFaulty(file=self.file, line=line, column=column, reason=reason, **parts)


def _noted(node: exp.Expr, name: str, value: object) -> bool:
    return isinstance(node, exp.Least | exp.Greatest) and name == "ignore_nulls" and value is True


_BINARY = {"this", "expression"}
_ALLOWED: dict[type[exp.Expr], tuple[set[str], Callable[[_Reader, exp.Expr], Kind]]] = {
    exp.Column: ({"this"}, _Reader.column),
    exp.Placeholder: ({"this"}, _Reader.placeholder),
    exp.Literal: ({"this", "is_string"}, _Reader.literal),
    exp.Boolean: ({"this"}, _Reader.boolean),
    exp.Paren: ({"this"}, _Reader.paren),
    exp.And: (_BINARY, _Reader.connector),
    exp.Or: (_BINARY, _Reader.connector),
    exp.Not: ({"this"}, _Reader.negated),
    **dict.fromkeys(_COMPARISONS, (_BINARY, _Reader.comparison)),
    exp.Is: (_BINARY, _Reader.is_),
    exp.In: ({"this", "expressions"}, _Reader.among),
    exp.Between: ({"this", "low", "high"}, _Reader.between),
    **dict.fromkeys((exp.Add, exp.Sub, exp.Mul), (_BINARY, _Reader.arithmetic)),
    exp.Mod: (_BINARY, _Reader.modulo),
    exp.IntDiv: (_BINARY, _Reader.division),
    exp.Neg: ({"this"}, _Reader.sign),
    exp.Abs: ({"this"}, _Reader.sign),
    exp.Coalesce: ({"this", "expressions"}, _Reader.several),
    exp.Least: ({"this", "expressions"}, _Reader.several),
    exp.Greatest: ({"this", "expressions"}, _Reader.several),
    exp.Case: ({"this", "ifs", "default"}, _Reader.case),
}
