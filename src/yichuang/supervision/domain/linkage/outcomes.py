"""Outcomes: what is said of an entry once it is known which case it got, if any. One table, read from top to bottom.

What is taken as which (domain research, section 7):
- double track (双轨运行): there is no case although the organisation does run the item through the centre, or there is
  one and its times contradict the list: the matter went both ways;
- off-system (体外循环): there is no case and the organisation has none of this item in the centre at all.
"""

from dataclasses import dataclass
from datetime import date

from yichuang.supervision.domain.linkage.normalise import looks_like_slip
from yichuang.supervision.domain.linkage.words import Ground, LeadOutcome


@dataclass(frozen=True, slots=True)
class Thresholds:
    """In hundredths of a bit: from `link_from` on a pair is one matter, below `doubt_from` it is not."""

    link_from: int
    doubt_from: int


@dataclass(frozen=True, slots=True)
class Times:
    """When the case was received, decided and closed, and whether it was granted; None: not yet."""

    received: date
    decided: date | None
    closed: date | None
    granted: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """The outcome with its ground; `apart_days` is the list's day minus the case's decision, None without one."""

    outcome: LeadOutcome
    ground: Ground
    matched: bool
    apart_days: int | None = None


def judge_linked(*, on: date, times: Times, conflict_days: int, as_of: date) -> Judged:
    """Return the outcome of an entry whose case is known.

    The times conflict where the list's day lies more than `conflict_days` calendar days from the decision, or before
    the receipt by more than that; a case that is not granted conflicts with a list that says it was, once so many days
    have gone by.
    """
    if not times.granted or times.decided is None:
        conflict = (as_of - on).days > conflict_days
        apart = (on - times.decided).days if times.decided else None
        if conflict:
            return Judged(LeadOutcome.DOUBLE, Ground.TIMES_CONFLICT, matched=True, apart_days=apart)
        return Judged(LeadOutcome.INSIDE, Ground.LINKED, matched=True, apart_days=apart)
    apart = (on - times.decided).days
    early = (times.received - on).days
    if abs(apart) <= conflict_days and early <= conflict_days:
        return Judged(LeadOutcome.INSIDE, Ground.LINKED, matched=True, apart_days=apart)
    if looks_like_slip(on, times.decided):
        return Judged(LeadOutcome.UNDECIDED, Ground.SLIP_OF_DATE, matched=True, apart_days=apart)
    return Judged(LeadOutcome.DOUBLE, Ground.TIMES_CONFLICT, matched=True, apart_days=apart)


def judge_unlinked(
    *,
    weight: int | None,
    lost: int | None,
    thresholds: Thresholds,
    item_known: bool,
    tellable: bool,
    centre_volume: int,
    organisation_volume: int,
) -> Judged:
    """Return the outcome of an entry without a case.

    `weight` is that of the best case it could still have, `lost` that of the best one another entry got. `tellable`:
    whether the row says enough for its case to have been found.
    """
    if not tellable:
        return Judged(LeadOutcome.UNDECIDED, Ground.TOO_LITTLE, matched=False)
    if weight is not None and weight >= thresholds.doubt_from:
        return Judged(LeadOutcome.UNDECIDED, Ground.WEAK, matched=False)
    if lost is not None and lost >= thresholds.link_from:
        return Judged(LeadOutcome.UNDECIDED, Ground.TAKEN, matched=False)
    volume = centre_volume if item_known else organisation_volume
    if not volume:
        return Judged(LeadOutcome.OUTSIDE, Ground.NO_CASE_NO_VOLUME, matched=False)
    if not item_known:
        return Judged(LeadOutcome.UNDECIDED, Ground.ITEM_UNKNOWN, matched=False)
    return Judged(LeadOutcome.DOUBLE, Ground.NO_CASE, matched=False)


def capped(weight: int, *, item: str, document: str, thresholds: Thresholds) -> int:
    """Return a pair's weight, kept down where the list names another item and no number speaks for the pair.

    One holder often has several matters within days: name and number then say that it is the same person, not that it
    is the same matter. Of the same department such a pair stays a doubt, of another it is none.
    """
    if document in {"same", "serial"}:
        return weight
    if item == "organisation":
        return min(weight, thresholds.link_from - 1)
    return min(weight, thresholds.doubt_from - 1) if item == "else" else weight
