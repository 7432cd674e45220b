"""What every resource says of its answers: which problems it may have, in one place."""

from typing import Any

from yichuang.api.schemas import Problem

_READING = frozenset({400, 401, 403, 404, 422, 429})
_WRITING = _READING | {409, 413}


def reading(answer: Any) -> Any:
    """Return the answers of a resource that only reads."""
    return {200: answer, _READING: Problem}


def writing(answer: Any, *, status: int = 200) -> Any:
    """Return the answers of a resource that changes something; `status` is the good one."""
    return {status: answer, _WRITING: Problem}
