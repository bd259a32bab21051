"""How schedules are chosen: one strategy a file, all behind one interface."""

from harness.explore.strategies.every import Every, about
from harness.explore.strategies.near import Near
from harness.explore.strategies.pct import Pct
from harness.explore.strategies.prompt import Prompt
from harness.explore.strategies.strategy import Strategy
from harness.explore.strategies.tape import Tape
from harness.explore.strategies.told import Script, Told
from harness.explore.strategies.walk import Walk

NAMES = ("near", "walk", "pct", "every")

__all__ = [
    "NAMES",
    "Every",
    "Near",
    "Pct",
    "Prompt",
    "Script",
    "Strategy",
    "Tape",
    "Told",
    "Walk",
    "about",
]
