"""Recorded reality: an export of real events becomes a scenario, whose deliveries can be reordered.

What is written is two files: the events, one a line and cleaned, and a scenario that brings them in
bit by bit. In a run they happen to the app's own user: `Cast` gives the recorded ids their parts.
"""

from harness.recorded.casting import CannotBeCast, Cast
from harness.recorded.cleaning import Cleaned, cleaned
from harness.recorded.export import NotAnExport, Recorded, read_export
from harness.recorded.writing import Recording, recording_of

__all__ = [
    "CannotBeCast",
    "Cast",
    "Cleaned",
    "NotAnExport",
    "Recorded",
    "Recording",
    "cleaned",
    "read_export",
    "recording_of",
]
