"""Carom's own API: the clock, the mail and what was seen, and a client for it."""

from __future__ import annotations

from simulator.control.client import ControlClient, ControlRefused
from simulator.control.desk import Desk, Desks
from simulator.control.errors import ControlError
from simulator.control.rooms import router
from simulator.control.wire import add_refusals

__all__ = [
    "ControlClient",
    "ControlError",
    "ControlRefused",
    "Desk",
    "Desks",
    "add_refusals",
    "router",
]
