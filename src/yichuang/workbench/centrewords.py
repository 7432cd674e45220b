"""Words: what an amendment of a centre says, and where a fact comes from."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from yichuang.kernel.words import N_
from yichuang.regions.values import AmendmentKind, AmendmentRow, CentreStateKind, LoadRow, WindowKind
from yichuang.ui.names import Names
from yichuang.ui.templatetags.ui import day, instant
from yichuang.ui.values import Happening, Tone

STATE_TONES: Mapping[CentreStateKind, Tone] = {
    CentreStateKind.RUNNING: Tone.GOOD,
    CentreStateKind.TRIAL: Tone.INFO,
    CentreStateKind.BUILDING: Tone.WARN,
    CentreStateKind.PLANNED: Tone.WARN,
    CentreStateKind.CLOSED: Tone.NEUTRAL,
}


def system_words(supervision: bool | None, compatible: bool | None) -> str:
    """Say whether there is an e-supervision system and whether the city's can read it."""
    if supervision is None:
        return _("未登记")
    if not supervision:
        return _("没有")
    return _("有，与市级系统兼容") if compatible else _("有，与市级系统不兼容")


def kind_words(kind: WindowKind) -> str:
    """Name the kind of a window."""
    return _("综合窗口") if kind is WindowKind.COMPREHENSIVE else _("专业窗口")


_SENTENCES: Mapping[AmendmentKind, str] = {
    AmendmentKind.REGISTERED: N_("登记“%(name)s”，%(state)s"),
    AmendmentKind.WINDOW_OPENED: N_("%(number)s 号“%(name)s”，%(organisation)s进驻"),
    AmendmentKind.WINDOW_RENAMED: N_("%(number)s 号窗口改称“%(name)s”"),
    AmendmentKind.WINDOW_RESEATED: N_("%(number)s 号窗口改由%(organisation)s进驻"),
    AmendmentKind.WINDOW_CLOSED: N_("%(number)s 号“%(name)s”关闭"),
    AmendmentKind.WITHDRAWN: N_("修订 %(withdraws)s 不再生效"),
}


def amendment_words(row: AmendmentRow, names: Names) -> str:
    """Say what an amendment changes, in one sentence."""
    state = _(row.state.label) if row.state else ""
    if row.kind is AmendmentKind.STATE_CHANGED:
        return _("%(state)s，窗口全部关闭") % {"state": state} if row.with_windows else state
    if row.kind is AmendmentKind.SYSTEM_CHANGED:
        return system_words(row.supervision, row.compatible)
    return _(_SENTENCES[row.kind]) % {
        "state": state,
        "number": row.number,
        "name": row.name,
        "organisation": names.organisation(row.organisation),
        "withdraws": row.withdraws,
    }


def happening_of(row: AmendmentRow | LoadRow, names: Names) -> Happening:
    """Return an amendment, or a load of the data files, as an entry of a time line."""
    if isinstance(row, LoadRow):
        return Happening(title=_("载入了新的数据文件"), when=instant(row.at), who=_(row.by_name), tone=Tone.INFO)
    title = _("%(kind)s：%(day)s起，%(what)s") % {
        "kind": _(row.kind.label),
        "day": day(row.in_force_on),
        "what": amendment_words(row, names),
    }
    body = _("修订 %(id)s，理由：%(reason)s") % {"id": row.id, "reason": row.reason}
    if row.withdrawn_by:
        body = _("%(body)s。已由修订 %(by)s 撤回") % {"body": body, "by": row.withdrawn_by}
    return Happening(
        title=title,
        when=instant(row.recorded_at),
        who=row.by_name,
        body=body,
        tone=Tone.NEUTRAL if row.withdrawn_by or row.kind is AmendmentKind.WITHDRAWN else Tone.GOOD,
    )


def origin(
    amendment: int | None,
    *,
    source: str = "",
    filed: Mapping[str, str] | None = None,
    amendments: Mapping[int, AmendmentRow],
) -> str:
    """Say where a fact comes from: the data files, or whose amendment of when, and what the files say beside it."""
    row = amendments.get(amendment) if amendment else None
    if row is None:
        return _("数据文件：%(source)s") % {"source": source} if source else _("数据文件")
    told = _("修订 %(id)s，%(who)s，%(when)s") % {"id": row.id, "who": row.by_name, "when": day(row.recorded_at)}
    if filed is None:
        return told
    until = filed.get("valid_until") or _("长期")
    return _("%(told)s；数据文件写的截止日：%(until)s") % {"told": told, "until": until}
