"""What a condition still asks of time once a case is closed: nothing, if all it asks of today hangs on its being open.

The tick would otherwise judge every case that was ever closed, each working day, by every rule that names today.
"""

from collections.abc import Callable

from sqlglot import exp

# A closed case has both.
CLOSED_COLUMNS = frozenset({"ended_wd", "closed_wd", "closed_s"})


def moment_names_when_closed(tree: exp.Expr) -> set[str]:
    """Return the parameters that a condition still asks for when the case is closed."""
    left = _settle(tree)
    return {node.name for node in left.find_all(exp.Placeholder)} if isinstance(left, exp.Expr) else set()


def _settle(node: exp.Expr) -> exp.Expr | bool:
    """Return a node with all that is known of a closed case filled in, or the truth it comes to."""
    bare = node.unnest() if isinstance(node, exp.Paren) else node
    if isinstance(bare, exp.Boolean):
        return bool(bare.this)
    read = _READERS.get(type(bare))
    return read(bare) if read is not None else _rebuilt(bare)


def _settle_is(node: exp.Expr) -> exp.Expr | bool:
    if isinstance(node.expression, exp.Null) and _is_filled(node.this):
        return False
    return _rebuilt(node)


def _settle_not(node: exp.Expr) -> exp.Expr | bool:
    found = _settle(node.this)
    return not found if isinstance(found, bool) else exp.Not(this=found)


def _is_filled(node: exp.Expr) -> bool:
    bare = node.unnest() if isinstance(node, exp.Paren) else node
    return isinstance(bare, exp.Column) and bare.name in CLOSED_COLUMNS


def _settle_chain(node: exp.Expr) -> exp.Expr | bool:
    deciding = isinstance(node, exp.Or)
    left: list[exp.Expr] = []
    for side in (node.this, node.expression):
        found = _settle(side)
        if found is deciding:
            return deciding
        if isinstance(found, exp.Expr):
            left.append(found)
    if not left:
        return not deciding
    return left[0] if len(left) == 1 else type(node)(this=left[0], expression=left[1])


def _settle_coalesce(node: exp.Expr) -> exp.Expr:
    members: list[exp.Expr] = []
    for member in (node.this, *node.expressions):
        members.append(_as_node(_settle(member)))
        if _is_filled(member):
            break
    return members[0] if len(members) == 1 else exp.Coalesce(this=members[0], expressions=members[1:])


def _settle_case(node: exp.Expr) -> exp.Expr | bool:
    if node.this is not None:
        return _rebuilt(node)
    branches: list[exp.Expr] = []
    default = node.args.get("default")
    for branch in node.args["ifs"]:
        asked = _settle(branch.this)
        if asked is True:
            default = branch.args["true"]
            break
        if isinstance(asked, exp.Expr):
            branches.append(exp.If(this=asked, true=_as_node(_settle(branch.args["true"]))))
    last = _settle(default) if default is not None else exp.Null()
    return exp.Case(ifs=branches, default=_as_node(last)) if branches else last


def _rebuilt(node: exp.Expr) -> exp.Expr:
    def part(value: object) -> object:
        if isinstance(value, list):
            return [part(one) for one in value]
        return _as_node(_settle(value)) if isinstance(value, exp.Expr) else value

    if isinstance(node, exp.Column | exp.Placeholder | exp.Literal):
        return node.copy()
    return type(node)(**{name: part(value) for name, value in node.args.items()})


def _as_node(found: exp.Expr | bool) -> exp.Expr:
    return exp.Boolean(this=found) if isinstance(found, bool) else found


_READERS: dict[type[exp.Expr], Callable[[exp.Expr], exp.Expr | bool]] = {
    exp.Is: _settle_is,
    exp.Not: _settle_not,
    exp.And: _settle_chain,
    exp.Or: _settle_chain,
    exp.Coalesce: _settle_coalesce,
    exp.Case: _settle_case,
}
