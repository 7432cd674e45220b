"""Reads one file of dated law: YAML in, a checked structure out, or a refusal that says where and why.

It stands between a file that a legal officer edits and the code that trusts it. A fault names the file,
the line, the key and the reason, because the reader of that message has the file open in an editor.
"""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_
from yichuang.kernel.yamlnodes import below, repeated_keys

T = TypeVar("T")

# The C loader reads a calendar ten times faster; both give the same nodes and marks.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class FaultyLaw(Refusal):
    """A file of dated law cannot be read as law."""

    sentence = N_("法规数据文件{file}第{line}行（{key}）有误：{reason}")
    remedy = N_("请按该文件开头的说明改正后重新启动；未改正前不能计算期限")


class LawFile:
    """One file of dated law that is being read; it knows the line of every key."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            text = path.read_text(encoding="utf-8-sig")
        except OSError as fault:
            raise FaultyLaw(file=str(path), line=0, key="-", reason=fault.strerror or str(fault)) from None
        except UnicodeDecodeError as fault:
            line = path.read_bytes()[: fault.start].count(b"\n") + 1
            raise FaultyLaw(file=str(path), line=line, key="-", reason=N_("不是 UTF-8 编码")) from None
        try:
            loader = _Loader(text)
            self._root: yaml.Node | None = loader.get_single_node()
            self._data: Any = loader.construct_document(self._root) if self._root is not None else None
        except yaml.MarkedYAMLError as fault:
            mark = fault.problem_mark or fault.context_mark
            reason = fault.problem or str(fault)
            raise FaultyLaw(file=str(path), line=mark.line + 1 if mark else 0, key="-", reason=reason) from None
        except (yaml.YAMLError, ValueError) as fault:
            # 2015-02-30 looks like a date to YAML and is refused by datetime, without a mark.
            raise FaultyLaw(file=str(path), line=self._line_of_fault(text), key="-", reason=str(fault)) from None
        for key, node in repeated_keys(self._root):
            line = node.start_mark.line + 1
            raise FaultyLaw(file=str(path), line=line, key=key, reason=N_("同一键写了两次")) from None

    @staticmethod
    def _line_of_fault(text: str) -> int:
        for number, line in enumerate(text.splitlines(), start=1):
            for year, month, day in re.findall(r"\b(\d{4})-(\d\d)-(\d\d)\b", line):
                try:
                    date(int(year), int(month), int(day))
                except ValueError:
                    return number
        return 0

    def read(self, kind: type[T]) -> T:
        """Return the content as `kind`; raises FaultyLaw at the first key that does not fit."""
        try:
            return msgspec.convert(self._data, type=kind, builtin_types=(date,))
        except msgspec.ValidationError as fault:
            reason, _, path = str(fault).partition(" - at `")
            steps = re.findall(r"\.(\w+)|\[(\d+)\]", path)
            raise self.fault([name or int(index) for name, index in steps], reason) from None

    def fault(self, key: Sequence[str | int], reason: str) -> FaultyLaw:
        """Return the refusal that points at one key, for the caller to raise."""
        node, line = self._root, 1 if self._root is not None else 0
        for step in key:
            found = below(node, step)
            if found is None:
                break
            line, node = found
        return FaultyLaw(file=str(self.path), line=line, key=".".join(map(str, key)) or "-", reason=reason)
