"""Walks every address of the site: builds each with plausible arguments and says how the site answered.

The written matrix is `access_matrix.yaml` beside this file: which permission guards each address, and which roles
hold each permission. It is written by hand, apart from the law file that the site itself reads.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import get_converters

MATRIX = Path(__file__).with_name("access_matrix.yaml")
SIGN_IN = "/accounts/sign-in/"
ADMIN = "operator/"

# What an argument is called says what it is; a name that is not here gets a value by its converter.
ARGUMENTS: Mapping[str, str] = {
    "app_label": "accounts",
    "area": "610924",
    "case": "610924-20150105-00001-0",
    "centre": "610924-centre",
    "centre_code": "610924-centre",
    "code": "610924-centre",
    "county": "610924",
    "department": "guotu",
    "division": "610924",
    "item": "11003",
    "kind": "receipt",
    "number": "61092420150105000010",
    "object_id": "1",
    "organisation": "610924-guotu",
    "region": "610924",
}
BY_CONVERTER = {"int": "1", "uuid": "00000000-0000-4000-8000-000000000001", "slug": "none", "path": "none"}
_ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>")


class Answer(StrEnum):
    """How the site answers."""

    ALLOWED = "allowed"
    TO_SIGN_IN = "to sign-in"
    FORBIDDEN = "forbidden"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Address:
    """One address: its name with name spaces, its pattern, and what its view says about permission."""

    name: str
    pattern: str
    stated: str

    def filled(self, overrides: Mapping[str, str]) -> str:
        """Return a real address."""

        def value(found: re.Match[str]) -> str:
            converter, name = found.group(1) or "str", found.group(2)
            return overrides.get(name) or ARGUMENTS.get(name) or BY_CONVERTER.get(converter) or "none"

        return "/" + _ARGUMENT.sub(value, self.pattern)


def _plain(pattern: str) -> str:
    """Return a pattern of either kind with its arguments in angle brackets."""
    text = re.sub(r"\(\?P<(\w+)>.*?\)(?=\$|\\Z|/|\Z)", r"<\1>", pattern)
    return text.replace("\\Z", "").replace("\\.", ".").strip("^$").rstrip("?")


def addresses() -> list[Address]:
    """List every address of the site, in the order in which it is looked up."""
    return list(_below(get_resolver(), "", ""))


def _below(resolver: URLResolver, prefix: str, space: str) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        pattern = prefix + _plain(str(entry.pattern))
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _below(entry, pattern, inner)
        elif isinstance(entry, URLPattern):
            stated = getattr(entry.callback, "permission", None) or getattr(
                getattr(entry.callback, "view_class", None), "permission", ""
            )
            yield Address(name=f"{space}{entry.name or pattern}", pattern=pattern, stated=str(stated or ""))


@cache
def written() -> dict[str, Any]:
    """Return the written matrix."""
    found: dict[str, Any] = yaml.safe_load(MATRIX.read_text(encoding="utf-8"))
    return found


def ask(client: Client, address: str, *, method: str = "get") -> tuple[Answer, int]:
    """Return how the site answers a client, and the status."""
    response = getattr(client, method)(address)
    # The admin sends people from one of its pages to another, and at last to its door, which is ours.
    for _step in range(5):
        if response.status_code not in {301, 302} or not urlsplit(response["Location"]).path.startswith(f"/{ADMIN}"):
            break
        response = client.get(response["Location"])
    if response.status_code in {301, 302} and urlsplit(response["Location"]).path == SIGN_IN:
        return Answer.TO_SIGN_IN, response.status_code
    if response.status_code == 403:
        return Answer.FORBIDDEN, 403
    if response.status_code >= 500 and response.status_code != 503:
        return Answer.FAULT, response.status_code
    return Answer.ALLOWED, response.status_code


def all_arguments_known() -> set[str]:
    """Return the names of converters that the walk can fill."""
    return {"str", *BY_CONVERTER} & set(get_converters())
