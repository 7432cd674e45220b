"""Pages: one window on a long list, by keyset, so that page 10,000 costs what page 1 costs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows of one page; `next_after` is the cursor of the following page, "" at the end."""

    rows: tuple[Row, ...]
    next_after: str = ""
    total: int | None = None

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)
