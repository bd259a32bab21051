"""Text for a terminal of any width: columns that stay columns, and lines that hang under their
first.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

_WIDEST = 120


def width_of(to: Console) -> int:
    """How wide prose may be: as the terminal, but no wider than one can read."""
    return min(to.width, _WIDEST)


def hanging(first: str, text: str, width: int) -> list[str]:
    """`first` and the text, whose further lines begin where it began."""
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_long_words=True,
        break_on_hyphens=False,
    ) or [first.rstrip()]


def columns(rows: Iterable[Sequence[str | Text]], *widths: int | None, indent: int = 2) -> Table:
    """Rows with a fixed width for each column; `None` takes what is left and wraps."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=indent - 2 if indent > 2 else 0)
    for width in widths:
        table.add_column(width=width, ratio=None if width else 1, overflow="fold")
    for row in rows:
        table.add_row("", *row)
    return table
