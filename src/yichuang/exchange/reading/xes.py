"""XES (IEEE 1849): event logs, one trace a case. Read as a stream; a log of any size takes little memory.

Document types, entities and external references are refused: no log needs them. Attributes inside
attributes get a path for their name (`parent/child`), a repeated key a number (`key#2`).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from yichuang.exchange.domain.records import Record, Row
from yichuang.exchange.domain.refusals import FileBroken, FileForbidden, WrongFormat
from yichuang.exchange.reading.source import opened
from yichuang.kernel.words import N_

_ROOT = "log"


class XesSource:
    """One log."""

    encoding = "utf-8"

    def __init__(self, path: Path) -> None:
        self.path = path
        self._case: set[str] = set()
        self._events: set[str] = set()

    def survey(self) -> int:
        """Return the number of traces; raises FileBroken, FileForbidden, WrongFormat, FileEmpty."""
        count = 0
        for record in self.records():
            count += 1
            self._case.update(record.case)
            for one in record.events:
                self._events.update(one.values)
        return count

    def columns(self) -> tuple[set[str], set[str]]:
        """Return the keys of traces and of events that occur in the log."""
        return self._case, self._events

    def records(self) -> Iterator[Record]:
        """Yield the traces; `row` is the trace's number in the log, an event's `row` its number in the trace."""
        with opened(self.path) as file:
            try:
                yield from self._traces(file)
            except ParseError as error:
                line, column = error.position
                where = f"XML {line}:{column}"
                raise FileBroken(file=self.path.name, where=where, reason=_plain(error)) from None
            except DefusedXmlException as error:
                reason = _FORBIDDEN.get(type(error).__name__, str(error))
                raise FileForbidden(file=self.path.name, where="XML", reason=reason) from None

    def _traces(self, file: Any) -> Iterator[Record]:
        number, root = 0, None
        for happened, element in iterparse(file, events=("start", "end"), forbid_dtd=True):
            tag = element.tag.rpartition("}")[2]
            if root is None:
                root = element
                if tag != _ROOT:
                    raise WrongFormat(file=self.path.name, format="XES", reason=N_("根元素不是log"))
            if happened == "end" and tag == "trace":
                number += 1
                yield _record(number, element)
                # The root would otherwise keep every trace alive.
                root.clear()


_FORBIDDEN = {
    "DTDForbidden": N_("文档类型定义（DTD）"),
    "EntitiesForbidden": N_("实体定义"),
    "ExternalReferenceForbidden": N_("外部引用"),
}


def _plain(error: ParseError) -> str:
    return str(error).partition(":")[0]


def _record(number: int, trace: Element) -> Record:
    case: dict[str, str] = {}
    events: list[Row] = []
    for child in trace:
        if child.tag.rpartition("}")[2] == "event":
            values: dict[str, str] = {}
            for attribute in child:
                _take(attribute, values, "")
            events.append(Row(len(events) + 1, values))
        else:
            _take(child, case, "")
    return Record(number, case, tuple(events))


def _take(attribute: Element, into: dict[str, str], above: str) -> None:
    key = attribute.get("key")
    if key is None:
        return
    name = f"{above}{key}"
    repeated = 2
    while name in into:
        name = f"{above}{key}#{repeated}"
        repeated += 1
    into[name] = attribute.get("value", "")
    for child in attribute:
        _take(child, into, f"{name}/")
