"""Drafting: a source's address in, a mapping proposed by its names and values out. Nothing is filed or kept."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import urlsplit

import yaml

from yichuang.exchange.domain.drafting.draft import Draft, draft_mapping
from yichuang.exchange.domain.drafting.proposing import Wish
from yichuang.exchange.domain.drafting.seen import SourceSeen
from yichuang.exchange.domain.drafting.shapes import time_format_of
from yichuang.exchange.domain.times import parse_day
from yichuang.exchange.drafting.knowing import known_on
from yichuang.exchange.drafting.seeing import ROWS, see
from yichuang.exchange.drafting.serving import is_service, see_service, shown_address
from yichuang.exchange.presets import load_presets

_NAME = re.compile(r"[^a-z0-9]+")
# A password may hold a stroke or an at sign that nobody has escaped: it reaches up to the last at sign.
_PASSWORD = re.compile(r"^(?P<before>[a-z0-9+]+://[^:/@]*:)(?P<password>.*)(?P<after>@[^@]*)$", re.IGNORECASE)


def draft_source(
    address: str,
    *,
    on: date,
    environ: Mapping[str, str],
    source: str = "",
    title: str = "",
    division: str = "",
    organisation: str = "",
    rows: int = ROWS,
    also: Sequence[str] = (),
    token_header: str = "",
) -> Draft:
    """Return the draft for a source; `address` may hold ${NAME}, taken from `environ`.

    `also` are further addresses of a service over HTTP, each with records of its own. A password or token in the
    address is not written into the draft: ${..._PASSWORD} or ${..._TOKEN} stands in its place. Refuses with a
    SourceRefusal, with what is wrong with a file, TokenNeeded or NoRecordsSeen.
    """
    name = source or source_name(address)
    if is_service(address, environ):
        seen = see_service([address, *also], environ=environ, source=name, rows=rows, header=token_header)
        shown, password = shown_address(address, environ), ""
    else:
        seen = see(address, environ=environ, rows=rows)
        shown, password = without_password(address, name)
    wish = Wish(
        source=name,
        address=shown,
        title=title,
        division=division,
        organisation=organisation,
        drafted_on=on.isoformat(),
        password_name=password,
    )
    presets = {key: yaml.load(text, Loader=yaml.BaseLoader) for key, text in load_presets().items()}
    return draft_mapping(seen, wish=wish, known=known_on(on, *_days_of(seen)), presets=presets)


def _days_of(seen: SourceSeen) -> list[date]:
    """Return the first and the last day that a source speaks of: its items and offices may be those of another year."""
    found: list[date] = []
    for table in seen.tables:
        for column in table.columns:
            if not column.profile.times:
                continue
            for value in column.values:
                shape = time_format_of(value)
                if shape:
                    found.append(parse_day(value.strip(), formats=(shape,), zone="Asia/Shanghai"))
    past = sorted(found)
    # The ends are often typing mistakes.
    return [past[len(past) // 20], past[-1 - len(past) // 20]] if past else []


def source_name(address: str) -> str:
    """Return a name for a source: its database or file, in the letters that a source's name may have."""
    parts = urlsplit(address)
    last = (parts.path if "://" in address else address).rstrip("/").rpartition("/")[2]
    name = _NAME.sub("-", last.rpartition(".")[0].casefold() or last.casefold()).strip("-")
    return f"county-{name}"[:64].rstrip("-") if name else "county-x"


def without_password(address: str, source: str) -> tuple[str, str]:
    """Return the address with a variable in the place of a password that is written out, and that variable's name."""
    found = _PASSWORD.match(address)
    if found is None or not found["password"] or found["password"].startswith("${"):
        return address, ""
    name = f"{_NAME.sub('_', source.casefold()).strip('_').upper()}_PASSWORD"
    return f"{found['before']}${{{name}}}{found['after']}", name
