"""The table of contents (卷内目录) and the time line of an archive folder, as letters."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from yichuang.calendar.values import local_day
from yichuang.cases.values import RESULT_LABELS, CaseFile, Unit
from yichuang.documents import Facts, Letter, Paragraph, Table, printable
from yichuang.documents.wording import chinese_date
from yichuang.papers.domain.dossier import Dossier
from yichuang.papers.domain.wording import CHANNELS, KINDS, METHODS, UNITS, day, moment

_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_CODE = re.compile(r"\d{6,12}-[a-z][a-z0-9-]*")
_RESULTS = {result.value: label for result, label in RESULT_LABELS.items()}
_WORDS: dict[str, str] = {**_RESULTS, **CHANNELS, **KINDS, **METHODS}
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the table of contents; `first` is its first page, `pages` 0 for what lies beside the PDF."""

    title: str
    number: str
    dated_on: date
    first: int
    pages: int
    note: str = ""


def contents_page(d: Dossier, entries: Sequence[Entry]) -> Letter:
    """Return the table of contents: serial, document number, title, day, pages (DA/T 22—2015)."""
    rows = tuple(
        (str(place), entry.number, entry.title, f"{entry.dated_on:%Y%m%d}", _pages(entry), entry.note)
        for place, entry in enumerate(entries, start=1)
    )
    return Letter(
        organisation=d.organisation_name,
        title="卷内目录",
        body=(
            Facts(
                (*_heads(d), ("总页数", f"{sum(entry.pages for entry in entries)}页"), ("件数", f"{len(entries)}件"))
            ),
            Table(
                header=("序号", "文号", "题名", "日期", "页号", "备注"), rows=rows, widths=(1.1, 3.4, 5, 2, 1.6, 2.4)
            ),
        ),
        signature="",
        dated_on=local_day(d.acts[-1].at),
        seal_place=False,
        footer=f"办件编号 {d.number}",
    )


def _pages(entry: Entry) -> str:
    if not entry.pages:
        return "—"
    last = entry.first + entry.pages - 1
    return str(entry.first) if last == entry.first else f"{entry.first}—{last}"


def _heads(d: Dossier) -> tuple[tuple[str, str], ...]:
    applicant = d.applicant.name if d.applicant else ""
    return (("办件编号", d.number), ("申请事项", d.item_name), ("申请人", applicant), ("收件日期", day(d.received_on)))


def _detail(d: Dossier, label: str, text: str, unit: str) -> str:
    return f"{label}：{_value(d, text)}{UNITS[Unit(unit)] if unit else ''}"


def timeline(d: Dossier, file: CaseFile) -> Letter:
    """Return the time line: every event with time, actor, content and the beginning of its hash."""
    rows = tuple(
        (
            str(line.seq),
            moment(line.source_at),
            f"{line.title}（已撤回）" if line.withdrawn else line.title,
            line.actor,
            "；".join(_detail(d, *detail) for detail in line.details),
            line.digest[:16],
        )
        for line in file.events
    )
    whole = "完整" if not file.chain_faults else "不完整：" + "；".join(file.chain_faults)
    return Letter(
        organisation=d.organisation_name,
        title="办理过程记录",
        body=(
            Facts((*_heads(d), ("账本核验", whole), ("末次哈希", file.head))),
            Table(
                header=("序号", "时间", "事项", "经办人", "内容", "哈希（前16位）"),
                rows=rows,
                widths=(1, 2.3, 2, 2, 5, 2.6),
            ),
            Paragraph.of(f"以上记录由办件账本生成，共{len(rows)}项，止于{chinese_date(local_day(d.acts[-1].at))}。"),
        ),
        signature="",
        dated_on=local_day(d.acts[-1].at),
        seal_place=False,
        footer=f"办件编号 {d.number}",
    )


def _value(d: Dossier, text: str) -> str:
    """Return what stands behind a code; what is no code stays as it is."""
    return d.place_name(text) if _CODE.fullmatch(text) else _WORDS.get(text, text)


def file_name(original: str) -> str:
    """Return a file's own name as a folder may hold it: no path, no control or reserved characters, not hidden."""
    plain = _UNFIT.sub("_", printable(original)).strip(". ") or "file"
    stem, dot, ending = plain.rpartition(".")
    return plain if len(plain) <= _LONGEST_NAME else f"{(stem or plain)[: _LONGEST_NAME - 12]}{dot}{ending[:10]}"
