"""Replying: where the records lie in a reply of a service, and by what its pages are turned. JSON in, guesses out.

A guess is said by a name in the reply or the address, or tried: the next page is asked for by some names that services
use, and shows by its first record whether it is the next page.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from yichuang.exchange.domain.drafting.seen import GUESSED, PagingSeen

_DEEPEST = 4
_HOLDERS = ("data", "records", "rows", "list", "items", "result", "results", "content", "value", "cases", "body")
_PAGES = (
    "page", "pageno", "pagenum", "pageindex", "pagenumber", "page_no", "page_num", "page_index", "page_number",
    "currentpage", "current_page", "current", "curpage", "p",
)  # fmt: skip
_SIZES = ("size", "pagesize", "page_size", "per_page", "perpage", "limit", "rows", "num", "top")
_OFFSETS = ("offset", "start", "skip", "startindex", "from")
_TOTALS = ("total", "totalcount", "total_count", "totalelements", "totalrows", "recordstotal", "totalrecords", "count")
_NEXT_LINKS = ("next", "nextlink", "next_link", "nextpage", "next_page", "next_page_url", "nexturl", "@odata.nextlink")
_CURSORS = (
    "next_cursor", "nextcursor", "cursor", "nexttoken", "next_token", "nextpagetoken", "next_page_token",
    "continuation", "continuationtoken", "scroll_id", "scrollid", "endcursor", "end_cursor", "after", "next",
)  # fmt: skip
_MANY_THINGS = frozenset({"next", "after"})
CURSOR_PARAMETERS = ("cursor", "next_cursor", "nextCursor", "page_token", "pageToken", "token", "after", "next")
_USUAL = (
    ("page", "page", "size"), ("page", "page", "pageSize"), ("page", "pageNo", "pageSize"),
    ("page", "pageNum", "pageSize"), ("offset", "offset", "limit"), ("page", "pageIndex", "pageSize"),
    ("page", "current", "size"), ("page", "page", "per_page"), ("page", "page", "limit"), ("offset", "start", "limit"),
)  # fmt: skip
SURE, TOLD = 0.97, 0.8
SIZE = 200


class ListSeen(NamedTuple):
    """One list of records: its path as a mapping writes it, and its records."""

    path: str
    records: tuple[Mapping[str, Any], ...]


class Trial(NamedTuple):
    """One way of turning pages, to be tried; `told` says that the reply or the address names it."""

    kind: str
    parameter: str
    size_parameter: str
    told: bool = False


def lists_in(data: Any) -> list[ListSeen]:
    """Return the lists of objects of a reply, the likeliest to be its records first.

    What lies inside a record belongs to it. An empty list counts where its name says that records belong there.
    """
    found = list(_lists(data, "", 0))

    def worth(one: ListSeen) -> tuple[bool, float, int]:
        last = one.path.rpartition(".")[2].casefold()
        columns = max((len(record) for record in one.records[:20]), default=0)
        named = 2.0 if last in _HOLDERS or not one.path else 1.0
        return bool(one.records), named * min(columns, 8), len(one.records)

    return sorted(found, key=lambda one: (*(-part for part in worth(one)), one.path))


def _lists(data: Any, path: str, depth: int) -> Iterator[ListSeen]:
    if isinstance(data, list):
        records = tuple(one for one in data if isinstance(one, dict))
        last = path.rpartition(".")[2].casefold()
        if 2 * len(records) > len(data) or (not data and (not path or last in _HOLDERS)):
            yield ListSeen(path, records)
    elif isinstance(data, dict) and depth < _DEEPEST:
        for name, value in data.items():
            # A path has dots between its steps: a name with one cannot be written.
            if name and "." not in name:
                yield from _lists(value, f"{path}.{name}" if path else name, depth + 1)


def _leaves(data: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, str, str]]:
    """Yield (path, name, text) of every value of a reply that is in no list; null is the empty text."""
    if isinstance(data, dict) and depth < _DEEPEST:
        for name, value in data.items():
            below = f"{path}.{name}" if path else name
            if isinstance(value, str) or value is None:
                yield below, name, value or ""
            else:
                yield from _leaves(value, below, depth + 1)


def total_in(data: Any) -> int | None:
    """Return how many records a reply says that there are; None where it does not say."""
    for wanted in _TOTALS:
        for _path, name, text in _leaves(data):
            if name.casefold() == wanted and text.isdecimal():
                return int(text)
    return None


def next_in(data: Any, links: Mapping[Any, Any]) -> PagingSeen | None:
    """Return the way of turning pages that a reply shows by itself: a link or a cursor; None: neither."""
    if links.get("next", {}).get("url"):
        return PagingSeen("link", sure=SURE)
    leaves = [leaf for leaf in _leaves(data) if "." not in leaf[1]]
    for path, name, text in leaves:
        if name.casefold() in _NEXT_LINKS and text.startswith(("http://", "https://", "/")):
            return PagingSeen("link", next=path, sure=SURE)
    for wanted in _CURSORS:
        for path, name, text in leaves:
            # A number may be that of a page, and nothing at all the end of any way of turning them.
            if name.casefold() == wanted and (wanted not in _MANY_THINGS or (text and not text.isdecimal())):
                parameter = "pageToken" if name == "nextPageToken" else "cursor"
                return PagingSeen("cursor", parameter, next=path, sure=GUESSED, cursor=text)
    return None


def cursor_parameters(paging: PagingSeen) -> tuple[str, ...]:
    """Return the names under which a cursor may be asked for."""
    return tuple(dict.fromkeys((*CURSOR_PARAMETERS, paging.next.rpartition(".")[2])))


def trials_of(data: Any, parameters: Mapping[str, str]) -> list[Trial]:
    """Return the ways of turning counted pages that are worth a question, those that something names first."""
    names = [*parameters, *(name for _path, name, text in _leaves(data) if text.isdecimal())]
    pages, sizes, offsets = (
        [name for name in dict.fromkeys(names) if name.casefold() in known] for known in (_PAGES, _SIZES, _OFFSETS)
    )
    told = [
        Trial(kind, name, size, told=True)
        for kind, given in (("page", pages), ("offset", offsets))
        for name in given
        for size in (*sizes, *_usual_sizes(name)[: 1 if sizes else 2])
    ]
    found: dict[tuple[str, str, str], Trial] = {}
    for one in (*told, *(Trial(*usual) for usual in _USUAL)):
        found.setdefault((one.kind, one.parameter, one.size_parameter), one)
    return list(found.values())


def _usual_sizes(name: str) -> list[str]:
    usual = [size for _kind, parameter, size in _USUAL if parameter == name]
    return usual or (["page_size"] if "_" in name else ["pageSize", "size"])


def step_of(records: Sequence[Any]) -> int:
    """Return how many records a page of a trial is to have, so that the third begins inside the first reply."""
    return max(1, len(records) // 3)


def judge(trial: Trial, first: Sequence[Any], answer: Sequence[Any]) -> PagingSeen | None:
    """Return what the second page of a trial says of it; None: nothing was turned by it.

    `first` is asked for without turning, `answer` by the trial's second page of `step_of(first)` records. `first`
    of the result is -1 where only another question can tell from what number the pages are counted.
    """
    if not answer or not first:
        return None
    step = step_of(first)
    places = {_same(record): place for place, record in reversed(list(enumerate(first)))}
    place = places.get(_same(answer[0]))
    whole = len(answer) <= step
    size = trial.size_parameter if whole else ""
    if trial.kind == "offset":
        return PagingSeen("offset", trial.parameter, size, sure=SURE) if place == step else None
    if place is None:
        # Another page, and not one of the size that was asked for.
        return PagingSeen("page", trial.parameter, "", first=-1, sure=TOLD + 0.1)
    counted_from = {step: 1, 2 * step: 0}.get(place) if whole else None
    return None if counted_from is None else PagingSeen("page", trial.parameter, size, first=counted_from, sure=SURE)


def is_first_page(first: Sequence[Any], answer: Sequence[Any]) -> bool:
    """Return whether an answer begins as the first reply did."""
    return bool(first and answer) and _same(first[0]) == _same(answer[0])


def _same(record: Any) -> str:
    return json.dumps(record, sort_keys=True)
