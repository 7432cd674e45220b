"""Amounts of money in Chinese capital figures, as official notices write them."""

from decimal import Decimal, InvalidOperation

_FIGURES = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def in_capitals(amount: str) -> str:
    """Return "1234.50" as 人民币壹仟贰佰叁拾肆元伍角整 (支付结算办法 附件一); "" for what is no amount."""
    try:
        value = Decimal(amount)
    except InvalidOperation:
        return ""
    if not value.is_finite() or value < 0 or value >= Decimal(10) ** 16 or value != value.quantize(Decimal("0.01")):
        return ""
    cents = int(value * 100)
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    text = f"{_whole(yuan)}元" if yuan else ""
    if jiao:
        text += f"{_FIGURES[jiao]}角"
    elif fen and yuan:
        text += "零"
    text += f"{_FIGURES[fen]}分" if fen else "整"
    return "人民币" + (text if cents else "零元整")


def _whole(number: int) -> str:
    groups = []
    while number:
        groups.append(number % 10_000)
        number //= 10_000
    text = ""
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            continue
        # A gap between groups, or a group that does not fill its thousands, is read as one zero.
        if text and (group < 1000 or not groups[place + 1]):
            text += "零"
        text += _four(group) + _GROUPS[place]
    return text


def _four(group: int) -> str:
    text, zero = "", False
    for place in range(3, -1, -1):
        figure = group // 10**place % 10
        if figure:
            text += ("零" if zero else "") + _FIGURES[figure] + _UNITS[place]
            zero = False
        elif text:
            zero = True
    return text
