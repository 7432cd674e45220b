"""Database readers on real servers: nothing lost, nothing twice, every value the text that its source means."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mssql, oracle

from yichuang.exchange.domain import mapping as m
from yichuang.exchange.reading.tables import contract as c
from yichuang.exchange.reading.tables import database
from yichuang.exchange.reading.tables.contract import SourceRow
from yichuang.exchange.reading.tables.database import DatabaseReader
from yichuang.exchange.reading.tables.dictionaries import read_dictionaries
from yichuang.exchange.reading.tables.keyset import KeyColumn, behind
from yichuang.exchange.reading.tables.opening import open_tables, open_tables_at
from yichuang.exchange.reading.tables.refusals import (
    AddressFaulty,
    DictionaryTooLarge,
    DriverMissing,
    SourceBusy,
    SourceRefused,
    SourceUnreachable,
    TableColumnMissing,
    TableMissing,
    VariableMissing,
)

pytestmark = pytest.mark.once

ACCEPT = m.Table(name="accept", main=True, key=("guid",), case="number", cursor=("changed",), operation="flag")
SERVERS = ("sqlite", "mariadb", "postgres")


@pytest.fixture(params=SERVERS)
def url(request: pytest.FixtureRequest, tmp_path: Path, new_database: Callable[[str], str]) -> str:
    """An empty database of each kind."""
    return f"sqlite:///{tmp_path / 'county.db'}" if request.param == "sqlite" else new_database(request.param)


@pytest.fixture
def run(url: str) -> Iterator[Callable[..., None]]:
    """Runs statements as the county's own system would."""
    engine = sa.create_engine(url)

    def execute(*statements: str) -> None:
        with engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    yield execute
    engine.dispose()


def reader(url: str, **more: str) -> DatabaseReader:
    return DatabaseReader(sa.make_url(url), **more)  # type: ignore[arg-type]


def read_all(
    source: DatabaseReader, table: m.Table = ACCEPT, *, limit: int = 7, after: c.Position = ()
) -> list[SourceRow]:
    """Read page after page, as the connector does."""
    found: list[SourceRow] = []
    while page := source.changed(table, after=after, limit=limit):
        found += page
        after = page[-1].position
        assert len(found) < 10_000, "a position does not lead on"
    return found


MAKE = "CREATE TABLE accept (guid VARCHAR(40), number VARCHAR(40), changed {time}, flag CHAR(4), amount DECIMAL(12, 2))"


def time_type(url: str) -> str:
    return "TIMESTAMP" if url.startswith("postgresql") else "DATETIME"


def test_every_row_comes_once_in_order_though_many_were_written_in_the_same_second(
    url: str, run: Callable[..., None]
) -> None:
    run(MAKE.format(time=time_type(url)))
    rows = [f"('g{n:03d}', 'P{n // 3}', '2015-03-0{n // 25 + 1} 10:00:00', 'I', {n}.50)" for n in range(100)]
    run(f"INSERT INTO accept VALUES {', '.join(reversed(rows))}")
    found = read_all(reader(url))
    assert [row.key for row in found] == [f"g{n:03d}" for n in range(100)]
    assert found[4].values == {
        "guid": "g004", "number": "P1", "changed": found[0].values["changed"], "flag": "I", "amount": "4.50",
    } or url.startswith("sqlite")  # fmt: skip
    assert found[0].values["changed"].startswith("2015-03-01 10:00:00")
    assert (found[4].case, found[4].operation) == ("P1", "I")
    assert reader(url).count("accept") == 100


def test_rows_without_a_time_and_rows_that_differ_in_letters_case_only_are_not_lost(
    url: str, run: Callable[..., None]
) -> None:
    run(MAKE.format(time=time_type(url)))
    twins = [
        f"('{name}', 'P', '2015-03-01 10:00:00', 'I', 1)" for n in range(20) for name in (f"k{n:02d}", f"K{n:02d}")
    ]
    blank = [f"('n{n:02d}', 'P', NULL, 'I', 1)" for n in range(15)]
    run(f"INSERT INTO accept VALUES {', '.join(twins + blank)}")
    source = reader(url)
    found = read_all(source, limit=3)
    keys = [row.key for row in found]
    assert len(keys) == len(set(keys)) == 55
    assert keys[:15] == [f"n{n:02d}" for n in range(15)]
    # One more without a time, when everything else has been read: it comes with the next row that has one.
    run("INSERT INTO accept VALUES ('n99', 'P', NULL, 'I', 1), ('z', 'P', '2015-03-02 10:00:00', 'I', 1)")
    assert {row.key for row in read_all(reader(url), after=found[-1].position)} >= {"n99", "z"}
    assert read_all(source, after=found[-1].position)[-1].position[0].startswith("2015-03-02")


def test_each_kind_of_number_and_text_is_the_text_that_the_source_means(url: str, run: Callable[..., None]) -> None:
    zoned = {"postgresql": "TIMESTAMPTZ", "mysql": "TIMESTAMP NULL", "sqlite": "TIMESTAMP"}[
        url.partition("+")[0].partition(":")[0]
    ]
    run(
        "CREATE TABLE odd (guid CHAR(8) PRIMARY KEY, big BIGINT, tiny DECIMAL(20, 10), day DATE,"
        f" at {zoned}, note TEXT, blank VARCHAR(9))"
    )
    at = "2015-03-01 02:00:00+00" if url.startswith("postgresql") else "2015-03-01 02:00:00"
    if url.startswith("mysql"):
        run("SET time_zone = '+00:00'")
    run(f"INSERT INTO odd VALUES ('a', 9007199254740993, 0.0000000001, '2015-03-01', '{at}', '㛃林 ''x''', NULL)")
    (row,) = read_all(reader(url), m.Table(name="odd", key=("guid",), cursor=("big",)))
    assert "blank" not in row.values
    assert (row.key, row.values["big"], row.values["day"]) == ("a", "9007199254740993", "2015-03-01")
    assert row.values["tiny"] == "0.0000000001"
    assert row.values["note"] == "㛃林 'x'"
    assert row.values["at"].startswith("2015-03-01 02:00:00")
    if not url.startswith("sqlite"):
        assert row.values["at"].endswith(("+00", "+00:00"))


def test_the_reader_cannot_write_whatever_it_is_asked(url: str, run: Callable[..., None]) -> None:
    run(MAKE.format(time=time_type(url)))
    source = reader(url)
    assert read_all(source) == []
    with pytest.raises(sa.exc.SQLAlchemyError), source._data.connect() as connection:
        connection.exec_driver_sql("INSERT INTO accept (guid) VALUES ('x')")


def test_names_and_positions_are_never_part_of_a_statement(url: str, run: Callable[..., None]) -> None:
    mark = "`" if url.startswith("mysql") else '"'
    name = "a'; DROP TABLE accept; --"
    run(
        MAKE.format(time=time_type(url)),
        f"CREATE TABLE {mark}{name}{mark} (guid VARCHAR(99), {mark}表 名{mark} INT)",
    )
    run(f"INSERT INTO {mark}{name}{mark} VALUES ('x'' OR 1=1 --', 1), (':b ?', 2)")
    table = m.Table(name=name, key=("guid",), cursor=("表 名",))
    source = reader(url)
    assert [row.values["guid"] for row in read_all(source, table, limit=1)] == ["x' OR 1=1 --", ":b ?"]
    assert source.changed(m.Table(name="accept", key=("guid",)), after=("' OR ''='",), limit=9) == []
    assert {shape.name for shape in source.shapes()} == {name, "accept"}


def test_what_is_missing_is_named_with_what_is_nearest(url: str, run: Callable[..., None]) -> None:
    run(MAKE.format(time=time_type(url)))
    source = reader(url)
    with pytest.raises(TableMissing, match="accept"):
        source.changed(m.Table(name="acept", key=("guid",)), after=(), limit=1)
    assert source.changed(m.Table(name="acept", key=("guid",), optional=True), after=(), limit=1) == []
    with pytest.raises(TableColumnMissing, match="changed"):
        source.require(m.Mapping(tables={"accept": m.Table(name="accept", key=("guid",), cursor=("change",))}))
    shape = next(shape for shape in source.shapes() if shape.name == "accept")
    kinds = {column.name: column.kind for column in shape.columns}
    assert (kinds["guid"], kinds["changed"], kinds["amount"]) == (c.TEXT, c.INSTANT, c.NUMBER)


def test_a_source_without_server_password_or_right_says_so_and_no_password(mariadb_url: str, tmp_path: Path) -> None:
    wrong = sa.make_url(mariadb_url).set(password="geheim-7")
    with pytest.raises(SourceRefused) as refused:
        DatabaseReader(wrong).shapes()
    assert "geheim-7" not in refused.value.explain()
    gone = sa.make_url(mariadb_url).set(query={"unix_socket": str(tmp_path / "none")})
    with pytest.raises(SourceUnreachable):
        DatabaseReader(gone).shapes()
    with pytest.raises(SourceUnreachable, match="没有这个文件"):
        reader(f"sqlite:///{tmp_path / 'none.db'}")
    with pytest.raises(DriverMissing):
        reader("db2://host/x")


def test_a_statement_that_takes_too_long_is_given_up(postgres_url: str) -> None:
    source = DatabaseReader(sa.make_url(postgres_url), timeout_seconds=1)
    slow = "CREATE OR REPLACE VIEW slow AS SELECT 'a'::text AS guid, pg_sleep(30)::text AS said"
    engine = sa.create_engine(postgres_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(slow)
    engine.dispose()
    with pytest.raises(SourceBusy):
        source.changed(m.Table(name="slow", key=("guid",)), after=(), limit=1)


# Per server: a time with a zone, and what cuts every connection of a database but one's own.
CUTS = {
    "mariadb": (
        "TIMESTAMP NULL",
        "SELECT CONCAT('KILL ', id) FROM information_schema.processlist"
        " WHERE db = DATABASE() AND id <> CONNECTION_ID()",
    ),
    "postgres": (
        "TIMESTAMPTZ",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    ),
}


@pytest.mark.parametrize("server", list(CUTS))
def test_a_connection_cut_between_two_pages_is_made_anew_and_zoned_times_lead_on(
    server: str, new_database: Callable[[str], str]
) -> None:
    url = new_database(server)
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    kind, cut = CUTS[server]
    found: list[SourceRow] = []
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE TABLE t (guid INT PRIMARY KEY, at {kind})")
        rows = ", ".join(f"({n}, '2015-03-01 10:00:{n // 2:02d}')" for n in range(40))
        connection.exec_driver_sql(f"INSERT INTO t VALUES {rows}")
        source, table = reader(url), m.Table(name="t", key=("guid",), cursor=("at",))
        while page := source.changed(table, after=found[-1].position if found else (), limit=3):
            found += page
            for (statement,) in connection.exec_driver_sql(cut).all():
                if server == "mariadb":
                    connection.exec_driver_sql(statement)
        source.close()
    engine.dispose()
    assert [row.key for row in found] == [str(n) for n in range(40)]


def test_gb18030_in_columns_that_say_latin1_is_read_as_what_it_is(new_database: Callable[[str], str]) -> None:
    url = new_database("mariadb")
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE t (guid INT PRIMARY KEY, name VARCHAR(90) CHARACTER SET latin1, z DATE)"
        )
        raw = "镕㛃𬱖".encode("gb18030")
        connection.execute(sa.text("INSERT INTO t VALUES (1, :raw, '2015-01-01')"), {"raw": raw})
        connection.exec_driver_sql("SET sql_mode = ''")
        connection.exec_driver_sql("INSERT INTO t VALUES (2, 'x', '0000-00-00')")
    engine.dispose()
    one, other = read_all(reader(url, charset="gb18030"), m.Table(name="t", key=("guid",)))
    assert one.values == {"guid": "1", "name": "镕㛃𬱖", "z": "2015-01-01"}
    assert other.values["z"] == "0000-00-00"


def test_a_password_with_any_character_comes_from_the_environment(mariadb_url: str) -> None:
    url = sa.make_url(mariadb_url)
    template = mariadb_url.replace(quote(str(url.password), safe=""), "${COUNTY_PASSWORD}")
    mapping = m.Mapping(format="database", connection=m.Connection(url=template), tables={})
    assert open_tables(mapping, environ={"COUNTY_PASSWORD": str(url.password)}).shapes() is not None
    with pytest.raises(VariableMissing, match="COUNTY_PASSWORD"):
        open_tables(mapping, environ={})
    assert open_tables_at("${ALL}", environ={"ALL": mariadb_url}).shapes() is not None
    with pytest.raises(AddressFaulty):
        open_tables_at("no such thing", environ={})


def test_a_dictionary_table_is_read_whole_by_its_condition_and_refused_when_it_is_none(
    url: str, run: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(
        "CREATE TABLE Dict_Item (id INTEGER PRIMARY KEY, CODE CHAR(6), name VARCHAR(40), kind VARCHAR(10), no INTEGER)",
        "INSERT INTO Dict_Item VALUES (1, '01', '准予许可', 'BJJG', 1), (2, '02', '不予许可', 'BJJG', 1),"
        " (3, '01', '施工许可', 'SXLX', 2), (4, '02', NULL, 'SXLX', 2), (5, '03', '其他', 'bjjg', 3)",
    )
    by_kind = m.Condition(column="kind", equals="BJJG")
    ending = m.Lookup(table="Dict_Item", code="code", meaning="name", when=(by_kind,))
    item = m.Lookup(table="Dict_Item", code="code", meaning="name", when=(m.Condition(column="no", among=("2", "5")),))
    both = m.Lookup(table="Dict_Item", code="code", meaning="name")
    mapping = m.Mapping(
        format="database",
        connection=m.Connection(url=url),
        codes={str(place): m.CodeMap(lookup=one) for place, one in enumerate((ending, item, both))},
    )
    found = read_dictionaries(mapping)
    assert found[ending].meanings == {"01": "准予许可", "02": "不予许可"}
    assert found[item].meanings == {"01": "施工许可"}
    assert found[both].doubled == {"01": ("准予许可", "施工许可")}
    lacking = msgspec.structs.replace(mapping, codes={"a": m.CodeMap(lookup=m.Lookup(table="dict_item", code="kode"))})
    with pytest.raises(TableColumnMissing, match="kode"):
        open_tables(lacking).require(lacking)
    monkeypatch.setattr(database, "MOST_OF_A_DICTIONARY", 4)
    with pytest.raises(DictionaryTooLarge):
        read_dictionaries(mapping)


# --- Oracle and SQL Server cannot be had here: their statements are at least compiled ---------------------------------

COLUMNS = (
    KeyColumn("cd_time", sa.DateTime(), c.INSTANT, nullable=False),
    KeyColumn("row_guid", sa.String(36), c.TEXT, nullable=False),
)


@pytest.mark.parametrize(("dialect", "first"), [(mssql.dialect(), "SELECT TOP"), (oracle.dialect(), "FETCH FIRST")])
def test_oracle_and_sql_server_are_asked_for_pages_they_understand(dialect: sa.Dialect, first: str) -> None:
    name = {"mssql": "mssql", "oracle": "oracle"}[dialect.name]
    keyset = behind(COLUMNS, ("2015-03-01 10:00:00", "x'"), dialect=name)
    statement = keyset.select([sa.column("order"), sa.column("cd_time")], sa.table("up_pro_accept")).limit(50)
    compiled = statement.compile(dialect=dialect)
    text = " ".join(str(compiled).split())
    assert first in text
    assert "x'" not in text
    assert ('"order"' in text) or ("[order]" in text)
    assert "OFFSET" not in text
    assert text.count("cd_time >") == 2
    assert "ORDER BY cd_time, row_guid" in text


def test_oracle_puts_rows_without_a_time_first_while_they_are_read() -> None:
    nullable = (COLUMNS[0]._replace(nullable=True), COLUMNS[1])
    text = str(
        behind(nullable, (), dialect="oracle").select([sa.column("a")], sa.table("t")).compile(dialect=oracle.dialect())
    )
    assert "NULLS FIRST" in text
    begun = behind(nullable, ("2015-03-01 10:00:00", "x"), dialect="oracle")
    assert "NULLS FIRST" not in str(begun.select([sa.column("a")], sa.table("t")).compile(dialect=oracle.dialect()))
