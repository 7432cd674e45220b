"""Shapes: what the values of a column look like, whatever the column is called.

A value may have several shapes (a code of six digits may be a division or a number); a column has the share of its
values that have each. The shapes of the vocabulary are the keys of SHAPES.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import time
from functools import lru_cache
from typing import NamedTuple

from yichuang.exchange.domain.times import EXCEL, ISO, parse_time
from yichuang.kernel.identifiers import uscc
from yichuang.kernel.refusal import Refusal

# In the order in which they are tried; a mapping's `times` keeps it. The first that fits is taken.
TIME_FORMATS = (
    ISO,
    "%Y%m%d%H%M%S", "%Y%m%d%H%M", "%Y%m%d",
    "%Y-%m-%d %H:%M", "%Y-%m-%d",
    "%Y-%m-%d %I:%M:%S %p", "%Y-%m-%d %I:%M %p", "%Y-%m-%d %p %I:%M:%S", "%Y-%m-%d %p %I:%M", "%Y-%m-%d %p%I:%M:%S",
    "%Y-%m-%d %p%I:%M",
    "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d %I:%M:%S %p", "%Y/%m/%d %I:%M %p", "%Y/%m/%d %p %I:%M:%S",
    "%Y/%m/%d %p%I:%M:%S", "%Y/%m/%d",
    "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日 %H:%M", "%Y年%m月%d日%H时%M分", "%Y年%m月%d日 %p%I:%M", "%Y年%m月%d日",
    "%Y.%m.%d %H:%M:%S", "%Y.%m.%d %H:%M", "%Y.%m.%d",
    "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y",
)  # fmt: skip
_ZONE = "Asia/Shanghai"
_DIVISION = re.compile(r"[1-8]\d{5}(\d{3}(\d{3})?)?")
_PHONE = re.compile(r"(\+?86-?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]?\d{7,8}")
_GUID = re.compile(r"\{?[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}\}?")
_IDENTIFIER = re.compile(r"[0-9A-Za-z\u3400-\u9fff〔〕\[\]()（）_.#/-]{3,64}")
_CODE = re.compile(r"[0-9A-Za-z._-]{1,40}")
_LIKE_RESIDENT = re.compile(r"[1-8]\d{5}(18|19|20)\d{2}(0[1-9]|1[0-2])\d{5}[0-9Xx]|[1-8]\d{5}\d{2}(0[1-9]|1[0-2])\d{5}")
_MASKED_ID = re.compile(r"[1-8]\d{2,5}\*{6,12}[0-9Xx*]{2,4}")
_NUMBER = re.compile(r"-?\d{1,9}(\.\d+)?")
_MONEY = re.compile(r"-?\d{1,9}\.\d{2}")
_HAN = re.compile(r"[\u3400-\u9fff]")
_ORGAN = re.compile(
    r"[\u3400-\u9fff（）()]{1,30}(局|委|委员会|办|办公室|中心|分局|支队|大队|站|厅|处|所|政府|部门|法院|公积金|办事处|工商|国土|住建)"
)
_COMPANY = re.compile(
    r"[\u3400-\u9fffA-Za-z0-9（）()·]{2,40}(公司|厂|店|合作社|部|中心|学校|医院|协会|商行|超市|企业|事务所|集团|酒店|门市部)"
)
_PERSON = re.compile(r"[\u3400-\u9fff][\u3400-\u9fff*＊]{1,3}|[\u3400-\u9fff]{1,8}[·•][\u3400-\u9fff·•]{1,12}")
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢"
    "安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游"
    "辛靳欧阳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵"
    "苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝测试某"
)
_RESULTS = frozenset({
    *"0123456", "出证办结", "退回办结", "作废办结", "删除办结", "转报办结", "其他办结", "不予许可", "退件", "不予受理",
    "准予许可", "准予", "同意", "不同意", "批准", "不批准", "予以许可", "办结", "通过", "不通过", "许可", "退回",
    "作废", "转报", "不予批准", "撤回", "补正逾期", "正常办结", "已发证", "granted", "refused", "approved", "rejected",
    "returned", "void", "forwarded", "withdrawn", "denied",
})  # fmt: skip
_FLAGS = frozenset({"0", "1", "y", "n", "yes", "no", "true", "false", "是", "否", "t", "f"})
_OPERATIONS = frozenset({"i", "u", "d", "insert", "update", "delete", "新增", "修改", "删除", "a", "m", "add", "c"})
_LONGEST_WORD = 12


def time_format_of(value: str) -> str:
    """Return the first known format that reads a value as an instant or a day; none: the empty text."""
    return _time_format(value.strip()) if 6 <= len(value.strip()) <= 40 else ""


@lru_cache(maxsize=20_000)
def _time_format(value: str) -> str:
    for shape in TIME_FORMATS:
        try:
            found = parse_time(value, formats=(shape,), zone=_ZONE, date_only_at=time(9))
        except Refusal:
            continue
        if 1980 <= found.year <= 2040:
            return shape
    return ""


def _is_instant(value: str) -> bool:
    shape = time_format_of(value)
    return bool(shape) and (("%H" in shape or "%I" in shape) or (shape == ISO and len(value.strip()) > 10))


def _is_day(value: str) -> bool:
    return bool(time_format_of(value)) and not _is_instant(value)


def _is_resident(value: str) -> bool:
    # A number with a wrong check digit is still meant as one, and so is one that its source has masked.
    return _MASKED_ID.fullmatch(value) is not None or _LIKE_RESIDENT.fullmatch(value) is not None


def _is_uscc(value: str) -> bool:
    return len(value) == 18 and not value.isdigit() and _passes(uscc.check, value)


def _passes(check: Callable[[str], object], value: str) -> bool:
    if len(value) != 18:
        return False
    try:
        check(value)
    except Refusal:
        return False
    return True


def _is_person(value: str) -> bool:
    return _PERSON.fullmatch(value) is not None and value[0] in _SURNAMES and not _ORGAN.fullmatch(value)


SHAPES: dict[str, Callable[[str], bool]] = {
    "instant": _is_instant,
    "day": _is_day,
    "resident": _is_resident,
    "uscc": _is_uscc,
    "phone": lambda value: _PHONE.fullmatch(value) is not None,
    "division": lambda value: _DIVISION.fullmatch(value) is not None and not time_format_of(value),
    "guid": lambda value: _GUID.fullmatch(value) is not None,
    "operation": lambda value: value.casefold() in _OPERATIONS,
    "result": lambda value: value.casefold() in _RESULTS,
    "flag": lambda value: value.casefold() in _FLAGS,
    "money": lambda value: _MONEY.fullmatch(value) is not None,
    "number": lambda value: _NUMBER.fullmatch(value) is not None,
    "organ": lambda value: _ORGAN.fullmatch(value) is not None,
    "company": lambda value: _COMPANY.fullmatch(value) is not None,
    "person": _is_person,
    "identifier": lambda value: _IDENTIFIER.fullmatch(value) is not None and any(one.isdigit() for one in value),
    "code": lambda value: _CODE.fullmatch(value) is not None,
    "title": lambda value: _HAN.search(value) is not None and 3 <= len(value) <= 80,
    "word": lambda value: len(value) <= _LONGEST_WORD,
    "text": lambda value: _HAN.search(value) is not None or " " in value,
}
# What cannot well be anything else; a field that expects none of the column's own is not that column.
TELLING = frozenset({"instant", "day", "resident", "uscc", "phone", "guid"})
# What a field that expects only these must be able to show.
STRICT = TELLING | {"operation", "division", "number", "money", "result", "flag"}
# What speaks for a field where it is seen, and hardly against it where it is not.
SUGGESTIVE = frozenset({"organ", "person", "company"})
EXCEL_TIMES = EXCEL


class Profile(NamedTuple):
    """What a column's values look like: the share of each shape, how many differ, the formats of its times."""

    values: int
    distinct: int
    shares: dict[str, float]
    times: tuple[str, ...] = ()

    @property
    def unique(self) -> bool:
        """Return whether no value stands twice, as far as was seen."""
        return self.values > 1 and self.distinct == self.values

    def share(self, shapes: Iterable[str]) -> float:
        """Return the best share among some shapes, where two of them may add up (a person or a firm)."""
        return min(1.0, sum(self.shares.get(shape, 0.0) for shape in shapes))


def profile_of(values: Sequence[str]) -> Profile:
    """Return what some values look like; blank ones say nothing."""
    given = [value.strip() for value in values if value.strip()]
    if not given:
        return Profile(0, 0, {})
    counted: Counter[str] = Counter()
    for value, times in Counter(given).items():
        for name, fits in SHAPES.items():
            if fits(value):
                counted[name] += times
    formats = Counter(filter(None, map(time_format_of, given)))
    ordered = tuple(shape for shape in TIME_FORMATS if formats.get(shape))
    return Profile(len(given), len(set(given)), {name: n / len(given) for name, n in counted.items()}, ordered)
