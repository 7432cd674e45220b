"""Filing: cases gathered from landed rows into the ledger, some hundred a transaction, each row marked with its fate.

A case that the ledger or the mapping refuses goes to quarantine with its faults and holds up no other. One that its
source dates into the near future is left waiting until its time has come: that source's clock is ahead of ours.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from msgspec.structs import replace

from yichuang.cases.values import ApplicantDetails, Filing
from yichuang.exchange.connecting.gathering import Gathered, gather
from yichuang.exchange.connecting.keeping import keep, settle
from yichuang.exchange.connecting.plan import Plan
from yichuang.exchange.domain.records import Record
from yichuang.exchange.domain.translate import NOBODY, Translated, Translator
from yichuang.exchange.filing import Outcome, file_records
from yichuang.exchange.models import ExchangeBatch
from yichuang.exchange.values import PassReport, RowState
from yichuang.kernel.actor import Actor
from yichuang.kernel.words import N_

CHUNK = 500
AHEAD = timedelta(hours=48)
_FUTURE = frozenset({"InTheFuture"})
_DELETED = N_("来源删除")
_MARKED_FROM = {
    RowState.FILED: (RowState.WAITING.value, RowState.QUARANTINED.value, RowState.REFUSED.value),
    RowState.QUARANTINED: (RowState.WAITING.value,),
    RowState.REFUSED: (RowState.WAITING.value, RowState.QUARANTINED.value),
}


class CaseFiler:
    """Files the cases of one source, within one pass or one replay."""

    def __init__(self, plan: Plan, translator: Translator, *, batch: ExchangeBatch, by: Actor) -> None:
        self.plan, self.translator, self.batch, self.by = plan, translator, batch, by
        self.source = plan.mapping.source

    @transaction.atomic
    def file(self, keys: Sequence[str], report: PassReport, *, at: datetime) -> dict[str, Outcome]:
        """File the cases of these keys and mark their rows; return what became of those that could be gathered."""
        cases = {one.case_key: one for one in gather(self.source, keys, plan=self.plan)}
        ready = {key: one.record for key, one in cases.items() if one.record is not None}
        translated = [self._translate(cases[key], record, at=at) for key, record in ready.items()]
        outcomes = dict(
            zip(
                ready,
                file_records(
                    translated,
                    translator=self.translator,
                    by=self.by,
                    now=at,
                    corrections=self.plan.mapping.accepts_corrections,
                ),
                strict=True,
            )
        )
        good = [key for key, one in outcomes.items() if not one.faults]
        later = [key for key, one in outcomes.items() if one.faults and _will_come(one, at)]
        broken = {key: one for key, one in outcomes.items() if one.faults and key not in set(later)}
        dropped = keep(self.batch, broken, by=self.by, at=at)
        settle(self.source, good, by=self.by, at=at, details=f"batch {self.batch.pk}")
        mark(self.source, good, RowState.FILED)
        mark(self.source, [key for key in broken if key not in dropped], RowState.QUARANTINED)
        mark(self.source, [key for key in broken if key in dropped], RowState.REFUSED)
        self._forget_left(keys)
        self._count(report, outcomes, good=good, broken=len(broken) - len(dropped), settled=len(dropped))
        return outcomes

    def _translate(self, case: Gathered, record: Record, *, at: datetime) -> Translated:
        if case.deleted:
            key = self.translator.key_of(record) or case.case_key
            nobody = ApplicantDetails(name=NOBODY, id_type="", id_number="", phone="")
            filing = Filing(
                source=self.source,
                source_key=key,
                applicant=nobody,
                history=(),
                deleted=_DELETED,
                batch=case.batch,
                changed_at=case.changed_at,
            )
            return Translated(record, key, filing)
        one = self.translator.translate(record, received_at=at)
        if one.filing is None:
            return one
        return one._replace(filing=replace(one.filing, batch=case.batch, changed_at=case.changed_at))

    def _forget_left(self, keys: Sequence[str]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM exchange_leftcase WHERE source = %s AND case_key IN ({', '.join(['%s'] * len(keys))})",
                [self.source, *keys],
            )

    def _count(
        self, report: PassReport, outcomes: dict[str, Outcome], *, good: Sequence[str], broken: int, settled: int
    ) -> None:
        filed = sum(outcomes[key].new_events > 0 for key in good)
        new_events = sum(outcomes[key].new_events for key in good)
        events = sum(len(outcomes[key].translated.record.events) + 1 for key in good)
        report.filed += filed
        report.unchanged += len(good) - filed
        report.new_events += new_events
        report.corrected += sum(outcomes[key].corrected for key in good)
        report.refused += broken
        batch = self.batch
        batch.read += len(good) + broken + settled
        batch.filed += filed
        batch.unchanged += len(good) - filed
        batch.new_events += new_events
        batch.source_events += events
        batch.waiting += broken
        batch.settled += settled
        batch.save()


def mark(source: str, keys: Sequence[str], state: RowState) -> None:
    """Mark the rows of cases with where they stand now.

    A case that is filed is filed with all of its rows. What is refused, for now or for good, is only what was not
    filed before: the rest stands in the ledger still.
    """
    of = _MARKED_FROM[state]
    marks = ", ".join(["%s"] * len(of))
    with connection.cursor() as cursor:
        for start in range(0, len(keys), CHUNK):
            part = keys[start : start + CHUNK]
            cursor.execute(
                "UPDATE exchange_landedrow SET state = %s WHERE source = %s"
                f" AND case_key IN ({', '.join(['%s'] * len(part))}) AND state IN ({marks})",
                [state.value, source, *part, *of],
            )


def _will_come(one: Outcome, at: datetime) -> bool:
    if {fault.code for fault in one.faults} != _FUTURE or not one.translated.history:
        return False
    return max(dated.at for dated in one.translated.history) - at <= AHEAD
