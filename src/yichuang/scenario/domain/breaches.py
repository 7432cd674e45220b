"""Breaches: one recipe for every way in which a planted case goes wrong, and nowhere else.

Each is a scene of a promised case that is accepted and ended within the half-year, so that totals stay as they are.
What a recipe needs of the item stands beside it.
"""

from collections.abc import Callable
from typing import NamedTuple

from yichuang.cases.values import AppliedAct
from yichuang.scenario.domain import delays, disorder, untruth
from yichuang.scenario.domain.scene import Scene
from yichuang.scenario.values import Offer

_FESTIVAL_DAYS = 12


class Needs(NamedTuple):
    """What an item must be like: days promised, days between promise and law, days until all is over, and more."""

    least: int = 2
    most: int = 60
    gap: int = 0
    room: Callable[[Offer], float] = lambda offer: offer.promised
    special: bool = False
    document: bool | None = None
    materials: int = 0
    fee: str = ""
    above: bool = False

    def suit(self, offer: Offer) -> bool:
        """Tell whether an item is such."""
        if not self.least <= offer.promised <= self.most or offer.statutory - offer.promised < self.gap:
            return False
        # A law of calendar days might end before the promise, over a festival; and no gap can be counted.
        over_festival = offer.promised * 7 / 5 + _FESTIVAL_DAYS
        if offer.statutory_calendar and not self.fee and (self.gap or offer.statutory_calendar < over_festival):
            return False
        if (self.special and not offer.special) or (self.above and not offer.above):
            return False
        if self.document is not None and self.document is not (offer.result_type in {"certificate", "document"}):
            return False
        if self.fee and not any(fee.fixed if self.fee == "fixed" else fee.most_fen for fee in offer.fees):
            return False
        return len(offer.materials) >= self.materials


class Recipe(NamedTuple):
    """How a kind of breach is made, of which items, and how many cases belong together."""

    make: Callable[[Scene], None]
    needs: Needs = Needs()
    group: int = 1


def _by_law(offer: Offer) -> float:
    return offer.statutory


RECIPES: dict[str, Recipe] = {
    "overdue": Recipe(delays.overdue, Needs(gap=4)),
    "overdue-by-law": Recipe(delays.overdue_by_law, Needs(gap=1, room=_by_law)),
    "law-ends-first": Recipe(delays.law_ends_first, Needs(gap=1, room=_by_law)),
    "step-late": Recipe(delays.step_late, Needs(least=6)),
    "accepted-late": Recipe(delays.accepted_late, Needs(least=2)),
    "deemed-accepted": Recipe(delays.deemed_accepted, Needs(least=9)),
    "notice-late": Recipe(delays.notice_late),
    "special-long": Recipe(delays.special_long, Needs(least=3, special=True)),
    "special-untold": Recipe(disorder.special_untold, Needs(least=3, special=True)),
    "special-endless": Recipe(disorder.special_endless, Needs(least=3, special=True)),
    "extended-late": Recipe(delays.extended_late),
    "extended-long": Recipe(delays.extended_long),
    "extended-twice": Recipe(delays.extended_twice),
    "extended-alone": Recipe(delays.extended_alone),
    "delivered-late": Recipe(delays.delivered_late),
    "forwarded-late": Recipe(delays.forwarded_late, Needs(least=22, above=True)),
    "consulted-slowly": Recipe(delays.consulted_slowly, Needs(least=10)),
    "asked-twice": Recipe(disorder.asked_twice),
    "asked-after": Recipe(disorder.asked_after, Needs(least=3)),
    "supplied-unasked": Recipe(disorder.supplied_unasked),
    "decided-first": Recipe(disorder.decided_first),
    "certified-first": Recipe(disorder.certified_first, Needs(document=True)),
    "delivered-first": Recipe(disorder.delivered_first, Needs(document=False)),
    "undecided": Recipe(disorder.undecided),
    "reviewed-alone": Recipe(disorder.reviewed_alone),
    "no-reasons": Recipe(disorder.no_reasons),
    "no-remedies": Recipe(disorder.no_remedies),
    "unnumbered": Recipe(disorder.unnumbered),
    "no-opinion": Recipe(disorder.no_opinion),
    "long-promise": Recipe(disorder.long_promise, Needs(gap=1)),
    "nobody-decided": Recipe(disorder.nobody_decided),
    "stranger-decided": Recipe(disorder.stranger_decided),
    "to-and-fro": Recipe(disorder.to_and_fro),
    "unlisted-fee": Recipe(untruth.unlisted_fee),
    "high-fee": Recipe(untruth.high_fee, Needs(fee="listed")),
    "unpaid-fee": Recipe(untruth.unpaid_fee, Needs(fee="listed")),
    "no-fee": Recipe(untruth.no_fee, Needs(fee="fixed")),
    "in-seconds": Recipe(untruth.in_seconds),
    "on-day-off": Recipe(untruth.on_day_off, Needs(least=8)),
    "at-night": Recipe(untruth.at_night),
    "entered-late": Recipe(untruth.in_order),
    "one-missing": Recipe(untruth.one_missing, Needs(materials=2)),
    "no-file": Recipe(untruth.no_file, Needs(materials=1)),
    "same-file": Recipe(untruth.same_file, Needs(materials=1), group=6),
    "in-bulk": Recipe(untruth.in_bulk, Needs(least=10), group=6),
}


def make_breach(scene: Scene) -> list[AppliedAct]:
    """Return the history of a planted case."""
    RECIPES[scene.planted.kind].make(scene)
    if scene.planted.kind != "entered-late":
        return scene.history()
    reported = scene.at(1 + untruth.LATE_ENTRY_DAYS, 10.0)
    return scene.history(arrival=lambda at: max(at, reported))
