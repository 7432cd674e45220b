"""YAML text with comments: what no dumper writes, since a draft is read and finished by a person."""

import json
import re
from collections.abc import Iterable, Mapping

_PLAIN = re.compile(r"[A-Za-z\u3400-\u9fff_][0-9A-Za-z\u3400-\u9fff_-]*")
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
FILL_IN = "请填写 / fill in"


def scalar(text: str) -> str:
    """Return a text as one YAML scalar, in quotes wherever anybody could read it as something else."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _WORDS:
        return text
    return json.dumps(text, ensure_ascii=False)


def listed(texts: Iterable[str]) -> str:
    """Return texts as a list on one line."""
    return f"[{', '.join(map(scalar, texts))}]"


def inline(pairs: Mapping[str, str]) -> str:
    """Return keys with values that are YAML already as a map on one line."""
    return "{" + ", ".join(f"{scalar(key)}: {value}" for key, value in pairs.items()) + "}"


def percent(share: float) -> str:
    """Return a confidence as people read it."""
    return f"{round(share * 100)}%"


def comment(text: str) -> str:
    """Return a text as a comment of one line."""
    return "# " + " ".join(text.split())


class Lines:
    """Lines of a YAML text, each with what is to be said beside it."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def add(self, text: str = "", note: str = "", *, depth: int = 0) -> None:
        """Append one line at a depth; the note stands behind it as a comment."""
        said = f"{text} {comment(note)}" if text and note else comment(note) if note else text
        self._lines.append(("  " * depth + said).rstrip())

    def text(self) -> str:
        """Return all of it."""
        return "\n".join(self._lines).rstrip() + "\n"
