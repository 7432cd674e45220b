"""Environment: `${NAME}` in a mapping, so that no password stands in a file. Values never reach a message."""

import re
from collections.abc import Mapping
from urllib.parse import quote

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from yichuang.exchange.reading.tables.refusals import AddressFaulty, VariableMissing
from yichuang.kernel.words import N_

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_WHOLE = re.compile(r"\s*\$\{([A-Za-z_][A-Za-z0-9_]*)\}\s*")
_WHO = re.compile(r"(?<=://)\S*@")


def expand(text: str, environ: Mapping[str, str]) -> str:
    """Return a text with every `${NAME}` filled; refuses with VariableMissing."""
    return _VARIABLE.sub(lambda found: _value(found[1], environ), text)


def expand_url(text: str, environ: Mapping[str, str]) -> URL:
    """Return a database URL with its variables filled part by part, so that a password may hold any character.

    A URL that is one variable as a whole is taken as it stands there. Refuses with AddressFaulty or VariableMissing.
    """
    if whole := _WHOLE.fullmatch(text):
        return _parse(_value(whole[1], environ))
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        # A variable for the port: no part by itself is a URL's.
        return _parse(_VARIABLE.sub(lambda found: quote(_value(found[1], environ), safe=""), text))

    def part(given: str | None) -> str | None:
        return None if given is None else expand(given, environ)

    query = {
        name: expand(value, environ) if isinstance(value, str) else tuple(expand(one, environ) for one in value)
        for name, value in url.query.items()
    }
    return url.set(
        username=part(url.username),
        password=part(None if url.password is None else str(url.password)),
        host=part(url.host),
        database=part(url.database),
        query=query,
    )


def hide_secrets(text: str) -> str:
    """Return an address fit for a message: whatever may be a password is left out."""
    return _WHO.sub("***@", text).partition("?")[0]


def _parse(text: str) -> URL:
    try:
        return make_url(text.strip())
    except (ArgumentError, ValueError, NoSuchModuleError):
        raise AddressFaulty(source=hide_secrets(text)[:80], reason=N_("不是数据库地址")) from None


def _value(name: str, environ: Mapping[str, str]) -> str:
    found = environ.get(name)
    if found is None:
        raise VariableMissing(name=name, source="")
    return found
