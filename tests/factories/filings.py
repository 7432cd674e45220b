"""Filings: whole histories as connectors and the scenario hand them in."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from tests.factories import catalogue
from tests.factories.people import APPLICANT, CONNECTOR
from tests.factories.stories import china, receipt
from yichuang.cases import commands
from yichuang.cases.domain import acts as a
from yichuang.cases.values import ApplicantDetails, AppliedAct, Filed, Filing

NOW = china("2026-01-05 09:00")
SOURCE = "county-system"

Told = Sequence[tuple[a.Act, str]]


def filing(key: str, history: Told, *, source: str = SOURCE, applicant: ApplicantDetails = APPLICANT) -> Filing:
    """Return a filing of acts with the time of each; each reached us when it was done."""
    return Filing(source, key, applicant, [AppliedAct(act, china(at), china(at)) for act, at in history])


def decided(
    *,
    item: str = catalogue.LICENCE,
    county: str = "610924",
    town: str = "",
    channel: str = "window",
    on: str = "2015-02-13",
    decided_on: str = "2015-02-26",
    closed_on: str = "",
) -> list[tuple[a.Act, str]]:
    """Return the history of a case received and accepted on one day, granted on another and closed."""
    return [
        (receipt(item, county=county, town=town, channel=channel), on),
        (a.Accept(), on),
        (a.Grant(decider="局长"), decided_on),
        (a.IssueCertificate(name="许可证", certificate_number="0001"), decided_on),
        (a.Deliver(), closed_on or decided_on),
        (a.Close(), closed_on or decided_on),
    ]


def file(filings: Iterable[Filing], *, observed: bool = True, batch: int = 2_000, now: datetime = NOW) -> list[Filed]:
    """Record histories and return what became of each."""
    return [
        filed
        for outcome in commands.record_histories(filings, by=CONNECTOR, now=now, observed=observed, batch=batch)
        for filed in outcome
    ]
