"""Bars: how far a pass has come, on the terminal of whoever waits for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

Report = Callable[[str, int, int | None], None]


@contextmanager
def bar_for(name: str) -> Iterator[Report]:
    """Show a bar while the block runs and give what moves it: (what is done, how far, of how much)."""
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}"), TimeElapsedColumn(),
        console=console, transient=True,
    )  # fmt: skip
    with bar if console.is_terminal else nullcontext():
        task = bar.add_task(name, total=None)

        def report(what: str, done: int, total: int | None) -> None:
            bar.update(task, description=f"{name} {_(what)}", completed=done, total=total)

        yield report
