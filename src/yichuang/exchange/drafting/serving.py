"""Serving: a service that answers in JSON over HTTP, asked by the connector's own reader for what a draft needs.

A handful of questions, each only for what is there to be read: where the records lie, by what parameters the pages are
turned, and some hundred records. No secret of the address comes into what is seen: a variable stands in its place.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from msgspec.structs import replace

from yichuang.exchange.domain import mapping as m
from yichuang.exchange.domain.drafting import replying
from yichuang.exchange.domain.drafting.refusals import NoRecordsSeen, TokenNeeded
from yichuang.exchange.domain.drafting.replying import ListSeen
from yichuang.exchange.domain.drafting.seen import PagingSeen, PlaceSeen, ServiceSeen, SourceSeen, TableSeen, table_seen
from yichuang.exchange.domain.drafting.shapes import time_format_of
from yichuang.exchange.reading.tables.asking import Asker
from yichuang.exchange.reading.tables.environment import expand
from yichuang.exchange.reading.tables.http import HttpReader
from yichuang.exchange.reading.tables.refusals import AddressFaulty, SourceRefusal, SourceRefused
from yichuang.exchange.reading.tables.replies import Reply, at_path
from yichuang.kernel.words import N_

_SECRET = re.compile(r"(?i)(token|secret|passw|pwd|sign|auth(?!or)|credential|(api|app|access)_?-?key|^key$)")
_BEARER = "Authorization"
_SECONDS, _MOST_PAGES, _MOST_TABLES = 30, 20, 20


class _Address(NamedTuple):
    """An address in its parts; `secrets` are what its variables stand for where the environment has none."""

    base: str
    path: str
    parameters: dict[str, str]
    token: m.Token
    secrets: dict[str, str]


def is_service(address: str, environ: Mapping[str, str]) -> bool:
    """Return whether an address, or the one that a variable holds, is that of a service over HTTP."""
    return _spelt_out(address, environ).casefold().startswith(("http://", "https://"))


def see_service(
    addresses: Sequence[str], *, environ: Mapping[str, str], source: str, rows: int, header: str = ""
) -> SourceSeen:
    """Return what stands at addresses of one service, each of them one or more tables.

    A token is taken from the variable `<SOURCE>_TOKEN` and sent as a bearer's, or in the header of this name. Refuses
    with TokenNeeded, NoRecordsSeen or a SourceRefusal.
    """
    variable = variable_of(source, "TOKEN")
    parts = [_split(_spelt_out(one, environ), variable, environ, header=header) for one in addresses]
    first = parts[0]
    if any(one.base != first.base for one in parts):
        raise AddressFaulty(source=next(one.base for one in parts if one.base != first.base), reason=N_("不是同一服务"))
    secrets = {name: text for part in parts for name, text in part.secrets.items()}
    filled = {**environ, **secrets}
    connection = m.Connection(url=first.base, timeout_seconds=_SECONDS, http=m.Http(token=first.token, retries=1))
    paging: PagingSeen | None = None
    lists: dict[str, tuple[ListSeen, PlaceSeen]] = {}
    with closing(Asker(connection, environ=filled)) as asker:
        for part in parts:
            reply = _asked(asker, part, part.parameters, filled, variable)
            found = [one for one in replying.lists_in(reply.data) if one.records]
            if not found:
                raise NoRecordsSeen(source=f"{part.base}{part.path}")
            if paging is None or paging.kind == "none":
                paging = _paging(asker, part, reply, found[0], filled)
            for one in found[:_MOST_TABLES]:
                lists[_name(part.path, one, alone=one is found[0], taken=lists)] = one, _place(part, one, paging)
    assert paging is not None
    tables, size = _sampled(connection, paging, {name: place for name, (_one, place) in lists.items()}, filled, rows)
    places = {table.name: lists[table.name][1] for table in tables}
    variables = tuple(sorted({*secrets, *((variable,) if variable in first.token.value else ())}))
    service = ServiceSeen(first.base, places, paging._replace(size=size), _told(first.token), variables)
    return SourceSeen(tables, "http", service=service)


def shown_address(address: str, environ: Mapping[str, str]) -> str:
    """Return an address as a draft may show it: without user, password and parameters."""
    parts = urlsplit(_spelt_out(address, environ))
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def variable_of(source: str, kind: str) -> str:
    """Return the name of the variable that holds a secret of a source."""
    return f"{re.sub('[^A-Z0-9]+', '_', source.upper()).strip('_')}_{kind}"


# --- the address ------------------------------------------------------------------------------------------------------


def _spelt_out(address: str, environ: Mapping[str, str]) -> str:
    text = address.strip()
    return expand(text, environ).strip() if re.fullmatch(r"\$\{\w+\}", text) else text


def _split(address: str, variable: str, environ: Mapping[str, str], *, header: str) -> _Address:
    parts = urlsplit(address)
    who, _at, host = parts.netloc.rpartition("@")
    secrets: dict[str, str] = {}
    token = m.Token()
    if who:
        user, _colon, password = who.partition(":")
        name = variable.removesuffix("_TOKEN") + "_PASSWORD"
        kept = password if password.startswith("${") else f"${{{name}}}"
        if not password.startswith("${"):
            secrets[name] = unquote(password)
        token = m.Token(kind="basic", user=unquote(user), password=kept)
    elif variable in environ:
        kept = f"${{{variable}}}"
        plain = header in {"", _BEARER}
        token = m.Token(kind="bearer", value=kept) if plain else m.Token(kind="header", header=header, value=kept)
    parameters = {}
    for name, text in parse_qsl(parts.query, keep_blank_values=True):
        if _SECRET.search(name) and not text.startswith("${"):
            own = variable if variable not in secrets and variable not in environ else f"{variable}_{len(secrets) + 1}"
            secrets[own] = text
            text = f"${{{own}}}"  # noqa: PLW2901 - what is kept is another text
        parameters[name] = text
    return _Address(f"{parts.scheme}://{host}", expand(parts.path, environ) or "/", parameters, token, secrets)


def _told(token: m.Token) -> dict[str, str]:
    names = {"bearer": ("value",), "header": ("header", "value"), "basic": ("user", "password")}.get(token.kind, ())
    return {"kind": token.kind, **{name: getattr(token, name) for name in names}} if names else {}


# --- the questions ----------------------------------------------------------------------------------------------------


def _asked(
    asker: Asker, part: _Address, parameters: Mapping[str, str], environ: Mapping[str, str], variable: str
) -> Reply:
    try:
        return asker.ask(asker.address(part.path), {name: expand(text, environ) for name, text in parameters.items()})
    except SourceRefused as refused:
        if part.token.kind == "none":
            raise TokenNeeded(source=asker.shown, name=variable, reason=refused.details["reason"]) from None
        raise


def _paging(asker: Asker, part: _Address, reply: Reply, found: ListSeen, environ: Mapping[str, str]) -> PagingSeen:
    """Return how the pages are turned: as the reply shows it, else as trying shows, else as names only say."""
    shown = replying.next_in(reply.data, reply.links)
    if shown is not None and shown.kind == "link":
        return shown
    first = found.records

    def turned(**changed: str) -> Sequence[Any]:
        asked = {name: expand(text, environ) for name, text in part.parameters.items()} | changed
        try:
            answer = at_path(asker.ask(asker.address(part.path), asked).data, found.path)
        except SourceRefusal:
            # A service that knows no such parameter may well refuse it.
            return ()
        return answer if isinstance(answer, list) else ()

    if shown is not None and not shown.cursor:
        # The only page was the last: by what name the next would be asked for cannot be tried.
        return shown
    if shown is not None:
        for name in replying.cursor_parameters(shown):
            answer = turned(**{name: shown.cursor})
            if answer and not replying.is_first_page(first, answer):
                return shown._replace(parameter=name, sure=replying.SURE)
        return shown._replace(more=True)
    return _counted(reply, part, first, turned)


def _counted(reply: Reply, part: _Address, first: Sequence[Any], turned: Callable[..., Sequence[Any]]) -> PagingSeen:
    trials = replying.trials_of(reply.data, part.parameters)
    best: PagingSeen | None = None
    for trial in trials if len(first) > 1 else ():
        # Once pages turn, all that is still to be found is by what their size is asked for.
        if best is not None and trial.parameter != best.parameter:
            continue
        step = replying.step_of(first)
        place = str(2 if trial.kind == "page" else step)
        judged = replying.judge(trial, first, turned(**{trial.parameter: place, trial.size_parameter: str(step)}))
        if judged is not None and judged.size_parameter:
            return judged
        best = best or judged
    if best is not None:
        begins = best.kind != "page" or replying.is_first_page(first, turned(**{best.parameter: "1"}))
        return best._replace(first=1 if begins else 0)
    told = next((trial for trial in trials if trial.told), None)
    total = replying.total_in(reply.data)
    if told is not None:
        first_page = 0 if told.kind == "page" and part.parameters.get(told.parameter) == "0" else 1
        return PagingSeen(told.kind, told.parameter, told.size_parameter, first=first_page)
    return PagingSeen(more=total is not None and total > len(first))


def _place(part: _Address, found: ListSeen, paging: PagingSeen) -> PlaceSeen:
    turning = {paging.parameter, paging.size_parameter}
    kept = {name: text for name, text in part.parameters.items() if name not in turning}
    # A parameter that holds a time asks for what is newer.
    since = next((name for name, text in kept.items() if time_format_of(text)), "")
    return PlaceSeen(part.path, found.path, {name: text for name, text in kept.items() if name != since}, since)


def _name(path: str, found: ListSeen, *, alone: bool, taken: Mapping[str, object]) -> str:
    """Return a name for a table: the last step of the address; of further lists that of the list."""
    last = path.rstrip("/").rpartition("/")[2] or "records"
    name = base = last if alone else found.path.rpartition(".")[2] or last
    number = 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    return name


def _sampled(
    connection: m.Connection,
    paging: PagingSeen,
    places: Mapping[str, PlaceSeen],
    environ: Mapping[str, str],
    rows: int,
) -> tuple[tuple[TableSeen, ...], int]:
    """Return the tables with some records of each, and of what size pages may be asked for."""
    for size in (replying.SIZE, 20) if paging.size_parameter else (replying.SIZE,):
        turned = m.Paging(
            # Pages that nobody knows how to turn are not turned.
            kind="none" if paging.more else paging.kind,  # type: ignore[arg-type] - a kind that a mapping knows
            parameter=paging.parameter,
            size_parameter=paging.size_parameter,
            size=size,
            first=paging.first,
            next=paging.next,
        )
        tables = [
            m.Table(name=name, path=one.path, records=one.records, parameters=one.parameters)
            for name, one in places.items()
        ]
        http = replace(connection, http=replace(connection.http, paging=turned))
        with closing(HttpReader(http, tables, environ=environ)) as reader:
            try:
                read = [table_seen(one.name, reader.sample(one.name, limit=rows, pages=_MOST_PAGES)) for one in tables]
            except SourceRefusal:
                # Many services refuse pages that are too large.
                if size == replying.SIZE and paging.size_parameter:
                    continue
                raise
        return tuple(read), size
    raise AssertionError("one size is the last")
