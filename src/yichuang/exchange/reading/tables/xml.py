"""XML: messages of packages with a head and a body, in one file or in a drop folder, as rows of tables.

A row is an element with the table's name (or with that name in its attribute `name`) that holds its columns as
children, or holds rows that do. Attributes become columns `@x`, the leaves of the head `Head.X`. Names are
compared without their namespace and without regard to case.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import Element

from yichuang.exchange.domain import mapping as m
from yichuang.exchange.domain.faults import Fault, fault_of, nearest
from yichuang.exchange.domain.refusals import FileBroken, Undecodable
from yichuang.exchange.reading.tables import contract as c
from yichuang.exchange.reading.tables.folder import ReadyFile, list_ready
from yichuang.exchange.reading.tables.messages import BROKEN, decode, messages
from yichuang.exchange.reading.tables.refusals import TableMissing
from yichuang.exchange.reading.tables.rows import as_row
from yichuang.kernel.words import N_

LARGEST = 64 << 20
_FILES_LOOKED_AT = 50
_HEADS = frozenset({"head", "header"})


class _Found(NamedTuple):
    """One row of a file, or one message that is none."""

    table: str
    values: dict[str, str]
    faults: tuple[Fault, ...] = ()


class XmlReader:
    """One file or one drop folder of messages. Its position is when the file came, its name, the row's number."""

    def __init__(
        self,
        place: Path,
        *,
        pattern: str = "",
        charset: str = "",
        names: Iterable[str] = (),
        now: Callable[[], float] = time.time,
        settle_seconds: float | None = None,
    ) -> None:
        self.place, self._pattern, self._charset = place, pattern or "*.xml", charset
        self._spelt = {name.casefold(): name for name in names}
        self._now, self._settle = now, settle_seconds
        self._running: dict[str, tuple[c.Position, Iterator[c.SourceRow]]] = {}

    def shapes(self) -> tuple[c.TableShape, ...]:
        """Return what the newest files hold; every column is text."""
        columns: dict[str, dict[str, None]] = {}
        rows: Counter[str] = Counter()
        for found in self._newest():
            columns.setdefault(found.table, {}).update(dict.fromkeys(found.values))
            rows[found.table] += 1
        return tuple(
            c.TableShape(name, tuple(c.ColumnShape(one, c.TEXT) for one in columns[name]), rows[name])
            for name in sorted(columns)
        )

    def require(self, mapping: m.Mapping) -> None:
        """Refuse with TableMissing when files are there and none of them has a row of the main table.

        Messages carry what happened: any other table may well be absent today.
        """
        shapes = [shape.name for shape in self.shapes()]
        for table in mapping.tables.values():
            if table.main and shapes and table.name.casefold() not in {name.casefold() for name in shapes}:
                close = nearest(table.name, shapes) or "—"
                existing = "、".join(shapes)
                raise TableMissing(source=str(self.place), table=table.name, existing=existing, nearest=close)

    def changed(self, table: m.Table, *, after: c.Position, limit: int) -> list[c.SourceRow]:
        """Return the rows behind a position; messages that cannot be read come as rows of the main table."""
        stopped = self._running.pop(table.name, None)
        rows = stopped[1] if stopped is not None and stopped[0] == after else self._behind(table, after)
        page = list(islice(rows, limit))
        if page:
            # A page further on goes on in the same file: it is not read again from its beginning.
            self._running[table.name] = (page[-1].position, rows)
        return page

    def sample(self, name: str, *, limit: int) -> list[dict[str, str]]:
        """Return some rows of the newest files."""
        wanted = (found.values for found in self._newest() if found.table.casefold() == name.casefold())
        return list(islice(wanted, limit))

    def count(self, name: str) -> int | None:  # noqa: ARG002 - the contract's; no message knows
        """Return None: only reading everything would tell."""
        return None

    def close(self) -> None:
        """Forget where reading stopped."""
        self._running.clear()

    def _behind(self, table: m.Table, after: c.Position) -> Iterator[c.SourceRow]:
        for file in self._files():
            came = (f"{file.changed_ns:020d}", file.name)
            if after and came < after[:2]:
                continue
            for number, found in enumerate(self._of_table(file, table), start=1):
                position = (*came, f"{number:09d}")
                if position > after:
                    yield as_row(table, found.values, position=position, faults=found.faults)

    def _of_table(self, file: ReadyFile, table: m.Table) -> Iterator[_Found]:
        name = table.name.casefold()
        known = _HOLDINGS.get((str(file.path), file.changed_ns))
        if known is not None and name not in known and not (table.main and "" in known):
            return
        for found in self._rows(file, only=name):
            if found.table.casefold() == name or (table.main and not found.table):
                yield found

    def _files(self) -> tuple[ReadyFile, ...]:
        if self.place.is_file():
            state = self.place.stat()
            return (ReadyFile(self.place, self.place.name, state.st_size, state.st_ctime_ns),)
        return list_ready(self.place, pattern=self._pattern, now=self._now(), settle_seconds=self._settle)

    def _newest(self) -> Iterator[_Found]:
        for file in reversed(self._files()[-_FILES_LOOKED_AT:]):
            yield from (found for found in self._rows(file, only="") if found.table)

    def _rows(self, file: ReadyFile, *, only: str) -> Iterator[_Found]:
        """Yield the rows of a file, of all tables or of one; a message that is broken comes without a table."""
        try:
            if file.size > LARGEST:
                raise OSError(N_("文件超过64MiB"))
            raw = file.path.read_bytes()
        except OSError as error:
            refusal = FileBroken(file=file.name, where="XML", reason=error.strerror or str(error))
            yield _Found("", {"@file": file.name}, (fault_of(refusal),))
            return
        decoded = decode(raw, charset=self._charset)
        holding: set[str] = set()
        for message in messages(decoded.text, name=file.name):
            if message.root is None:
                assert message.fault is not None
                values = {"@file": file.name, "@line": str(message.line), "@text": message.text}
                holding.add("")
                yield _Found("", values, (message.fault,))
                continue
            for name, values in _records(message.root, only, holding):
                named = {self._spelt.get(key.casefold(), key): value for key, value in values.items()}
                faults = _undecodable(named, decoded.encoding) if decoded.broken else ()
                yield _Found(name, named, faults)
        if len(_HOLDINGS) >= _MOST_HOLDINGS:
            _HOLDINGS.clear()
        _HOLDINGS[str(file.path), file.changed_ns] = frozenset(holding)


# Which tables a file holds, as far as it was read to its end: a table that is seldom used need not have every file
# since its last row opened again at each pass.
_HOLDINGS: dict[tuple[str, int], frozenset[str]] = {}
_MOST_HOLDINGS = 100_000


def _undecodable(values: dict[str, str], encoding: str) -> tuple[Fault, ...]:
    broken = [name for name, value in values.items() if BROKEN in value]
    return tuple(fault_of(Undecodable(encoding=encoding), field=name, value=values[name]) for name in broken)


def _records(root: Element, only: str, holding: set[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield (table, columns) of every row of a message, of one table if so asked; notes all tables that it holds."""
    head: dict[str, str] = {}
    for element in root:
        if _local(element).casefold() in _HEADS:
            head |= {f"Head.{_local(leaf)}": _text(leaf) for leaf in element.iter() if len(leaf) == 0}
    for element, name in _rows_of(root):
        holding.add(name.casefold())
        if not only or name.casefold() == only:
            yield name, {**head, **_columns(element)}


def _rows_of(root: Element) -> Iterator[tuple[Element, str]]:
    """Yield every element that holds columns, with its table's name: its own, or that of what holds the rows."""
    stack: list[tuple[Element, str]] = [(root, "")]
    while stack:
        element, above = stack.pop()
        own = _local(element)
        name = element.get("name") or element.get("Name") or element.get("table") or own
        if _is_row(element):
            yield element, above if above and own.casefold() in _ROWS else name
        else:
            inside = [child for child in element if _local(child).casefold() not in _HEADS]
            stack += [(child, name) for child in reversed(inside) if len(child) or child.attrib]


_ROWS = frozenset({"row", "record", "item", "data", "rows", "records", "items"})


def _is_row(element: Element) -> bool:
    if not len(element):
        # As databases' own exports write it: <row a="1" b="2"/>.
        return len(element.attrib) > 1
    return not any(len(child) or (len(child.attrib) > 1 and not child.text) for child in element)


def _columns(element: Element) -> dict[str, str]:
    """Return the columns of a row; one that stands twice gets a number behind its name."""
    columns = {f"@{name.rpartition('}')[2]}": value for name, value in element.attrib.items()}
    for child in element:
        name = base = _local(child)
        number = 2
        while name in columns:
            name = f"{base}#{number}"
            number += 1
        text = _text(child)
        if text or child.get(_NIL) != "true":
            columns[name] = text
    return columns


_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


def _local(element: Element) -> str:
    # Comments and processing instructions are not kept by the parser: every tag is a text.
    return element.tag.rpartition("}")[2]


def _text(element: Element) -> str:
    return (element.text or "").strip()
