"""Cases that go through everything that the province's exchange tables know, and how these are looked into."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.factories.people import CONNECTOR
from yichuang.cases.commands import record_histories
from yichuang.cases.values import ApplicantDetails, AppliedAct, Filing, acts

NOW = datetime(2015, 8, 1, 1, 0, tzinfo=UTC)
COUNTY = "610924"
PERSON = ApplicantDetails("欧阳测试", "111", "610924198503070012", "13892501234")


def url_of(folder: Path) -> str:
    return f"sqlite:///{folder / 'province.sqlite3'}"


def rows_in(url: str, table: str) -> list[dict[str, Any]]:
    """Return the rows of a table."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = [dict(row) for row in connection.execute(sa.text(f"SELECT * FROM {table}")).mappings()]
    engine.dispose()
    return found


def told(key: str, *, decided: str = "2015-07-08", item: str = "11003", organisation: str = "610924-guotu") -> Filing:
    """Return a case with a supplement, steps, a special procedure, an extension and a certificate."""

    def at(text: str) -> datetime:
        return datetime.fromisoformat(f"{text}+08:00")

    history = [
        (acts.Receive(item=item, organisation=organisation, division=COUNTY), "2015-06-01T09:00"),
        (acts.RequestSupplement(missing=("图纸", "证明")), "2015-06-01T10:00"),
        (acts.TakeSupplement(), "2015-06-03T10:00"),
        (acts.Accept(), "2015-06-03T11:00"),
        (acts.StartStep(step="审查"), "2015-06-04T09:00"),
        (acts.FinishStep(step="审查", opinion="符合", officer="审查员"), "2015-06-05T09:00"),
        (acts.StartSpecialProcedure(procedure="hearing", reason="利害关系人申请"), "2015-06-08T09:00"),
        (acts.EndSpecialProcedure(result="已听证"), "2015-06-18T09:00"),
        (acts.Grant(decider="局长"), f"{decided}T15:00"),
        (acts.IssueCertificate(name="许可证", certificate_number="0001"), f"{decided}T15:00"),
        (acts.Close(result="granted"), f"{decided}T15:00"),
    ]
    return Filing("story", key, PERSON, [AppliedAct(act, at(when), at(when)) for act, when in history])


def file(*filings: Filing, corrections: bool = False) -> list[str]:
    """File histories; return the numbers."""
    done = [one for batch in record_histories(filings, by=CONNECTOR, now=NOW, corrections=corrections) for one in batch]
    assert [one.refusal for one in done if one.refusal] == []
    return [one.number for one in done]
