"""Whole: judges all there is of a relation, or all open cases, and writes only what differs from what stands.

The reading is done outside any write transaction, because it may take seconds and on SQLite would keep every writer
waiting. What changes meanwhile belongs to the follower: such cases are left out, here and at every write.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from django.db import connection, transaction

from yichuang.cases import queries as cases
from yichuang.supervision.domain.rule import Rule
from yichuang.supervision.engines import database
from yichuang.supervision.judging import standing as stands
from yichuang.supervision.judging.judgement import NAME, Judgement, Tally, hold, note_judged
from yichuang.supervision.judging.standing import Found, Standing
from yichuang.supervision.judging.writing import Differences, Judged, compare, count_in, write

T = TypeVar("T")
_AT_ONCE = 1_000
_BESIDE_OTHERS = 250
_BREATH_SECONDS = 0.12
_EVENTS_AT_ONCE = 100_000
CASES = "cases"


class Watch:
    """Remembers how far the follower had read when a long reading began, and tells which cases changed since."""

    def __init__(self, since: cases.Cursor | None = None) -> None:
        self._read = since or cases.find_cursor(follower=NAME) or cases.START
        self._changed: set[int] = set()

    def changed(self) -> set[int]:
        """Return the cases of which there is news since the reading began."""
        while True:
            ids, end = cases.list_changed_cases(self._read, limit=_EVENTS_AT_ONCE)
            if end == self._read:
                return self._changed
            self._changed.update(ids)
            self._read = end


def judge_whole(*, rules: Sequence[Rule], relation: str, by: Judgement, open_only: bool = False) -> Tally:
    """Judge everything of a relation by some rules; `open_only` looks at open cases only."""
    if not rules:
        return Tally()
    watch = Watch()
    hits = database.judge(rules, relation=relation, moment=by.moment, keys=None, open_only=open_only)
    judged = count_in(hits, by)
    names = [rule.id for rule in rules]
    differences = compare(judged, stands.of_relation(relation, rules=names, open_only=open_only))
    tally = write_in_parts(differences, relation=relation, watch=watch, by=by)
    tally.judged += len(judged)
    return tally


def write_in_parts(
    differences: Differences,
    *,
    relation: str,
    watch: Watch,
    by: Judgement,
    done: Callable[[int], None] | None = None,
) -> Tally:
    """Write differences in transactions of bounded size, each looked at once more under the lock of judging."""
    tally, written, pace = Tally(), 0, _Pace()
    # What is replaced ends and begins in one transaction; the ends come first.
    replaced = {old.name for old in differences.gone} & {each.name for each in differences.new}
    together = [each for each in differences.new if each.name in replaced]
    for part in _parts([*differences.gone, *together], _by_name, pace):
        tally.add(write_part(part, relation=relation, watch=watch, by=by))
        written += len(part)
        if done:
            done(written)
    rest = [each for each in differences.new if each.name not in replaced]
    for some in (rest, [new for _, new in differences.changed]):
        start = 0
        while start < len(some):
            part = [*some[start : start + pace.take()]]
            start += len(part)
            tally.add(write_part(part, relation=relation, watch=watch, by=by))
            written += len(part)
            if done:
                done(written)
    return tally


def _by_name(each: Standing | Judged) -> tuple[str, str]:
    return each.name


class _Pace:
    """How much to write in one transaction. SQLite gives its one lock to whoever asks first, and who waits asks ten
    times a second: after a first large part smaller ones follow, each after a pause in which others come in.
    """

    def __init__(self) -> None:
        self._shared = connection.vendor == "sqlite"
        self._begun = False

    def take(self) -> int:
        """Wait if it is others' turn, and return the size of the next part."""
        if not (self._shared and self._begun):
            self._begun = True
            return _AT_ONCE
        time.sleep(_BREATH_SECONDS)
        return _BESIDE_OTHERS


def _parts(items: list[T], name: Callable[[T], tuple[str, str]], pace: _Pace) -> Iterable[list[T]]:
    """Yield parts of bounded size that keep all of one name together."""
    part: list[T] = []
    last: tuple[str, str] | None = None
    size = pace.take() if items else 0
    for item in sorted(items, key=name):
        if len(part) >= size and name(item) != last:
            yield part
            part, size = [], pace.take()
        part.append(item)
        last = name(item)
    if part:
        yield part


def write_part(part: Sequence[Standing | Judged], *, relation: str, watch: Watch, by: Judgement) -> Tally:
    """Write one part of differences in a transaction of its own, compared once more with what stands then."""
    with transaction.atomic():
        hold()
        changed = watch.changed() if relation == CASES else set()
        judged = [each for each in part if isinstance(each, Judged) and each.hit.case_id not in changed]
        olds = [each for each in part if isinstance(each, Standing) and each.case_id not in changed]
        now: Found = stands.again(relation, [each.name for each in (*judged, *olds)])
        # Of what is gone only that which still stands; what somebody else wrote meanwhile is compared anew.
        wanted = {each.name for each in judged} | {old.name for old in olds if now.get(old.name, old).id == old.id}
        tally = write(compare(judged, {name: old for name, old in now.items() if name in wanted}), by=by)
        note_judged(by)
    return tally
