"""Codes: what the values of a source's own lists probably mean here, and how sure that is. A person confirms them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz, process, utils

from yichuang.cases.values import CodeVariant, Result
from yichuang.exchange.domain.drafting.seen import KnownItem, KnownOrganisation
from yichuang.kernel.words import N_

SURE = 0.85
_LEAST_ITEM = 0.72
_MOST_CODES = 400
_CHANNELS = (
    ("window", ("窗口", "现场", "大厅", "线下", "柜台", "window", "counter", "hall", "onsite")),
    ("mobile", ("手机", "移动", "app", "微信", "掌上", "小程序", "mobile", "phone", "wechat")),
    ("web", ("网", "电脑", "pc", "线上", "在线", "互联网", "web", "online", "internet", "portal")),
    ("post", ("快递", "邮寄", "邮政", "post", "mail", "courier")),
)
# GB/T 39046-2020 附录A.5 办理形式.
_CHANNEL_CODES = {"1": "window", "2": "web", "3": "mobile", "4": "post", "9": "other"}
_APPLICANTS = (
    ("enterprise", ("企业", "公司", "法人", "enterprise", "company", "firm", "corporate", "legal")),
    ("natural", ("个人", "自然人", "公民", "居民", "个体", "natural", "person", "citizen", "individual")),
    ("institution", ("事业", "institution")),
    ("social", ("社会", "社团", "association")),
    ("agency", ("行政", "机关", "政府", "government")),
    ("other", ("其他", "组织", "other")),
)
# GB/T 39046-2020 附录A.4 服务对象.
_APPLICANT_CODES = {
    "1": "natural", "2": "enterprise", "3": "institution", "4": "social", "5": "agency", "6": "other", "9": "other",
}  # fmt: skip
_RESULT_WORDS: tuple[tuple[Result, tuple[str, ...]], ...] = (
    (Result.NOT_ACCEPTED, ("不予受理", "不受理", "not accepted", "not-accepted")),
    (
        Result.NOT_GRANTED,
        ("不予许可", "不予批准", "不批准", "不同意", "不准予", "不通过", "不予", "refus", "den", "not granted"),
    ),
    (Result.RETURNED, ("退件", "退回", "逾期", "撤回", "return", "withdraw", "补正")),
    (Result.VOID, ("作废", "void", "cancel")),
    (Result.DELETED, ("删除", "delete")),
    (Result.FORWARDED, ("转报", "移送", "forward", "转")),
    (Result.GRANTED, ("出证", "准予", "许可", "批准", "同意", "通过", "发证", "出文", "grant", "approv", "issued")),
    (Result.OTHER, ("其他", "办结", "正常", "other", "done", "complete", "closed")),
)
_ACTIONS = (
    ("return", ("退", "不同意", "不通过", "驳", "return", "reject")),
    ("pass", ("通过", "同意", "办结", "提交", "pass", "approve", "agree", "ok")),
    ("other", ("其他", "other")),
)
# up_pro_process.event_name 业务动作: GB/T 39046-2020 names them in this order.
_ACTION_CODES = {"1": "pass", "2": "return", "9": "other", "3": "other"}
_PROCEDURES = (
    ("hearing", ("听证", "hearing")),
    ("tender", ("招标", "投标", "tender")),
    ("auction", ("拍卖", "auction")),
    ("quarantine", ("检疫", "quarantine")),
    ("inspection", ("检验", "勘验", "现场", "踏勘", "核查", "inspection")),
    ("testing", ("检测", "测试", "testing")),
    ("appraisal", ("鉴定", "appraisal")),
    ("expert-review", ("专家", "评审", "expert", "评估", "论证")),
)
# Reasons that only one of the two lists puts under a code: the older has no 不予受理 of its own and sends back by 1.
_OLDER_SIGNS = {"1": ("退回", "职权", "不予受理", "不受理", "补正"), "5": ("逾期", "超时"), "6": ("其他",)}
_NEWER_SIGNS = {"1": ("不予许可", "不予批准"), "5": ("撤回",), "6": ("不予受理", "不受理", "职权")}
LISTED_IN_STANDARD = N_("按GB/T 39046附录A推定")


class Meaning(NamedTuple):
    """What one value of the source probably means; `target` empty where nothing is like it."""

    value: str
    target: str
    confidence: float
    rows: int
    note: str = ""


def mean_items(
    pairs: Mapping[str, tuple[str, int]], items: Sequence[KnownItem], *, division: str = "", organisation: str = ""
) -> list[Meaning]:
    """Return the main item of each of the source's item codes; `pairs` is code -> (name that stands beside it, rows).

    A code of 31 or 33 places holds its main item; otherwise the name is held against the catalogue, items of the
    division before others.
    """
    by_code = {item.code: item for item in items}
    by_implementation = {item.implementation_code: item for item in items if item.implementation_code}
    near = [item for item in items if _is_near(item, division, organisation)] or list(items)
    names = {item.code: utils.default_process(item.name) for item in near}
    meanings = []
    for code, (name, count) in sorted(pairs.items(), key=lambda one: (-one[1][1], one[0]))[:_MOST_CODES]:
        known = by_implementation.get(code[:31]) or (by_code.get(code[23:28]) if len(code) in {31, 33} else None)
        if known is None and (code in by_code) and (not name or fuzz.ratio(name, by_code[code].name) >= 50):
            known = by_code[code]
        if known is not None:
            meanings.append(Meaning(code, known.code, 0.99 if len(code) > 5 else 0.95, count, known.name))
            continue
        meanings.append(_by_name(code, name or code, count, names, by_code))
    return meanings


def _is_near(item: KnownItem, division: str, organisation: str) -> bool:
    return item.organisation == organisation if organisation else item.division == division if division else True


def _by_name(code: str, name: str, count: int, names: Mapping[str, str], by_code: Mapping[str, KnownItem]) -> Meaning:
    wanted = utils.default_process(name)
    found = process.extract(wanted, names, scorer=_alike, limit=2) if wanted else []
    if not found or found[0][1] < _LEAST_ITEM * 100:
        return Meaning(code, "", 0.0, count, name)
    _text, score, target = found[0]
    others = [one for one in found[1:] if by_code[one[2]].name != by_code[target].name]
    lead = score - (others[0][1] if others else 0.0)
    sure = score / 100 * (1.0 if lead >= 8 or score >= 99 else 0.85)
    return Meaning(code, target, round(min(sure, 0.99), 2), count, by_code[target].name)


def _alike(first: str, second: str, **_more: object) -> float:
    """A source often writes an item's name shorter or with its kind behind it; both halves must still be alike."""
    return max(
        fuzz.ratio(first, second),
        0.92 * fuzz.partial_ratio(first, second) if min(len(first), len(second)) >= 5 else 0.0,
    )


def mean_organisations(
    values: Mapping[str, int], organisations: Sequence[KnownOrganisation], *, division: str = ""
) -> list[Meaning]:
    """Return our organisation of each code or name by which the source knows one."""
    by_uscc = {one.uscc: one for one in organisations}
    by_code = {one.code: one for one in organisations}
    near = [one for one in organisations if not division or one.division.startswith(division[:6])] or list(
        organisations
    )
    names = {one.code: utils.default_process(one.name) for one in near}
    meanings = []
    for value, count in sorted(values.items(), key=lambda one: (-one[1], one[0]))[:_MOST_CODES]:
        known = by_uscc.get(value) or by_code.get(value)
        if known is not None:
            meanings.append(Meaning(value, known.code, 0.99, count, known.name))
            continue
        found = process.extractOne(utils.default_process(value), names, scorer=_alike)
        if found and found[1] >= _LEAST_ITEM * 100:
            meanings.append(Meaning(value, found[2], round(found[1] / 100, 2), count, by_code[found[2]].name))
        else:
            meanings.append(Meaning(value, "", 0.0, count))
    return meanings


def mean_channels(values: Mapping[str, int]) -> list[Meaning]:
    """Return the channel of each value; a code of the standard's list A.5 is taken for it."""
    return _of_list(values, _CHANNELS, _CHANNEL_CODES)


def mean_applicants(values: Mapping[str, int]) -> list[Meaning]:
    """Return the kind of applicant of each value; a code of the standard's list A.4 is taken for it."""
    return _of_list(values, _APPLICANTS, _APPLICANT_CODES)


def mean_actions(values: Mapping[str, int]) -> list[Meaning]:
    """Return the action of a step that each value names."""
    return _of_list(values, _ACTIONS, _ACTION_CODES)


def mean_procedures(values: Mapping[str, int]) -> list[Meaning]:
    """Return the special procedure of art. 45 that each value names; codes of kinds do not tell which."""
    return _of_list(values, _PROCEDURES, {})


def mean_results(values: Mapping[str, int]) -> list[Meaning]:
    """Return the result that each word names; digits are left to the list that `results` names."""
    words = {value: count for value, count in values.items() if not (len(value) == 1 and value in "0123456")}
    lists = tuple((result.value, signs) for result, signs in _RESULT_WORDS)
    return _of_list(words, lists, {})


def _of_list(
    values: Mapping[str, int], words: Iterable[tuple[str, tuple[str, ...]]], standard: Mapping[str, str]
) -> list[Meaning]:
    listed = list(words)
    meanings = []
    for value, count in sorted(values.items(), key=lambda one: (-one[1], one[0]))[:_MOST_CODES]:
        text = value.strip().casefold()
        target = next((target for target, signs in listed if text == target or any(sign in text for sign in signs)), "")
        if target:
            meanings.append(Meaning(value, target, 0.9, count))
        elif text.lstrip("0") in standard or text in standard:
            meanings.append(Meaning(value, standard[text.lstrip("0") or text], 0.7, count, LISTED_IN_STANDARD))
        else:
            meanings.append(Meaning(value, "", 0.0, count))
    return meanings


def variant_of(reasons: Mapping[str, Iterable[str]]) -> tuple[CodeVariant, float]:
    """Return which of the two lists of result codes a source speaks, by the reasons that stand beside 1, 5 and 6.

    0.5 says that nothing speaks for either.
    """
    older = _signs(reasons, _OLDER_SIGNS)
    newer = _signs(reasons, _NEWER_SIGNS)
    if older == newer:
        return CodeVariant.NEWER, 0.5
    sure = 0.5 + 0.45 * abs(older - newer) / (older + newer)
    return (CodeVariant.OLDER if older > newer else CodeVariant.NEWER), round(sure, 2)


def _signs(reasons: Mapping[str, Iterable[str]], signs: Mapping[str, tuple[str, ...]]) -> int:
    return sum(any(sign in text for sign in found) for code, found in signs.items() for text in reasons.get(code, ()))


def count_values(values: Iterable[str]) -> dict[str, int]:
    """Return how often each value stands, blanks left out."""
    return dict(Counter(value.strip() for value in values if value.strip()))
