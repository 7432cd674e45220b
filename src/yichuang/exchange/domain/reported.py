"""Reported: one case as another system tells it in JSON, read by the same translator as every mapped source.

The JSON's own mapping is made here once: its case fields stand under `case.`, so that an act that leaves a field out
does not take the case's of the same name. Pure.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from yichuang.exchange.domain import mapping as m
from yichuang.exchange.domain.faults import Fault, fault_of, nearest
from yichuang.exchange.domain.records import Record, Row
from yichuang.exchange.domain.refusals import NotAChoice
from yichuang.exchange.domain.translate import Translated, Translator

CASE, APPLICANT = "case.", "applicant."
_ACT, _AT = "act", "at"
# Parts of a list: no clean text of one line holds it.
_BETWEEN = "\n"
_YES, _NO = "true", "false"


@lru_cache(maxsize=64)
def translator_of(source: str) -> Translator:
    """Return the translator of what one system reports under its name."""
    return Translator(
        m.Mapping(
            source=source,
            shape="row-per-event",
            case={name: m.Value(column=CASE + name) for name in m.CASE_FIELDS},
            applicant={name: m.Value(column=APPLICANT + name) for name in m.APPLICANT_FIELDS},
            events=tuple(
                m.EventRule(
                    when=(m.Condition(column=_ACT, equals=act),),
                    acts=(
                        m.ActRule(
                            act=act,
                            at=m.Value(column=_AT),
                            required=True,
                            fields={name: m.Value(column=name, separator=_BETWEEN) for name in m.ACT_FIELDS[act]},
                        ),
                    ),
                )
                for act in m.RULE_ACTS
            ),
        )
    )


def read_reported(
    *,
    source: str,
    case: Mapping[str, Any],
    applicant: Mapping[str, Any],
    acts: Sequence[tuple[str, str, Mapping[str, Any]]],
    received_at: datetime,
) -> Translated:
    """Return the filing of a reported case, or all of its faults; `acts` are (act, at, fields) in any order.

    A fault's row is the number of the act, 0 for the case itself.
    """
    faults: list[Fault] = []
    columns = {CASE + name: _text(value) for name, value in case.items()}
    columns |= {APPLICANT + name: _text(value) for name, value in applicant.items()}
    rows = []
    for number, (act, at, fields) in enumerate(acts, start=1):
        known = m.ACT_FIELDS.get(act) if act in m.RULE_ACTS else None
        if known is None:
            possible = "、".join(m.RULE_ACTS)
            refusal = NotAChoice(value=act[:60], possible=possible, nearest=nearest(act, m.RULE_ACTS) or "—")
            faults.append(fault_of(refusal, row=number, field=_ACT, value=act[:60]))
            continue
        for name in fields:
            if name not in known:
                refusal = NotAChoice(
                    value=name[:60], possible="、".join(known) or "—", nearest=nearest(name, known) or "—"
                )
                faults.append(fault_of(refusal, row=number, field=name[:60]))
        values = {name: _text(value) for name, value in fields.items() if name in known}
        rows.append(Row(number, {**values, _ACT: act, _AT: at}))
    record = Record(0, columns, tuple(rows), tuple(faults))
    return translator_of(source).translate(record, received_at=received_at)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return _YES if value else _NO
    if isinstance(value, (list, tuple)):
        return _BETWEEN.join(_text(part) for part in value)
    return "" if value is None else str(value)
