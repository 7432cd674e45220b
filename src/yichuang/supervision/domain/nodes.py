"""YAML nodes of a rule's file: reads one value at a time and keeps every fault with its line and column.

It stands between the text of a file and `rulefile`. A fault does not end the reading: whoever repairs a file sees all
that is wrong with it at once.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, TypeVar

import yaml

from yichuang.kernel.words import N_
from yichuang.kernel.yamlnodes import repeated_keys
from yichuang.supervision.domain.faults import RuleFaulty, RulesFaulty
from yichuang.supervision.domain.spelling import nearest

T = TypeVar("T")

# The C loader reads several times faster; both give the same nodes and marks.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT, _BOOL, _NULL = "tag:yaml.org,2002:int", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null"
_TRUE, _FALSE = {"true", "yes", "on"}, {"false", "no", "off"}
_BLOCK = {"|", ">"}
LARGEST = 60_000
# More choices than these help nobody; then only those that are spelt alike are named.
MOST_LISTED = 15


class Nodes:
    """One file that is being read; `faults` grows as it is."""

    def __init__(self, text: str, *, file: str) -> None:
        self.file = file
        self.faults: list[RuleFaulty] = []
        self._lines = text.replace("\r\n", "\n").split("\n")
        self.root = self._compose("\n".join(self._lines))

    def _compose(self, text: str) -> yaml.Node:
        if len(text) > LARGEST:
            raise self._faulty(N_("文件超过{largest}个字符"), 1, 1, largest=LARGEST)
        try:
            # An alias may make a small text a huge tree, and a rule has no use for one.
            if "&" in text and any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, _Loader)):
                raise self._faulty(N_("不能使用 YAML 的别名（&、*）"), 1, 1)
            root: yaml.Node | None = _Loader(text).get_single_node()
        except yaml.MarkedYAMLError as fault:
            mark = fault.problem_mark or fault.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            raise self._faulty(N_("不是 YAML：{problem}"), line, column, problem=str(fault.problem)) from None
        except yaml.YAMLError as fault:
            raise self._faulty(N_("不是 YAML：{problem}"), 1, 1, problem=str(fault)) from None
        except RecursionError:
            raise self._faulty(N_("不是 YAML：{problem}"), 1, 1, problem="recursion") from None
        if root is None:
            raise self._faulty(N_("文件是空的"), 1, 1)
        for key, node in repeated_keys(root):
            self.refuse(node, N_("{key} 写了两次"), key=key)
        return root

    def _faulty(self, reason: str, line: int, column: int, **parts: object) -> RulesFaulty:
        return RulesFaulty(faults=[self._fault(reason, line, column, **parts)])

    def _fault(self, reason: str, line: int, column: int, **parts: object) -> RuleFaulty:
        return RuleFaulty(file=self.file, line=line, column=column, reason=reason, **parts)

    def refuse(self, node: yaml.Node, reason: str, **parts: object) -> None:
        """Note a fault at the place where a node begins."""
        mark = node.start_mark
        self.faults.append(self._fault(reason, mark.line + 1, mark.column + 1, **parts))

    def check(self) -> None:
        """Return if nothing is wrong; else raise RulesFaulty with all that is."""
        if self.faults:
            raise RulesFaulty(faults=self.faults)

    # --- values -----------------------------------------------------------------------------------------------------

    def mapping(
        self, node: yaml.Node, *, needed: tuple[str, ...] = (), allowed: tuple[str, ...] = ()
    ) -> dict[str, yaml.Node]:
        """Return the nodes of a mapping by key, in the file's order; notes what is missing and what is unknown."""
        if not isinstance(node, yaml.MappingNode):
            self.refuse(node, N_("这里应是若干“键: 值”"))
            return {}
        found = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.refuse(key, N_("键须是文字"))
            elif (needed or allowed) and key.value not in (*needed, *allowed):
                self.refuse(
                    key, N_("不认识的键 {key}；可用的有 {known}"), key=key.value, known=", ".join((*needed, *allowed))
                )
            else:
                found[key.value] = value
        for key in needed:
            if key not in found:
                self.refuse(node, N_("缺少 {key}"), key=key)
        return found

    def sequence(self, node: yaml.Node) -> list[yaml.Node]:
        """Return the nodes of a list."""
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        self.refuse(node, N_("这里应是一个列表"))
        return []

    def text(self, node: yaml.Node) -> str:
        """Return a text that is not empty, without its outer spaces."""
        if isinstance(node, yaml.ScalarNode) and node.tag != _NULL and node.value.strip():
            return str(node.value).strip()
        self.refuse(node, N_("这里应是文字，不能为空"))
        return ""

    def number(self, node: yaml.Node) -> int:
        """Return an integer, written in plain figures."""
        if isinstance(node, yaml.ScalarNode) and node.tag == _INT:
            try:
                return int(node.value)
            except ValueError:
                pass
        self.refuse(node, N_("这里应是整数"))
        return 0

    def flag(self, node: yaml.Node) -> bool:
        """Return a yes or no."""
        if isinstance(node, yaml.ScalarNode) and node.tag == _BOOL:
            return node.value.lower() in _TRUE
        self.refuse(node, N_("这里应是 true 或 false"))
        return False

    def is_null(self, node: yaml.Node) -> bool:
        """Return whether nothing is written here."""
        return isinstance(node, yaml.ScalarNode) and node.tag == _NULL

    def day(self, node: yaml.Node) -> date:
        """Return a date."""
        try:
            return date.fromisoformat(node.value if isinstance(node, yaml.ScalarNode) else "")
        except ValueError:
            self.refuse(node, N_("这里应是日期，如 2015-03-18"))
            return date.min

    def one_of(self, node: yaml.Node, choices: dict[str, T]) -> T | None:
        """Return what the text names among the choices."""
        written = self.text(node)
        if written and written not in choices:
            if len(choices) <= MOST_LISTED:
                self.refuse(node, N_("没有“{word}”；可用的有 {known}"), word=written, known=", ".join(choices))
            elif near := nearest(written, choices):
                self.refuse(node, N_("没有“{word}”；相近的有 {known}"), word=written, known=near)
            else:
                self.refuse(node, N_("没有“{word}”"), word=written)
        return choices.get(written)

    def place_in(self, node: yaml.Node) -> Callable[[int], tuple[int, int]]:
        """Return how an offset in a scalar's value, without its outer spaces, maps to line and column of the file.

        Folding only turns line ends into spaces: the letters that show come in the same order in both.
        """
        value = str(node.value).strip()
        shown = self._shown(node)
        places: list[tuple[int, int]] = []
        last = (node.start_mark.line + 1, node.start_mark.column + 1)
        for letter in value:
            if not letter.isspace():
                # A doubled quote or a backslash stands in the file only.
                last = next((place for place, found in shown if found == letter), last)
            places.append(last)
        places.append((last[0], last[1] + 1))
        return lambda offset: places[min(max(offset, 0), len(places) - 1)]

    def _shown(self, node: yaml.Node) -> Iterator[tuple[tuple[int, int], str]]:
        start, end = node.start_mark, node.end_mark
        first = start.line + (getattr(node, "style", None) in _BLOCK)
        for number in range(first, min(end.line + 1, len(self._lines))):
            line = self._lines[number]
            begin = start.column if number == start.line else 0
            stop = end.column if number == end.line else len(line)
            for column in range(begin, stop):
                if not line[column].isspace():
                    yield (number + 1, column + 1), line[column]
