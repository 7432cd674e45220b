"""Filing: translated records into the ledger by its door, each with what became of it. Never raises a refusal."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from yichuang.cases.commands import record_histories
from yichuang.cases.values import Filed, Filing, UnknownItem
from yichuang.exchange.domain.faults import Fault, fault_of
from yichuang.exchange.domain.refusals import FilingFailed
from yichuang.exchange.domain.translate import Translated, Translator
from yichuang.kernel.actor import Actor
from yichuang.kernel.refusal import Refusal


class Outcome(NamedTuple):
    """One record: filed with so many new events (none: it stood there already), or its faults.

    `corrected` counts the events that its source has taken back.
    """

    translated: Translated
    new_events: int
    faults: tuple[Fault, ...] = ()
    corrected: int = 0


def file_records(
    records: Sequence[Translated], *, translator: Translator, by: Actor, now: datetime, corrections: bool = False
) -> Iterator[Outcome]:
    """Yield the outcome of each record, in order; those with faults never reach the ledger.

    With `corrections` a case that is reported with another past than stands in the ledger is corrected there.
    """
    ready = [one for one in records if one.filing is not None]
    filings = [one.filing for one in ready if one.filing is not None]
    filed = iter(_file(filings, by=by, now=now, observed=translator.mapping.observed, corrections=corrections))
    for one in records:
        if one.filing is None:
            yield Outcome(one, 0, one.faults)
            continue
        answer = next(filed)
        if answer.refusal is None:
            yield Outcome(one, answer.new_events, corrected=answer.corrected)
        else:
            yield Outcome(one, 0, (_located(one, answer, translator),))


def _file(filings: Sequence[Filing], *, by: Actor, now: datetime, observed: bool, corrections: bool) -> list[Filed]:
    """File together; where the whole batch is refused for one, file one by one, so that only that one waits."""
    if not filings:
        return []
    try:
        answers = record_histories(
            filings, by=by, now=now, observed=observed, batch=len(filings), corrections=corrections
        )
        return [answer for batch in answers for answer in batch]
    except Refusal as refusal:
        if len(filings) == 1:
            return [Filed(filings[0].source_key, "", 0, FilingFailed(reason=refusal.explain()))]
    half = len(filings) // 2
    return [
        answer
        for part in (filings[:half], filings[half:])
        for answer in _file(part, by=by, now=now, observed=observed, corrections=corrections)
    ]


def _located(one: Translated, answer: Filed, translator: Translator) -> Fault:
    """Return the ledger's refusal at the row and field that the refused act was read from."""
    assert answer.refusal is not None
    if isinstance(answer.refusal, UnknownItem):
        value = translator.case["item"]
        shown = str(answer.refusal.details.get("item", ""))
        return fault_of(answer.refusal, row=one.record.row, field=value.column or "item", value=shown)
    if not 0 < answer.place <= len(one.history):
        return fault_of(answer.refusal, row=one.record.row)
    act = one.history[answer.place - 1]
    return fault_of(answer.refusal, row=act.row, field=act.field, value=act.value)
