"""Printing: tables for people onto whatever a command writes to, in colour only where that is a terminal."""

import io

from django.core.management.base import OutputWrapper
from rich.console import Console, RenderableType

WIDTH = 110


def print_to(out: OutputWrapper, *parts: RenderableType) -> None:
    """Write tables and panels; they are as wide elsewhere as on a terminal, so that no column is cut off."""
    text = io.StringIO()
    console = Console(file=text, width=WIDTH, force_terminal=out.isatty())
    for part in parts:
        console.print(part)
    out.write(text.getvalue())
