"""The door for reading supervision: findings, cards, scores, rankings; values out, never model instances."""

from datetime import date, datetime
from pathlib import Path

from yichuang.supervision.cards.letters import render_letter, verify_letter
from yichuang.supervision.cards.notices import count_unread, list_card_notices
from yichuang.supervision.cards.reading import (
    count_cards,
    get_card,
    list_cards_of,
    list_cards_of_case,
    open_card_file,
    page_cards,
    recompute_card,
)
from yichuang.supervision.cards.scores import get_county_scores, get_ranking, get_scores, list_rankings
from yichuang.supervision.domain.terms import terms_on as get_card_terms
from yichuang.supervision.judging.counting import (
    group_findings,
    list_fallen,
    list_found_lines,
    rank_findings,
    tally_found,
)
from yichuang.supervision.judging.feeding import list_feeds
from yichuang.supervision.judging.listing import list_found
from yichuang.supervision.judging.reading import (
    count_findings,
    get_finding,
    last_finding_id,
    list_findings_of,
    list_runs,
    newest_findings,
    page_findings,
)
from yichuang.supervision.judging.state import get_rules_state
from yichuang.supervision.linkage.callbacks import get_callback, page_callbacks
from yichuang.supervision.linkage.looking import (
    count_leads,
    get_lead,
    list_link_runs,
    list_registers,
    page_leads,
)
from yichuang.supervision.rulebook import get_rules
from yichuang.supervision.values import Backtest

__all__ = [
    "backtest",
    "count_cards",
    "count_findings",
    "count_leads",
    "count_unread",
    "get_callback",
    "get_card",
    "get_card_terms",
    "get_county_scores",
    "get_finding",
    "get_lead",
    "get_ranking",
    "get_rules",
    "get_rules_state",
    "get_scores",
    "group_findings",
    "last_finding_id",
    "list_card_notices",
    "list_cards_of",
    "list_cards_of_case",
    "list_fallen",
    "list_feeds",
    "list_findings_of",
    "list_found",
    "list_found_lines",
    "list_link_runs",
    "list_rankings",
    "list_registers",
    "list_runs",
    "newest_findings",
    "open_card_file",
    "page_callbacks",
    "page_cards",
    "page_findings",
    "page_leads",
    "rank_findings",
    "recompute_card",
    "render_letter",
    "tally_found",
    "verify_letter",
]


def backtest(
    *,
    at: datetime,
    rules: Path | None = None,
    as_of: date | None = None,
    known: bool = False,
    folder: Path | None = None,
) -> Backtest:
    """Judge by the rules in force and by those with a folder laid over them, and return the difference; writes nothing.

    Without `rules` the cards of the set in force are counted. `as_of` is that day's end, by what had happened then, or
    with `known` by what the ledger had heard of by then. Raises RulesFaulty.
    """
    # Here, because pages must not load the bulk engines.
    from yichuang.supervision.judging import backtest as back

    return back.backtest(at=at, rules=rules, as_of=as_of, known=known, folder=folder)
