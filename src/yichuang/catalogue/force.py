"""In force: the one condition that tells which versions stand on a day."""

from datetime import date

from django.db.models import Q


def in_force(on: date, *, prefix: str = "") -> Q:
    """Return the condition "published, not yet ended and not suspended on this day"; `prefix` leads to the version."""
    return (
        Q(**{f"{prefix}effective_on__lte": on})
        & (Q(**{f"{prefix}effective_until__isnull": True}) | Q(**{f"{prefix}effective_until__gt": on}))
        & (Q(**{f"{prefix}suspended_on__isnull": True}) | Q(**{f"{prefix}suspended_on__gt": on}))
    )


def standing_entry(on: date) -> Q:
    """Return the condition "stands in the centre on this day"."""
    return Q(entered_on__lte=on) & (Q(left_on__isnull=True) | Q(left_on__gt=on))
