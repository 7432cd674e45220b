"""Logs: the shape of an event log that is written piece by piece, whichever its format.

A log is written in phases, each over all cases; what a writer must remember between two cases is small and goes into
`memory`, so that a log that was broken off is gone on with.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Protocol

from yichuang.exchange.export.histories import Story
from yichuang.kernel.crypto import sm3


class Writer(Protocol):
    """One format: text before, for each case and behind, phase by phase."""

    phases: tuple[str, ...]

    def open(self, phase: str) -> str:
        """Return what stands before the first case of a phase."""
        ...

    def write(self, phase: str, story: Story) -> str:
        """Return what a case adds in a phase."""
        ...

    def close(self, phase: str) -> str:
        """Return what stands behind the last case of a phase."""
        ...

    def memory(self) -> dict[str, Any]:
        """Return what must be remembered, as JSON can keep it."""
        ...

    def remember(self, memory: dict[str, Any]) -> None:
        """Take up what was remembered."""
        ...


class Piece(NamedTuple):
    """A piece of a log, and the place behind it: phase and last case."""

    text: str
    phase: int
    case: int


def pieces(
    writer: Writer, read: Callable[[int], Iterator[Story]], *, phase: int = 0, after: int = 0, begun: bool = False
) -> Iterator[Piece]:
    """Yield a log from a place on; `read` gives the cases behind one. `begun`: the phase has been opened already."""
    for number in range(phase, len(writer.phases)):
        name = writer.phases[number]
        last = after if number == phase else 0
        if not (begun and number == phase):
            yield Piece(writer.open(name), number, last)
        for story in read(last):
            last = story.case.row.case_id
            yield Piece(writer.write(name, story), number, last)
        yield Piece(writer.close(name), number + 1, 0)


def alias(identity: str) -> str:
    """Return a stand-in for a person: the same person has the same one, and nobody is named."""
    return sm3(identity.encode()).hex()[:12] if identity else ""
