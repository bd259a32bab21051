"""The pure core.

One account's objects, time, agenda and events. No I/O, no wall clock, no chance of its own.
"""

from simulator.engine.agenda import ACCOUNT, Agenda, Due
from simulator.engine.clock import DAY, HOUR, MINUTE, Clock, RealClock, VirtualClock
from simulator.engine.foresight import as_of
from simulator.engine.ids import Ids
from simulator.engine.ledger import RequestInfo
from simulator.engine.objects import Obj, previous_attributes, value_at
from simulator.engine.settings import API_VERSION, Settings
from simulator.engine.world import Laws, Snapshot, World

__all__ = [
    "ACCOUNT",
    "API_VERSION",
    "DAY",
    "HOUR",
    "MINUTE",
    "Agenda",
    "Clock",
    "Due",
    "Ids",
    "Laws",
    "Obj",
    "RealClock",
    "RequestInfo",
    "Settings",
    "Snapshot",
    "VirtualClock",
    "World",
    "as_of",
    "previous_attributes",
    "value_at",
]
