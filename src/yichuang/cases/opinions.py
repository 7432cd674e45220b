"""Opinions: texts used again and again, kept by a person, by an organisation, or brought along by the program."""

import logging
from datetime import datetime
from functools import cache
from pathlib import Path

import msgspec
import yaml
from django.db import IntegrityError, transaction
from django.db.models import Q

from yichuang.cases.models import Opinion
from yichuang.cases.values import OPINION_KINDS, OpinionRow, OpinionUnfit
from yichuang.kernel.actor import Actor
from yichuang.kernel.words import N_

_log = logging.getLogger(__name__)
_SHIPPED = Path(__file__).parent / "data" / "opinions.yaml"
_TITLE, _TEXT = 60, 2_000


class _Shipped(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: str
    title: str
    text: str


@cache
def _shipped() -> tuple[OpinionRow, ...]:
    read = msgspec.convert(yaml.safe_load(_SHIPPED.read_text(encoding="utf-8")), tuple[_Shipped, ...])
    return tuple(OpinionRow(0, one.kind, one.title, one.text) for one in read)


def list_opinions(*, organisation: str, owner: str, kind: str = "") -> tuple[OpinionRow, ...]:
    """Return the templates that somebody may choose from: his own first, his organisation's, then those shipped."""
    rows = Opinion.objects.filter(organisation=organisation).filter(Q(owner=owner) | Q(owner=""))
    if kind:
        rows = rows.filter(kind=kind)
    stored = [OpinionRow(row.pk, row.kind, row.title, row.text, own=row.owner != "") for row in rows]
    return (
        *sorted(stored, key=lambda row: (not row.own, row.kind, row.title, row.id)),
        *(row for row in _shipped() if kind in ("", row.kind)),
    )


def save_opinion(
    *,
    organisation: str,
    kind: str,
    title: str,
    text: str,
    by: Actor,
    at: datetime,
    opinion: int | None = None,
    shared: bool = False,
) -> int:
    """Keep a template and return its id: his own, or the organisation's when `shared`; `opinion` changes that one.

    Raises OpinionUnfit for an unknown kind, an empty or too long text, a title taken, or another's template.
    """
    title, text = title.strip(), text.strip()
    if kind not in OPINION_KINDS:
        raise OpinionUnfit(title=title, reason=N_("没有这种用途"))
    if not title or not text or len(title) > _TITLE or len(text) > _TEXT or "\0" in title + text:
        raise OpinionUnfit(title=title, reason=N_("标题最多 60 字，内容最多 2000 字，都不能空"))
    owner = "" if shared else by.id
    content = {"kind": kind, "title": title, "text": text, "changed_at": at}
    try:
        with transaction.atomic():
            if opinion:
                changed = Opinion.objects.filter(pk=opinion, organisation=organisation, owner=owner).update(**content)
                if not changed:
                    raise OpinionUnfit(title=title, reason=N_("没有这个模板，或不是您的"))
                return opinion
            row = Opinion.objects.create(organisation=organisation, owner=owner, created_by=by.id, **content)
    except IntegrityError as error:
        raise OpinionUnfit(title=title, reason=N_("已有同名模板")) from error
    return int(row.pk)


def remove_opinion(*, opinion: int, by: Actor, at: datetime) -> bool:
    """Remove a template of his own or of his organisation; return whether there was one that he may remove."""
    mine = Q(owner=by.id) | Q(owner="", organisation=by.organisation or None)
    removed = bool(Opinion.objects.filter(mine, pk=opinion).delete()[0])
    if removed:
        _log.info("opinion %s removed by %s at %s", opinion, by.id, at.isoformat())
    return removed
