"""What `carom` understands of what a file tells it, without doing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from typer.core import TyperGroup
from typer.main import get_command

from harness.cli import app
from scenarios import names


def understood(words: Sequence[str]) -> Mapping[str, Any]:
    """The parameters of the command that these words after `carom` are, by name.

    Fails, with the command line's own message, where a command, an option or a scenario of these
    names is not to be had.
    """
    carom = get_command(app)
    assert isinstance(carom, TyperGroup)
    name, *rest = words
    assert name in carom.commands, f"carom has no command {name}"
    told = carom.commands[name].make_context(name, list(rest)).params
    assert set(told.get("scenario") or ()) <= set(names())
    return told
