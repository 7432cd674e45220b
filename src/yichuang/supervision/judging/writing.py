"""Writing: turns the difference between what was judged and what stands into findings, ends and cards.

The only writer of findings. It is called inside a transaction that holds the lock of judging.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import msgspec
from django.db import connection

from yichuang.supervision.cards.ending import after_end
from yichuang.supervision.cards.proposing import propose
from yichuang.supervision.domain.moment import moment_of
from yichuang.supervision.domain.words import STANDING, Colour, EndReason, Scheme
from yichuang.supervision.engines.database import judge_row
from yichuang.supervision.engines.hit import Hit
from yichuang.supervision.judging.judgement import Judgement, Tally, version_ids
from yichuang.supervision.judging.standing import Found, Standing, facts_of
from yichuang.supervision.models import Card, Finding
from yichuang.supervision.schemes import scheme_of

_encode = msgspec.json.Encoder(order="sorted").encode
_ROWS_AT_ONCE = 500


class Judged(NamedTuple):
    """A hit that counts: under the scheme of its place, with the card it calls for, its evidence as it is stored."""

    hit: Hit
    scheme: Scheme
    colour: Colour | None
    evidence: str
    occurred_on: date

    @property
    def name(self) -> tuple[str, str]:
        """Return what may stand once only."""
        return self.hit.rule_id, self.hit.key


class Differences(NamedTuple):
    """What was found and does not stand yet, what changed while it stood, what stands and was not found again."""

    new: list[Judged]
    changed: list[tuple[Standing, Judged]]
    gone: list[Standing]


def count_in(hits: Iterable[Hit], by: Judgement) -> list[Judged]:
    """Return the hits that count: a rule that the scheme of the place does not apply finds nothing there."""
    rules = {rule.id: rule for rule in by.rules.rules}
    judged = []
    for hit in hits:
        rule = rules[hit.rule_id]
        on = by.day_of(hit.occurred_wd)
        scheme = scheme_of(hit.county, hit.centre, on)
        if rule.applies(scheme):
            judged.append(Judged(hit, scheme, rule.colour(scheme), _encode(hit.evidence).decode(), on))
    return judged


def compare(judged: Iterable[Judged], standing: Found) -> Differences:
    """Return how what was judged differs from what stands.

    A case whose breach is now seen to have happened on another day has another finding: the old one falls away. In the
    other relations the day may grow with the thing itself (one more case with the same file), and the finding stays.
    """
    differences = Differences([], [], [])
    left = dict(standing)
    for each in judged:
        old = left.pop(each.name, None)
        if old is None:
            differences.new.append(each)
        elif old.case_id is not None and old.occurred_on != each.occurred_on:
            differences.gone.append(old)
            differences.new.append(each)
        elif (old.version, old.open_case, old.evidence) != (each.hit.version, each.hit.open, each.evidence):
            differences.changed.append((old, each))
    differences.gone.extend(left.values())
    return differences


def write(differences: Differences, *, by: Judgement) -> Tally:
    """Write the differences inside the caller's transaction and return what was done."""
    tally = Tally(ended=len(differences.gone), changed=len(differences.changed), found=len(differences.new))
    replaced = {each.name for each in differences.new}
    _end(differences.gone, replaced, by=by)
    _change(differences.changed)
    findings = _insert(differences.new, by=by)
    for colour in propose(findings, by=by):
        tally.colours[colour] = tally.colours.get(colour, 0) + 1
    return tally


def _insert(new: Sequence[Judged], *, by: Judgement) -> list[Finding]:
    if not new:
        return []
    rules = {rule.id: rule for rule in by.rules.rules}
    versions = version_ids(by.rules, {each.hit.rule_id for each in new}, at=by.at)
    rows = []
    for hit, scheme, colour, evidence, on in new:
        rows.append(
            Finding(
                rule=hit.rule_id,
                rule_class=rules[hit.rule_id].rule_class.value,
                rule_version_id=versions[hit.rule_id],
                relation=rules[hit.rule_id].relation_name,
                key=hit.key,
                case_id=hit.case_id,
                version=hit.version,
                open_case=hit.open,
                number=hit.number,
                county=hit.county,
                town=hit.town,
                division=hit.town or hit.county,
                centre=hit.centre,
                department=hit.department,
                organisation=hit.organisation,
                item=hit.item,
                source=hit.source,
                scheme=scheme.value,
                colour=colour.value if colour else "",
                occurred_wd=hit.occurred_wd,
                occurred_on=on,
                evidence=evidence,
                today_wd=by.moment.today_wd,
                now_s=by.moment.now_s,
                found_at=by.at,
            )
        )
    return Finding.objects.bulk_create(rows, batch_size=_ROWS_AT_ONCE)


def _change(changed: Sequence[tuple[Standing, Judged]]) -> None:
    if not changed:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            # The same day may have another ordinal, once a year's calendar is published.
            "UPDATE supervision_finding SET version = %s, open_case = %s, evidence = %s, occurred_wd = %s"
            " WHERE id = %s",
            [(each.hit.version, each.hit.open, each.evidence, each.hit.occurred_wd, old.id) for old, each in changed],
        )


def _end(gone: Sequence[Standing], replaced: set[tuple[str, str]], *, by: Judgement) -> None:
    if not gone:
        return
    carded = _carded([old.id for old in gone])
    now = {} if by.kind == "live" else facts_of([old.case_id for old in gone if old.case_id is not None])
    by_reason: dict[EndReason, list[int]] = defaultdict(list)
    for old in gone:
        facts = now.get(old.case_id) if old.case_id is not None else None
        reason = _reason(old, carded=old.id in carded, now=facts, by=by)
        by_reason[EndReason.FELL_AWAY if old.name in replaced else reason].append(old.id)
    for reason, ids in by_reason.items():
        for start in range(0, len(ids), _ROWS_AT_ONCE):
            part = ids[start : start + _ROWS_AT_ONCE]
            Finding.objects.filter(pk__in=part).update(ended_at=by.at, end_reason=reason.value)
            after_end(part, reason=reason, by=by)


def _carded(ids: Sequence[int]) -> set[int]:
    found: set[int] = set()
    for start in range(0, len(ids), _ROWS_AT_ONCE):
        rows = Card.objects.filter(finding__in=ids[start : start + _ROWS_AT_ONCE], state__in=STANDING)
        found.update(rows.values_list("finding_id", flat=True))
    return found


def _reason(old: Standing, *, carded: bool, now: Mapping[str, Any] | None, by: Judgement) -> EndReason:
    if by.kind == "clock":
        return EndReason.FELL_AWAY
    if by.kind == "rules" or by.rules.get(old.rule) is None:
        return EndReason.RULE_WITHDRAWN
    if now is not None and now["version"] == old.version:
        # Nothing happened to the case. By what is known now, did it hold on the day on which it was found? Then time
        # went on (what was near its end is over it now); else facts or calendar were computed anew.
        rule = by.rules.get(old.rule)
        assert rule is not None, "its rule is in force"
        if judge_row(rule, now, moment_of(old.found_at, by.calendar)) is None:
            return EndReason.FELL_AWAY
    return EndReason.CORRECTED if carded else EndReason.PASSED
