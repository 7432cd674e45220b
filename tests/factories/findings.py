"""Findings put straight into their table, for tests of what counts and shows them; judging has its own tests."""

from datetime import UTC, date, datetime

from yichuang.supervision.models import Card, Finding, RuleVersion

FOUND_AT = datetime(2015, 7, 1, 1, 0, tzinfo=UTC)
CLASSES = {
    "promised-overdue": "timeliness",
    "supplement-asked-twice": "procedure",
    "decider-outside-authority": "authority",
    "sent-between-offices": "authority",
}


def version_of(rule: str) -> RuleVersion:
    """Return the one text of a rule that these tests know."""
    return RuleVersion.objects.get_or_create(
        rule=rule, digest=f"{abs(hash(rule)) % 10**8:064d}", defaults={"text": rule, "first_used_at": FOUND_AT}
    )[0]


def finding(
    serial: int,
    *,
    rule: str = "promised-overdue",
    rule_class: str = "",
    county: str = "610924",
    department: str = "guotu",
    item: str = "",
    colour: str = "red",
    on: date = date(2015, 3, 18),
    found_at: datetime = FOUND_AT,
    number: str = "",
) -> Finding:
    """Return one finding, kept."""
    return Finding.objects.create(
        rule=rule,
        rule_class=rule_class or CLASSES.get(rule, "timeliness"),
        rule_version=version_of(rule),
        relation="cases",
        key=f"K{serial:06d}",
        open_case=False,
        number=number,
        county=county,
        division=county,
        centre=f"{county}-centre",
        department=department,
        organisation=f"{county}-{department}" if department else "",
        item=item,
        source="own",
        scheme="A",
        colour=colour,
        occurred_wd=0,
        occurred_on=on,
        evidence="{}",
        today_wd=0,
        now_s=0,
        found_at=found_at,
    )


def end(row: Finding, *, reason: str, at: datetime) -> None:
    """End a finding."""
    Finding.objects.filter(pk=row.pk).update(ended_at=at, end_reason=reason)


def card(row: Finding, *, number: str, state: str = "issued", issued_at: datetime | None = FOUND_AT) -> Card:
    """Return a card of a finding, kept."""
    return Card.objects.create(
        number=number,
        finding=row,
        rule=row.rule,
        rule_class=row.rule_class,
        rule_version=row.rule_version,
        county=row.county,
        division=row.division,
        centre=row.centre,
        department=row.department,
        organisation=row.organisation,
        colour=row.colour,
        scheme="A",
        level="department",
        occurred_on=row.occurred_on,
        facts="{}",
        state=state,
        version=1,
        head=bytes(32),
        created_at=row.found_at,
        issued_at=issued_at,
        issued_on=issued_at.date() if issued_at else None,
    )
