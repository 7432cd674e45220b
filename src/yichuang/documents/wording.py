"""Words and measures that all three formats share, so that they say the same.

Answers: which number stands before a heading, where a title breaks, how wide a line of text is, how a date
is written (GB/T 9704-2012, 7.3).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise
from unicodedata import east_asian_width

from yichuang.documents.notice import Block, Heading, OfficialNotice, printable

TITLE_WIDTH = 20.0  # characters of 2号 (22 pt) in the 156 mm of the type area
_DIGITS = "零一二三四五六七八九"
_NEVER_BEFORE = "的之等、，；：。）》”’〕"
_NEVER_AFTER = "《（“‘〔和与及或"
_GOOD_AFTER = ("关于", "、", "，", "》", "”", "）")


def chinese_number(value: int) -> str:
    """Return 1 to 99 in Chinese figures, as headings count."""
    tens, ones = divmod(value, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")


def heading_label(*, level: int, number: int) -> str:
    """Return the label of the nth heading of its level (GB/T 9704-2012, 7.3.3)."""
    if level == 1:
        return f"{chinese_number(number)}、"
    if level == 2:
        return f"（{chinese_number(number)}）"
    return f"{number}." if level == 3 else f"（{number}）"


def labelled(body: Iterable[Block]) -> Iterator[tuple[Block, str]]:
    """Yield every block with its heading label ("" for what carries none)."""
    counts = [0, 0, 0, 0]
    for block in body:
        if isinstance(block, Heading) and block.numbered:
            counts[block.level - 1] += 1
            counts[block.level :] = [0] * (4 - block.level)
            yield block, heading_label(level=block.level, number=counts[block.level - 1])
        else:
            yield block, ""


def chinese_date(day: date) -> str:
    """Return 2015年7月23日: Arabic figures, full year, no leading zeros (7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def width_in_characters(text: str) -> float:
    """Return the width in full characters; Latin letters and figures count one half."""
    return sum(1.0 if east_asian_width(char) in "WFA" else 0.5 for char in text)


def addressees_line(text: str) -> str:
    """Return the addressees ending in a full-width colon (7.3.2)."""
    return printable(text).rstrip("：:。 ") + "："


def copies_lines(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Return the lines of 抄送, the last one ending in a full stop (7.4.2)."""
    clean = [printable(line) for line in lines if printable(line)]
    return (*clean[:-1], clean[-1].rstrip("。.；;，, ") + "。") if clean else ()


def attachment_lines(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return (label, name) per attachment: numbered only if several, nothing after the name (7.3.4)."""
    clean = [printable(name).rstrip("。；;，, ") for name in names]
    return tuple((f"{n}." if len(clean) > 1 else "", name) for n, name in enumerate(clean, start=1))


def note_line(text: str) -> str:
    """Return the note in full-width brackets (7.3.6)."""
    return f"（{printable(text).strip('（）()')}）" if printable(text) else ""


def title_lines(title: str) -> tuple[str, ...]:
    """Break a title where meaning allows, into lines that form a trapezoid or diamond (7.3.1).

    Line breaks already in the title are kept.
    """
    given = tuple(line for line in (printable(part) for part in title.split("\n")) if line)
    if len(given) > 1:
        return given
    text = given[0]
    count = -(-int(width_in_characters(text) * 2) // int(TITLE_WIDTH * 2))
    if count == 1:
        return (text,)
    places = [i for i in range(2, len(text) - 1) if _may_break(text, i)]
    for lines in range(count, count + 2):
        # A title of five lines is no title; the guard keeps the search small for hostile input.
        if lines > 4 or len(places) > 80:
            break
        options = [_cut(text, at) for at in combinations(places, lines - 1)]
        fitting = [option for option in options if max(map(width_in_characters, option)) <= TITLE_WIDTH]
        if fitting:
            return min(fitting, key=lambda option: (_shape_cost(option), option))
    return (text,)


@dataclass(frozen=True, slots=True)
class Tail:
    """Where signature and date stand: blank rows above, and right indents in characters of 3号."""

    blank: int
    signature_indent: float
    date_indent: float


def tail_layout(notice: OfficialNotice) -> Tail:
    """Place signature and date: with seal after 7.3.5.1, without after 7.3.5.2."""
    signature = width_in_characters(printable(notice.signature))
    day = width_in_characters(chinese_date(notice.dated_on))
    if notice.sealed:
        # The date keeps four characters free; the signature stands centred above it, within the type area.
        return Tail(blank=2, signature_indent=max(4 + day / 2 - signature / 2, 0.0), date_indent=4.0)
    # The date starts two characters right of the signature; the longer of the two ends two from the edge.
    lead = signature - 2 - day
    return Tail(blank=1, signature_indent=2 + max(-lead, 0.0), date_indent=2 + max(lead, 0.0))


def metadata_title(notice: OfficialNotice) -> str:
    """Return the title on one line, for document properties."""
    return "".join(printable(part) for part in notice.title.split("\n"))


def _may_break(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if after in _NEVER_BEFORE or before in _NEVER_AFTER:
        return False
    return not re.match(r"[0-9A-Za-z.%][0-9A-Za-z.%年月日号届次]", before + after)


def _cut(text: str, at: tuple[int, ...]) -> tuple[str, ...]:
    ends = (0, *at, len(text))
    return tuple(text[a:b] for a, b in pairwise(ends))


def _shape_cost(lines: tuple[str, ...]) -> float:
    """Weigh a break: bad places dear, hourglass and rectangle dear, very uneven lines a little dear."""
    widths = [width_in_characters(line) for line in lines]
    cost = sum(0.0 if line.endswith(_GOOD_AFTER) else 6.0 for line in lines[:-1])
    if len(lines) > 2 and any(b < a and b < c for a, b, c in zip(widths, widths[1:], widths[2:], strict=False)):
        cost += 20.0
    if max(widths) - min(widths) < 1.0:
        cost += 3.0
    return cost + (max(widths) - min(widths)) * 0.3
