"""Counting: findings counted for those who stand above: for sums, in place, and as the evidence of bulletins.

It stands between the table of findings and reporting, and answers: what was found since I last asked, how many were
there of this office, and exactly which findings did a printed number count at its moment?
"""

from collections.abc import Iterator, Sequence
from datetime import date

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from yichuang.supervision.domain.counted import FindingCount, FoundRow
from yichuang.supervision.domain.words import CardState, EndReason
from yichuang.supervision.models import Card, Finding

__all__ = ["group_findings", "list_fallen", "list_found_lines", "rank_findings", "tally_found"]

# What turned out not to have been so: it is counted nowhere.
FALLEN = (EndReason.FELL_AWAY.value, EndReason.RULE_WITHDRAWN.value)
# Written out and not as parameters: only then SQLite sees that the partial index of just these answers.
_FALLEN = "supervision_finding.end_reason IN ('{}')".format("', '".join(FALLEN))
_TAKEN_BACK = (CardState.WITHDRAWN.value, CardState.CANCELLED.value)
_GROUPED = ("occurred_on", "county", "department", "rule", "rule_class", "colour")
_AT_ONCE = 50_000
_CHUNK = 2_000


def tally_found(*, after: int, limit: int = _AT_ONCE) -> tuple[tuple[FoundRow, ...], int]:
    """Return the findings with ids above `after`, counted by all that sums tell apart, and the last id among them.

    At most `limit` findings are counted at a time. Ids become visible in their order, because whoever judges holds
    the lock of judging until it is committed.
    """
    news = Finding.objects.filter(pk__gt=after)
    last = news.order_by("pk").values_list("pk", flat=True)[limit - 1 : limit].first()
    if last is None:
        last = news.aggregate(last=Max("pk"))["last"]
    if last is None:
        return (), after
    return _grouped(news.filter(pk__lte=last), _GROUPED), last


def list_fallen(*, start_on: date, until: date, county: str = "", department: str = "") -> tuple[FoundRow, ...]:
    """Return what fell away of the findings of a period: found once, and then seen not to have been so."""
    rows = Finding.objects.extra(where=[_FALLEN]).filter(occurred_on__gte=start_on, occurred_on__lt=until)
    return _grouped(_of(rows, county=county, department=department), _GROUPED)


def group_findings(
    *,
    start_on: date,
    until: date,
    county: str,
    department: str,
    item: str = "",
    rule_class: str = "",
    by: Sequence[str],
) -> tuple[FoundRow, ...]:
    """Return the findings of one office (or one item of it) in a period, counted by the fields named in `by`.

    Fields are those of `FoundRow`. Read from the findings themselves: one office has few.
    """
    rows = Finding.objects.filter(
        organisation=f"{county}-{department}", occurred_on__gte=start_on, occurred_on__lt=until
    ).exclude(end_reason__in=FALLEN)
    if item:
        rows = rows.filter(item=item)
    if rule_class:
        rows = rows.filter(rule_class=rule_class)
    return _grouped(rows, ["occurred_on" if name == "day" else name for name in by])


def list_found_lines(counted: FindingCount) -> Iterator[str]:
    """Yield a line for each finding that a number counts, in a fixed order.

    Rule, key, case number, day, SM3 of the rule's text, between tabs; ends with a line feed.
    """
    fields = ("rule", "key", "number", "occurred_on", "rule_version__digest")
    rows = _counted(counted).order_by("rule", "key", "occurred_on", "pk").values_list(*fields)
    for rule, key, number, on, digest in rows.iterator(chunk_size=_CHUNK):
        yield f"{rule}\t{key}\t{number}\t{on.isoformat()}\t{digest}\n"


def _counted(asked: FindingCount) -> QuerySet[Finding]:
    known = asked.known_at
    rows = Finding.objects.filter(found_at__lte=known, occurred_on__lt=asked.until)
    if asked.start_on is not None:
        rows = rows.filter(occurred_on__gte=asked.start_on)
    if asked.standing:
        rows = rows.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=known))
    else:
        rows = rows.exclude(end_reason__in=FALLEN, ended_at__lte=known)
    if asked.rules:
        rows = rows.filter(rule__in=asked.rules)
    if asked.except_rules:
        rows = rows.exclude(rule__in=asked.except_rules)
    if asked.counties:
        rows = rows.filter(county__in=asked.counties)
    if asked.issued:
        # A finding that was not corrected in time has a second, graver card.
        cards = Card.objects.filter(finding=OuterRef("pk"), issued_at__lte=known)
        if asked.colour:
            cards = cards.filter(colour=asked.colour)
        rows = rows.filter(Exists(cards.exclude(state__in=_TAKEN_BACK, ended_at__lte=known)))
    elif asked.colour:
        rows = rows.filter(colour=asked.colour)
    return _of(rows, county=asked.county, department=asked.department)


def _of(rows: QuerySet[Finding], *, county: str, department: str) -> QuerySet[Finding]:
    if county:
        rows = rows.filter(county=county)
    return rows.filter(department=department) if department else rows


def _grouped(rows: QuerySet[Finding], by: Sequence[str]) -> tuple[FoundRow, ...]:
    counted = rows.order_by().values(*by).annotate(counted=Count("pk")).order_by(*by)
    return tuple(
        FoundRow(
            day=row.get("occurred_on"),
            county=row.get("county", ""),
            department=row.get("department", ""),
            item=row.get("item", ""),
            rule=row.get("rule", ""),
            rule_class=row.get("rule_class", ""),
            colour=row.get("colour", ""),
            count=row["counted"],
        )
        for row in counted
    )


def rank_findings(counted: FindingCount, *, by: str) -> tuple[tuple[str, int], ...]:
    """Return the findings that a number counts by county, department or rule, most first; empty keys left out."""
    rows = _counted(counted).exclude(**{by: ""}).order_by().values_list(by).annotate(counted=Count("pk"))
    return tuple(sorted(rows, key=lambda row: (-row[1], row[0])))
