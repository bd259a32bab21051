"""An app's whole state, taken as a value and put back: what lets a run begin in the middle of a
life.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from harness.app.config import MemoryHook
from harness.app.placeholders import fill_all
from harness.app.protocol import AppUnavailable, Request, Transport


@dataclass(frozen=True, slots=True)
class Memory:
    """An app's whole state: `snapshot` gives it as a value, `restore` takes it back."""

    snapshot: Callable[[], Any]
    restore: Callable[[Any], None]


def hooked_memory(
    hook: MemoryHook, origin: str, app: Transport, values: Mapping[str, str]
) -> Memory:
    """What a started app remembers, as it gives it to who knows its hook."""
    url, headers = origin + hook.path, fill_all(hook.headers, values)

    def asked(method: str, body: bytes = b"") -> bytes:
        reply = app.send(Request(method, url, headers, body))
        if not reply.ok:
            raise AppUnavailable(f"[app.memory] {method} {hook.path} was answered {reply.status}")
        return reply.body

    def restore(kept: bytes) -> None:
        asked("PUT", kept)

    return Memory(lambda: asked("GET"), restore)


def memory_of(app: object) -> Memory | None:
    """An ASGI app whose `state` has `snapshot()` and `restore()` is put back in microseconds."""
    state = getattr(app, "state", None)
    snapshot, restore = getattr(state, "snapshot", None), getattr(state, "restore", None)
    return Memory(snapshot, restore) if snapshot is not None and restore is not None else None
