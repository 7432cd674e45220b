"""Handing: gives cases to another node, and takes them over from one below that is lost or retired."""

from datetime import datetime

from django.db import transaction

from yichuang.cases.commands import hand_over_case, take_over_case
from yichuang.cases.queries import get_case
from yichuang.exchange.domain.topology import NodeUnknown
from yichuang.exchange.nodes.configuration import current
from yichuang.exchange.nodes.fetching import begin
from yichuang.exchange.nodes.holding import find_holding
from yichuang.exchange.nodes.values import NotAbove
from yichuang.kernel.actor import Actor


def hand_over(
    *, number: str, to_node: str, reason: str, by: Actor, at: datetime, expected_version: int | None = None
) -> int:
    """Hand a case that this node holds to another node that it knows; return the case's new version.

    Raises NodeUnknown, and every refusal of `cases.commands.hand_over_case`; `expected_version` is the one seen.
    """
    if to_node not in current().tree:
        raise NodeUnknown(node=to_node)
    return hand_over_case(
        number=number, to_node=to_node, reason=reason, by=by, at=at, expected_version=expected_version
    )


def take_over(*, number: str, reason: str, by: Actor, at: datetime) -> int:
    """Take a case over from a node below that is lost or retired; return the case's new version.

    What that node did and never sent becomes a fork if it ever comes back. Raises NotAbove, and every refusal of
    `cases.commands.take_over_case`.
    """
    config = current()
    uuid = get_case(number).uuid
    holding = find_holding(uuid)
    holder = holding.holder if holding else ""
    if holding is None or holder not in config.tree or config.name not in config.tree.ancestors(holder):
        raise NotAbove(number=number, holder=holder or config.name)
    with transaction.atomic():
        version = take_over_case(number=number, reason=reason, by=by, at=at)
        # What stands beside the ledger is asked of whoever may still have it, should he be heard of again.
        begin(uuid, holding.others(config.tree, own=config.name), at=at)
    return version
