"""Carom's own API: the clock, the mail and what was seen, and a client for it.

The face is what its desks need. The routes are in `rooms.py`, the client in `client.py`: each loads
a library that the other has no use for.
"""

from __future__ import annotations

from simulator.control.desk import Desk, Desks
from simulator.control.errors import ControlError

__all__ = ["ControlError", "Desk", "Desks"]
