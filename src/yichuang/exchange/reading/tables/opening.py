"""Opening: the right reader for a mapping or for an address."""

import os
from collections.abc import Mapping
from pathlib import Path

from yichuang.exchange.domain import mapping as m
from yichuang.exchange.reading.opening import named_columns
from yichuang.exchange.reading.tables.contract import TableReader
from yichuang.exchange.reading.tables.database import DatabaseReader
from yichuang.exchange.reading.tables.environment import expand, expand_url
from yichuang.exchange.reading.tables.http import HttpReader
from yichuang.exchange.reading.tables.refusals import AddressFaulty, FolderMissing
from yichuang.exchange.reading.tables.xml import XmlReader
from yichuang.kernel.words import N_


def open_tables(mapping: m.Mapping, *, environ: Mapping[str, str] = os.environ) -> TableReader:
    """Return the reader of a mapping's source; `environ` fills `${NAME}`. Refuses with a SourceRefusal."""
    connection = mapping.connection
    if mapping.format == "http":
        return HttpReader(connection, mapping.tables.values(), environ=environ)
    if mapping.format == "xml":
        folder = _folder(expand(connection.folder or connection.url, environ))
        return XmlReader(
            folder,
            pattern=connection.pattern,
            charset=connection.charset,
            names=_columns(mapping),
            settle_seconds=connection.settle_seconds,
        )
    return DatabaseReader(
        expand_url(connection.url, environ),
        schema=connection.db_schema,
        charset=connection.charset,
        timeout_seconds=connection.timeout_seconds,
        names=_columns(mapping),
    )


def open_tables_at(url: str, *, environ: Mapping[str, str] = os.environ) -> TableReader:
    """Return the reader of a source that has no mapping yet: a database URL, a SQLite file, a folder or file of XML
    messages. Refuses with a SourceRefusal.
    """
    if "://" in url or url.strip().startswith("${"):
        return DatabaseReader(expand_url(url, environ))
    path = Path(url).expanduser()
    if path.suffix.lower() in {".db", ".sqlite", ".sqlite3"} and path.is_file():
        return DatabaseReader(expand_url(f"sqlite:///{path}", environ))
    if path.is_dir() or path.suffix.lower() == ".xml":
        return XmlReader(_folder(url))
    raise AddressFaulty(source=url, reason=N_("不是数据库地址，也不是XML文件或文件夹"))


def _columns(mapping: m.Mapping) -> set[str]:
    """Return the columns as the mapping writes them: sources write large and small letters as they like."""
    found = {column for _path, column, _of_event in named_columns(mapping)}
    for table in mapping.tables.values():
        found.update((*table.order, table.case, table.operation, table.batch, table.changed))
    return found - {""}


def _folder(text: str) -> Path:
    path = Path(text.removeprefix("file://")).expanduser()
    if not path.exists():
        raise FolderMissing(source=str(path), reason=N_("没有这个文件夹"))
    return path
