"""A local Stripe: `Simulator` is the ASGI application, `running` serves it beside the caller.

The names are loaded when they are first used: whoever wants one room need not load the whole house.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.api.accounts import Limits
    from simulator.api.coverage import Coverage, coverage
    from simulator.api.holds import Held, Hold
    from simulator.api.wire import Answer
    from simulator.control.client import ControlClient, ControlRefused
    from simulator.server import Simulator
    from simulator.serving import CannotListen, Running, running, serve

__all__ = [
    "Answer",
    "CannotListen",
    "ControlClient",
    "ControlRefused",
    "Coverage",
    "Held",
    "Hold",
    "Limits",
    "Running",
    "Simulator",
    "coverage",
    "running",
    "serve",
]

_ROOMS = {
    "Answer": "simulator.api.wire",
    "CannotListen": "simulator.serving",
    "ControlClient": "simulator.control.client",
    "ControlRefused": "simulator.control.client",
    "Coverage": "simulator.api.coverage",
    "Held": "simulator.api.holds",
    "Hold": "simulator.api.holds",
    "Limits": "simulator.api.accounts",
    "Running": "simulator.serving",
    "Simulator": "simulator.server",
    "coverage": "simulator.api.coverage",
    "running": "simulator.serving",
    "serve": "simulator.serving",
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_ROOMS[name]), name)
