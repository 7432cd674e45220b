"""One county's exchange tables (up_pro) in a SQLite file, as an invented county system would write them."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.test_mappings import HERE
from yichuang.catalogue import terms
from yichuang.catalogue.commands import Exerciser, load_catalogue
from yichuang.kernel.actor import SYSTEM
from yichuang.kernel.identifiers import uscc

# When the county is first read.
AT = datetime(2015, 4, 1, 2, 0, tzinfo=UTC)
TABLES: dict[str, tuple[str, ...]] = {
    "up_pro_accept": (
        "project_no", "catalog_code", "local_catalog_code", "task_code", "task_name", "project_name", "applyer_type",
        "applyer_name", "applyer_page_type", "applyer_page_code", "contact_mobile", "apply_type", "apply_date",
        "accept_date", "promise_date", "accept_doc_no", "org_code", "org_name",
    ),
    "up_pro_process": (
        "project_no", "process_name", "event_name", "event_start_time", "event_end_time", "handle_explain",
        "handle_user_name",
    ),
    "up_pro_special_procedure": (
        "project_no", "special_type", "special_name", "special_reason", "special_time", "end_time", "result",
    ),
    "up_pro_result": (
        "project_no", "result_type", "result_date", "result_explain", "result_cetr_name", "result_cetr_no",
    ),
    "up_pro_material": ("project_no", "material_name", "get_type", "get_num"),
}  # fmt: skip
CARRIED = ("row_guid", "cd_operation", "cd_batch", "cd_time")
MAPPING = """\
preset: up-pro
source: {source}
title: 某县审批系统
connection: {{url: "sqlite:///{file}"}}
case: {{division: "610924"}}
codes:
  items: {{map: {{JZ-01: "10001", JZ-02: "10002"}}}}
  organisations: {{map: {{住建局: 610924-zhujian}}}}
"""


def load_items_of_the_county(at: datetime) -> None:
    """Load the two items that the county's department offers."""
    code = uscc.generate(department="1", category="1", division="610924", organisation_body="YC123456")
    exerciser = Exerciser(
        code="610924-zhujian",
        name="紫阳县住建局",
        uscc=code,
        department="zhujian",
        division="610924",
        division_name="紫阳县",
        tier="county",
    )
    load_catalogue(folder=HERE / "county" / "catalogue", by=SYSTEM, at=at, exercisers=[exerciser])


@pytest.fixture(autouse=True)
def catalogue_of_the_county(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two items of one county department; no terms left from another test's database."""
    monkeypatch.setattr(terms, "_kept", None)
    load_items_of_the_county(AT)


class County:
    """A county's system; its own clock stands still until somebody moves it."""

    def __init__(self, folder: Path, *, source: str = "county-a", more: str = "") -> None:
        self.file = folder / f"{source}.sqlite3"
        self.mapping = folder / f"{source}.yaml"
        self.mapping.write_text(MAPPING.format(source=source, file=self.file) + more, encoding="utf-8")
        # The county's own clock, which knows no zone.
        self.clock = datetime(2015, 3, 2, 9, 0)
        self._serial = 0
        with self._open() as database:
            for table, columns in TABLES.items():
                all_columns = ", ".join(f"{name} TEXT" for name in (*CARRIED, *columns))
                database.execute(f"CREATE TABLE {table} ({all_columns}, PRIMARY KEY (row_guid))")

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self.file)

    def write(self, table: str, rows: Sequence[Mapping[str, Any]]) -> list[str]:
        """Write rows, each new unless it names its row_guid; return their row_guids."""
        keys = []
        with self._open() as database:
            for row in rows:
                self._serial += 1
                self.clock += timedelta(seconds=1)
                carried = {
                    "row_guid": f"{table}-{self._serial:07d}",
                    "cd_operation": "I",
                    "cd_batch": self.clock.strftime("B%Y%m%d"),
                    "cd_time": self.clock.isoformat(sep=" "),
                }
                values = carried | dict(row)
                keys.append(values["row_guid"])
                names, marks = ", ".join(values), ", ".join("?" * len(values))
                database.execute(f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({marks})", list(values.values()))
        return keys

    def change(self, table: str, row_guid: str, **values: Any) -> None:
        """Change a row in place, as an update of the county's own; `cd_operation` says U unless told otherwise."""
        self.clock += timedelta(seconds=1)
        values = {"cd_operation": "U", "cd_time": self.clock.isoformat(sep=" ")} | values
        with self._open() as database:
            told = ", ".join(f"{name} = ?" for name in values)
            database.execute(f"UPDATE {table} SET {told} WHERE row_guid = ?", [*values.values(), row_guid])

    def file_case(self, number: str, *, day: int = 2, steps: int = 2, closed: bool = True, **accept: Any) -> str:
        """Write one case with its steps and result; return the row_guid of its main row."""
        (key,) = self.write("up_pro_accept", [self.accepted(number, day=day, **accept)])
        if steps:
            self.write("up_pro_process", [self.step(number, place, day=day) for place in range(steps)])
        if closed:
            self.write("up_pro_result", [self.result(number, day=day)])
        return key

    def accepted(self, number: str, *, day: int = 2, **more: Any) -> dict[str, Any]:
        """Return the main row of a case that was applied for and accepted on a day of March 2015."""
        row = {
            "project_no": number, "local_catalog_code": "JZ-01", "task_name": "建设工程规划许可", "applyer_type": "1",
            "applyer_name": "测试甲", "applyer_page_type": "111", "applyer_page_code": "610924199001010011",
            "apply_type": "1", "apply_date": f"2015-03-{day:02d} 09:00:00", "org_name": "住建局",
            "accept_date": f"2015-03-{day:02d} 10:00:00",
        }  # fmt: skip
        return row | more

    def step(self, number: str, place: int, *, day: int = 2, **more: Any) -> dict[str, Any]:
        """Return one finished step of a case."""
        row = {
            "project_no": number, "process_name": f"审查{place + 1}", "event_name": "1",
            "event_start_time": f"2015-03-{day:02d} {11 + place // 2}:{place % 2 * 30:02d}:00",
            "event_end_time": f"2015-03-{day:02d} {11 + place // 2}:{place % 2 * 30 + 15:02d}:00",
            "handle_explain": "同意", "handle_user_name": "经办乙",
        }  # fmt: skip
        return row | more

    def result(self, number: str, *, day: int = 2, **more: Any) -> dict[str, Any]:
        """Return the result of a case: granted with a certificate."""
        row = {
            "project_no": number, "result_type": "0", "result_date": f"2015-03-{day:02d} 16:00:00",
            "result_cetr_name": "规划许可批复", "result_cetr_no": f"批{number}",
        }  # fmt: skip
        return row | more
